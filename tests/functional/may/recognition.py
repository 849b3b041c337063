"""Routes: recognition of scans."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import ID

CLINICIANS = {"doctor", "nurse"}

MAY: dict[str, set[str]] = {
    "recognition-create": CLINICIANS,
    "recognition-list": CLINICIANS,
    "recognition-read": CLINICIANS,
    "recognition-picture": CLINICIANS,
    "recognition-confirm": CLINICIANS,
    "recognition-refuse": CLINICIANS,
    "recognition-settings": CLINICIANS | {"administrator"},
    "recognition-switch": {"administrator"},
}

BODIES: dict[str, Any] = {
    "RecognitionForm": {"document": ID, "upload_id": ID},
    "RecognitionConfirmation": {"body": {}, "confirmed": []},
    "RecognitionRefusal": {"reason": "not-needed"},
    "RecognitionSwitch": {"handwriting": False},
}
