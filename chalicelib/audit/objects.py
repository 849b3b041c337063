"""The objects of the log in S3: a locked bucket, where everything is put once, and an edge bucket of derived ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.errors import NotFoundError, UnavailableError

_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_ABSENT = {"NoSuchKey", "404", "NotFound"}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a key, or a delete marker over it."""

    name: str
    marker: bool


class Objects(Protocol):
    """One bucket. Every method raises UnavailableError when the answer is not certain."""

    def get(self, name: str) -> bytes:
        """The newest version. Raises NotFoundError."""
        ...

    def get_tagged(self, name: str) -> tuple[bytes, str]:
        """The newest version and its ETag. Raises NotFoundError."""
        ...

    def put_new(self, name: str, data: bytes) -> bool:
        """Put where there is nothing; False when there is something."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Put over whatever is there. For what can be derived anew."""
        ...

    def replace(self, name: str, data: bytes, tag: str) -> bool:
        """Put over the version with this ETag ("" for none); False when another is there."""
        ...

    def versions(self, prefix: str, after: str = "") -> list[Version]:
        """Every version and delete marker of the names below ``prefix`` that come after ``after``, all pages."""
        ...

    def dated(self, prefix: str) -> list[tuple[str, datetime]]:
        """Names below ``prefix`` with the moment of their newest version, all pages."""
        ...

    def remove(self, name: str) -> None:
        """Take a name away. For what can be derived anew."""
        ...


class S3Objects:
    def __init__(self, s3: Callable[[], Any], bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def get(self, name: str) -> bytes:
        return self.get_tagged(name)[0]

    def get_tagged(self, name: str) -> tuple[bytes, str]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._s3().get_object(Bucket=self._bucket, Key=name)
            return bytes(answer["Body"].read()), str(answer["ETag"])
        except ClientError as error:
            if _code(error) in _ABSENT:
                raise NotFoundError from None
            raise UnavailableError from None
        except BotoCoreError:
            raise UnavailableError from None

    def put_new(self, name: str, data: bytes) -> bool:
        return self._put(name, data, IfNoneMatch="*")

    def put(self, name: str, data: bytes) -> None:
        self._put(name, data)

    def replace(self, name: str, data: bytes, tag: str) -> bool:
        return self._put(name, data, **({"IfMatch": tag} if tag else {"IfNoneMatch": "*"}))

    def versions(self, prefix: str, after: str = "") -> list[Version]:
        from botocore.exceptions import BotoCoreError, ClientError

        found: list[Version] = []
        request: dict[str, Any] = {"Bucket": self._bucket, "Prefix": prefix}
        if after:
            request["KeyMarker"] = after
        try:
            while True:
                page = self._s3().list_object_versions(**request)
                found += [Version(v["Key"], marker=False) for v in page.get("Versions", ())]
                found += [Version(v["Key"], marker=True) for v in page.get("DeleteMarkers", ())]
                if not page.get("IsTruncated"):
                    return [version for version in found if version.name > after]
                request["KeyMarker"] = page["NextKeyMarker"]
                request["VersionIdMarker"] = page.get("NextVersionIdMarker", "")
        except (BotoCoreError, ClientError):
            raise UnavailableError from None

    def dated(self, prefix: str) -> list[tuple[str, datetime]]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            pages = self._s3().get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            return [(entry["Key"], entry["LastModified"]) for page in pages for entry in page.get("Contents", ())]
        except (BotoCoreError, ClientError):
            raise UnavailableError from None

    def remove(self, name: str) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._s3().delete_object(Bucket=self._bucket, Key=name)
        except (BotoCoreError, ClientError):
            raise UnavailableError from None

    def _put(self, name: str, data: bytes, **condition: str) -> bool:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._s3().put_object(Bucket=self._bucket, Key=name, Body=data, **condition)
        except ClientError as error:
            if condition and _code(error) in _TAKEN | _ABSENT:
                return False
            raise UnavailableError from None
        except BotoCoreError:
            raise UnavailableError from None
        return True


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
