"""What CloudTrail delivered about KMS (ports/key_uses.py): gzip JSON, ``{"Records": [...]}``, one folder a day.

``AWSLogs/<account>/CloudTrail/<region>/YYYY/MM/DD/<account>_CloudTrail_<region>_<time>Z_<random>.json.gz``. Accounts
and regions are found by listing. The application cannot write this bucket; CloudTrail signs hourly digests of its files
(``aws cloudtrail validate-logs``), which an auditor checks outside.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.errors import MalformedError, UnavailableError
from chalicelib.ports.key_uses import AUDIT_SUBJECT, PATIENT_KEY, KeyUse

SUBJECTS = {PATIENT_KEY: "patient_id", AUDIT_SUBJECT: "tag"}
"""Which field of the encryption context says whose key it is."""
CONTEXTS = {"Decrypt": "encryptionContext", "ReEncrypt": "sourceEncryptionContext"}
"""Calls that open something, and the request parameter with the context of what they open. ReEncrypt shows no
plaintext, but makes a copy under another key, which may be the caller's own. Source: AWS KMS developer guide,
"ReEncrypt" among the log entry examples."""
GONE = frozenset({"NoSuchKey", "AccessDenied", "InvalidObjectState"})
"""What S3 says of an object that was deleted, encrypted or archived by somebody: it is no outage."""
ROOT = "AWSLogs/"
MOST = 256 * 2**20  # bytes of one file unpacked; CloudTrail's have about 10 MB


class CloudTrailKeyUses:
    def __init__(self, s3: Callable[[], Any], bucket: str, tenant: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._tenant = tenant

    def files(self, day: str) -> list[str]:
        path = day.replace("-", "/")
        found: list[str] = []
        for account in self._folders(ROOT):
            for region in self._folders(f"{account}CloudTrail/"):
                found += self._names(f"{region}{path}/")
        return sorted(found)

    def uses(self, file: str) -> list[KeyUse]:
        """Raises MalformedError for a file that cannot be read, UnavailableError when S3 does not answer."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            packed = self._s3().get_object(Bucket=self._bucket, Key=file)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in GONE:
                raise MalformedError("a file of the key log cannot be read") from None
            raise UnavailableError from None
        except BotoCoreError:
            raise UnavailableError from None
        try:
            records = json.loads(_unpacked(packed))["Records"]
            return [use for record in records if (use := self._use(record)) is not None]
        except (OSError, EOFError, zlib.error, RecursionError, ValueError, KeyError, TypeError, AttributeError):
            raise MalformedError("a file of the key log cannot be read") from None

    def _use(self, record: Mapping[str, Any]) -> KeyUse | None:
        if record["eventSource"] != "kms.amazonaws.com" or record["eventName"] not in CONTEXTS:
            return None
        context = (record.get("requestParameters") or {}).get(CONTEXTS[record["eventName"]]) or {}
        purpose = context.get("purpose", "")
        if purpose not in SUBJECTS or context.get("tenant") != self._tenant:
            return None
        resources = record.get("resources") or [{}]  # of ReEncrypt the source key comes first
        at = datetime.fromisoformat(record["eventTime"])
        if at.tzinfo is None:
            raise ValueError
        return KeyUse(
            id=str(record["eventID"]),
            at=at,
            purpose=purpose,
            subject=str(context.get(SUBJECTS[purpose], "")),
            key=str(resources[0].get("ARN", "")).rpartition("/")[2],
            caller=_caller(record.get("userIdentity") or {}),
            succeeded="errorCode" not in record,
        )

    # --- listing

    def _folders(self, prefix: str) -> list[str]:
        return [
            str(folder["Prefix"])
            for page in self._pages(Prefix=prefix, Delimiter="/")
            for folder in page.get("CommonPrefixes", ())
        ]

    def _names(self, prefix: str) -> list[str]:
        pages = self._pages(Prefix=prefix)
        return [
            str(one["Key"]) for page in pages for one in page.get("Contents", ()) if one["Key"].endswith(".json.gz")
        ]

    def _pages(self, **request: Any) -> Iterator[Mapping[str, Any]]:
        from botocore.exceptions import BotoCoreError, ClientError

        while True:
            try:
                page = self._s3().list_objects_v2(Bucket=self._bucket, **request)
            except (BotoCoreError, ClientError):
                raise UnavailableError from None
            yield page
            if not page.get("IsTruncated"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]


def _unpacked(packed: bytes) -> bytes:
    import io

    with gzip.open(io.BytesIO(packed)) as stream:
        text = stream.read(MOST + 1)
    if len(text) > MOST:
        raise ValueError
    return text


def _caller(identity: Mapping[str, Any]) -> str:
    """Name of the role (of the user, the access key where there is no name)."""
    issuer = ((identity.get("sessionContext") or {}).get("sessionIssuer") or {}).get("userName")
    named = issuer or identity.get("userName") or str(identity.get("arn", "")).rpartition("/")[2]
    return str(named or identity.get("accessKeyId", ""))
