"""Ciphertext of documents in S3. The bucket sees opaque keys and sealed bytes (DOC-2).

The bucket encrypts once more under its own default key (infra/stores.yaml); naming an algorithm here would override it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.errors import NotFoundError, TooLargeError, UnavailableError

MAX_BYTES = 20 * 1024 * 1024  # a Lambda holds a document whole, twice while it seals


class S3Documents:
    def __init__(self, s3: Callable[[], Any], bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def put(self, key: str, ciphertext: bytes) -> None:
        """Repeatable: one key holds one content, every ciphertext of it is as good."""
        from botocore.exceptions import BotoCoreError, ClientError

        if len(ciphertext) > MAX_BYTES:
            raise TooLargeError(f"at most {MAX_BYTES} bytes")
        try:
            self._s3().put_object(Bucket=self._bucket, Key=key, Body=ciphertext, ContentType="application/octet-stream")
        except (BotoCoreError, ClientError):
            raise UnavailableError from None

    def get(self, key: str) -> bytes:
        """Raises NotFoundError, TooLargeError, UnavailableError."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._s3().get_object(Bucket=self._bucket, Key=key)
            if answer["ContentLength"] > MAX_BYTES:
                raise TooLargeError(f"at most {MAX_BYTES} bytes")
            body: bytes = answer["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404"}:
                raise NotFoundError from None
            raise UnavailableError from None
        except BotoCoreError:
            raise UnavailableError from None
        return body

    def delete(self, key: str) -> None:
        """Repeatable. The bucket keeps the earlier version for as long as its rules say."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._s3().delete_object(Bucket=self._bucket, Key=key)
        except (BotoCoreError, ClientError):
            raise UnavailableError from None


class S3Quarantine(S3Documents):
    """The bucket of what nobody has looked at yet. Implements ``ports.scans.Quarantine``."""
