"""What a person confirms of a draft, and where each value of the record then comes from.

Rules:
  1. nothing enters the card by itself: every part of the body is named as confirmed by whoever confirms
  2. a part is a field, or one item of a list: an analyte with its value, unit and range is read as one row
  3. links, and what stands at its default, are not read off paper and are not confirmed
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

NOT_READ = frozenset({"related", "status", "sections"})
EMPTY: tuple[Any, ...] = (None, "", [], {})


class Origin(StrEnum):
    """Stored in the provenance of a record."""

    RECOGNISED = "recognised"
    CORRECTED = "corrected"
    ENTERED = "entered"


class State(StrEnum):
    """Of a recognition. Stored and public."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


def parts(body: Mapping[str, Any]) -> dict[str, Any]:
    """Values by pointer, in the order of the body."""
    found: dict[str, Any] = {}
    for name, value in body.items():
        if name in NOT_READ or value in EMPTY:
            continue
        if isinstance(value, list):
            found |= {f"/{name}/{place}": item for place, item in enumerate(value)}
        else:
            found[f"/{name}"] = value
    return found


def unconfirmed(body: Mapping[str, Any], confirmed: Collection[str]) -> list[str]:
    return [pointer for pointer in parts(body) if pointer not in confirmed]


def origins(draft: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, str]:
    """Where each part of ``body`` comes from, held against what was read. A row may have moved."""
    read = parts(draft)
    rows = [_plain(value) for value in read.values() if isinstance(value, Mapping)]
    return {pointer: _origin(value, read.get(pointer), rows).value for pointer, value in parts(body).items()}


def _origin(value: Any, read: Any, rows: list[dict[str, Any]]) -> Origin:
    same = _plain(value) in rows if isinstance(value, Mapping) else read is not None and str(value) == str(read)
    if same:
        return Origin.RECOGNISED
    return Origin.ENTERED if read is None else Origin.CORRECTED


COMPUTED = frozenset({"interpretation"})
DEFAULTS = (("chronic", False),)


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the record's model adds of its own."""
    return {
        name: str(value)
        for name, value in item.items()
        if name not in COMPUTED and value not in EMPTY and (name, value) not in DEFAULTS
    }
