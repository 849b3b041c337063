"""Routes: chat of patients and doctors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.functional.may.people import ID, OWNERS

SIDES = OWNERS | {"doctor"}

MAY: dict[str, set[str]] = {
    "chat-open": SIDES,
    "chat-list": SIDES,
    "chat-read": SIDES,
    "chat-close": SIDES,
    "chat-reopen": SIDES,
    "chat-mark": SIDES,
    "chat-mine": {"doctor"},
    "chat-messages": SIDES,
    "chat-send": SIDES,
    "chat-versions": SIDES,
    "chat-edit": SIDES,
    "chat-withdraw": SIDES,
    "chat-search": SIDES,
    "chat-file-create": SIDES,
    "chat-file-state": SIDES,
    "chat-file-delete": SIDES,
    "chat-file": SIDES,
    "absence-set": {"doctor"},
    "absence-read": {"doctor"},
    "absence-end": {"doctor"},
}

BODIES: dict[str, Any] = {
    "NewChat": {"member_id": ID, "subject": "Анализы", "text": "Здравствуйте"},
    "Message": {"text": "Здравствуйте"},
    "Edit": {"text": "Добрый день"},
    "Mark": {"message_id": ID},
    "Closing": {"reason": "answered"},
    "Absence": {"until": (datetime.now(UTC) + timedelta(days=7)).isoformat(), "text": "В отпуске"},
    "ChatSearch": {"text": "анализы"},
}
