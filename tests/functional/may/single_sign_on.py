"""Who may call single sign-on and links."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY, PEOPLE

MAY: dict[str, set[str]] = {
    "provider-list": EVERYBODY,
    "sign-on-return": EVERYBODY,
    "sign-on-begin": EVERYBODY,
    "sign-on-finish": EVERYBODY,
    "identity-confirmation-begin": PEOPLE,
    "identity-confirmation-finish": PEOPLE,
    "link-list": PEOPLE,
    "link-remove": PEOPLE,
}
BODIES: dict[str, Any] = {
    "SignOnAnswer": {"code": "code", "state": "s" * 43, "binding": "b" * 43},
}
