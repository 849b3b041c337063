"""What changed between two versions of a record (REC-4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def changed_fields(older: Mapping[str, Any], newer: Mapping[str, Any]) -> list[str]:
    """JSON pointers (RFC 6901) of top-level fields that were added, dropped or changed, in alphabetical order."""
    names = sorted(set(older) | set(newer))
    absent = object()
    return [f"/{name}" for name in names if older.get(name, absent) != newer.get(name, absent)]
