"""What KMS says of its own use, to be held against the log (AUD-4). Adapter: ``audit/key_uses.py``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

PATIENT_KEY = "patient-kek"
AUDIT_SUBJECT = "audit-subject"


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One call of Decrypt or ReEncrypt under a key of ours.

    ``purpose`` is that of the encryption context (``patient-kek`` or ``audit-subject``), ``subject`` the person's id or
    the tag that stands in it. ``caller`` is the role (or user) that called, ``at`` the second by KMS.
    """

    id: str
    at: datetime
    purpose: str
    subject: str
    key: str
    caller: str
    succeeded: bool


class KeyUses(Protocol):
    """Delivered files by day (``YYYY-MM-DD``, UTC). A file never changes. UnavailableError passes."""

    def files(self, day: str) -> list[str]:
        """Names of the files delivered for a day so far; more may come late."""
        ...

    def uses(self, file: str) -> list[KeyUse]:
        """Decryptions under our two purposes in one file; everything else in it is left out.

        Raises MalformedError for a file that cannot be read, now or ever, while others can.
        """
        ...
