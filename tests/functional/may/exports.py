"""Routes of exports and large files."""

from __future__ import annotations

from typing import Any

from tests.functional.may.cases import CARDS

ORDERERS = CARDS | {"doctor"}

MAY: dict[str, set[str]] = {
    "export-create": {"patient", "representative", "doctor"},
    "export-list": ORDERERS,
    "export-read": ORDERERS,
    "export-download": ORDERERS,
    "file-begin": CARDS,
    "file-part": CARDS,
    "file-complete": CARDS,
    "file-list": CARDS,
    "file-read": CARDS,
    "file-download": CARDS,
}

BODIES: dict[str, Any] = {
    "ExportOrder": {"format": "pdf", "sections": ["results"]},
    "FileBeginning": {"type": "application/dicom", "size": 5_000_000, "sha256": "0" * 64},
}
