"""Routes: counts for analytics and epidemiology, small ones suppressed."""

from __future__ import annotations

from typing import Any

ADMINISTRATOR = {"administrator"}

MAY: dict[str, set[str]] = {
    "aggregate-settings": ADMINISTRATOR,
    "aggregate-switch": ADMINISTRATOR,
    "aggregate-list": ADMINISTRATOR,
    "aggregate-read": ADMINISTRATOR,
}

BODIES: dict[str, Any] = {"Switch": {"counting": True}}
