"""Routes: reports of an organisation by month and year, small counts suppressed."""

from __future__ import annotations

from typing import Any

MAY: dict[str, set[str]] = {"bulletin-list": {"administrator"}, "bulletin-read": {"administrator"}}

BODIES: dict[str, Any] = {}
