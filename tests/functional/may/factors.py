"""Second factors."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY, PEOPLE, SESSIONS

MAY: dict[str, set[str]] = {
    "session-ask-passkey": EVERYBODY,
    "step-up-ask-passkey": SESSIONS,
    "passkey-options": PEOPLE,
    "passkey-add": PEOPLE,
    "passkey-list": PEOPLE,
    "passkey-rename": PEOPLE,
    "passkey-delete": PEOPLE,
    "totp-remove": PEOPLE,
    "sms-factor-set": PEOPLE,
    "recovery-codes-make": PEOPLE,
    "recovery-codes-left": PEOPLE,
}

BODIES: dict[str, Any] = {
    "NewPasskey": {"credential": {"id": "x"}, "name": "Телефон"},
    "PasskeyName": {"name": "Ключ"},
    "SmsFactor": {"enabled": True},
}
