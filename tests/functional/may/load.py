"""Routes: the load of a clinic."""

from __future__ import annotations

from typing import Any

ADMINISTRATOR = {"administrator"}
READERS = ADMINISTRATOR | {"doctor", "nurse"}

MAY: dict[str, set[str]] = {
    "load-days": READERS,
    "load-months": READERS,
    "load-proposals": ADMINISTRATOR,
    "load-decide": ADMINISTRATOR,
}

BODIES: dict[str, Any] = {"Decision": {"decision": "accepted"}}
