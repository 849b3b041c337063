"""Files that partners leave in the bucket of what nobody has looked at yet (infra/stores.yaml), by their form."""

from __future__ import annotations

from chalicelib.documents.store import S3Documents
from chalicelib.errors import UnavailableError
from chalicelib.ports.readers import CSV, HL7

SUFFIXES = {HL7: ".ack", CSV: ".answers.csv"}
"""What an answer's name ends with, by form."""
MOST = 1000
"""Of one list: with more, those that come later by name wait for the next run."""


class S3Drop(S3Documents):
    """Implements ``ports.hl7.Drop``."""

    def waiting(self, limit: int) -> list[str]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            found = [
                self._s3().list_objects_v2(Bucket=self._bucket, Prefix=f"{form}/", MaxKeys=MOST) for form in SUFFIXES
            ]
        except (BotoCoreError, ClientError):
            raise UnavailableError from None
        listed = [one for page in found for one in page.get("Contents", [])]
        files = sorted(listed, key=lambda one: (one["LastModified"], one["Key"]))
        return [str(one["Key"]) for one in files if not one["Key"].endswith("/")][:limit]

    def answered(self, place: str, answer: bytes) -> None:
        form, _, rest = place.partition("/")
        self.put(f"{form}-answers/{rest}{SUFFIXES[form]}", answer)
        self.delete(place)
