"""Routes of the files of records; the body of one is a file."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import READERS

MAY: dict[str, set[str]] = {
    "attachment-create": READERS,
    "attachment-read": READERS,
    "attachment-delete": READERS,
    "attachment-download": READERS,
    "share-file": {"recipient"},
    "upload-delete": {"patient", "stranger", "representative"},
}

BODIES: dict[str, Any] = {}
