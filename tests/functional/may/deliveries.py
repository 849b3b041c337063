"""Routes: what goes outside: by which channel, when, and what became of it."""

from __future__ import annotations

from typing import Any

from tests.functional.may.core import PEOPLE

MAY: dict[str, set[str]] = {
    "delivery-list": PEOPLE,
    "notice-count": PEOPLE,
    "notice-read-all": PEOPLE,
}

BODIES: dict[str, Any] = {"ReadUpTo": {"newest": "0"}}
