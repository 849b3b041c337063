"""Routes: what is due of care."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import OWNERS, READERS

MAY: dict[str, set[str]] = {
    "need-list": READERS,
    "need-mark": OWNERS | {"doctor"},
    "need-hints": OWNERS | {"stranger"},
}

BODIES: dict[str, Any] = {
    "NeedMark": {"need": "screening-chest", "mark": "not-applicable"},
    "NeedHints": {"hints": True},
}
