"""A card against the log (AUD-4): what the log says was stored, and what lies there. Needs no plaintext.

Only versions are compared that an entry with a content hash speaks of. What changes beside them (the state of a
prescription, its dispensings) has entries of its own and is no part of a version.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.acts import Entry
from chalicelib.domain.thresholds import ON_THE_WAY

RETURNED = "merge:return"

Record = tuple[str, str]
"""Kind and id."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A version as its entry tells of it. ``sealed`` (SHA-256 of the ciphertext) is "" where the entry has none."""

    record: Record
    version: int
    hash: str
    sealed: str
    entry: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as it lies in the store; ``newest``: in the place of the newest one."""

    record: Record
    version: int
    hash: str
    sealed: str
    entry: str
    newest: bool
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """``organisation`` is whose the version is by the log: a row could name another, whose officers see nothing."""

    rule: str
    record: Record
    version: int
    entry: str
    organisation: str = ""


GONE = "gone"
"""In place of a hash: the record was taken back to another card (SPC-5), so what was stored before is not missing."""


def logged_of(entry: Entry) -> Logged | None:
    """The version that an entry speaks of; None when it speaks of none or cannot be read."""
    body: Mapping[str, Any] | None = entry.body
    if body is None or entry.altered or body.get("outcome") != "success":
        return None
    resource, details = body["resource"], body.get("details") or {}
    if body.get("action") == RETURNED and details.get(GONE):
        return Logged((str(resource["type"]), str(resource["id"])), int(resource["version"]), GONE, "", entry.id)
    if not body.get("new"):
        return None
    record = (str(resource["type"]), str(resource["id"]))
    sealed, organisation = str(details.get("sealed", "")), str(body["actor"].get("org", ""))
    return Logged(record, int(resource["version"]), str(body["new"]), sealed, entry.id, organisation)


def compared(
    logged: Iterable[Logged], stored: Iterable[Stored], unreadable: Collection[str], now: datetime
) -> list[Discrepancy]:
    """Every version that is not as the log says.

    The log must have been read before the store: then a row that is newer than its reading has an entry that was made a
    moment ago. ``unreadable``: ids of entries whose bodies do not open; their rows cannot be judged.
    """
    told: dict[Record, dict[int, list[Logged]]] = {}
    for one in _standing(list(logged)):
        told.setdefault(one.record, {}).setdefault(one.version, []).append(one)
    newest: dict[Record, Stored] = {}
    older: dict[tuple[Record, int], Stored] = {}
    for row in stored:
        if row.newest:
            newest[row.record] = row
        else:
            older[row.record, row.version] = row
    found: list[Discrepancy] = []
    for record, versions in told.items():
        found += _known(record, versions, newest.get(record), older)
    rows = [*newest.values(), *older.values()]
    found += [
        Discrepancy("record-unlogged", row.record, row.version, row.entry, row.organisation)
        for row in rows
        if row.version not in told.get(row.record, {})
        and row.entry not in unreadable
        and not on_the_way(row.entry, now)
        and not _rolled_back(row, told)
    ]
    return found


def _standing(logged: list[Logged]) -> list[Logged]:
    """Without what a later entry says is gone; ids of entries are in the order of time (UUIDv7)."""
    gone: dict[Record, str] = {}
    for one in logged:
        if one.hash == GONE:
            gone[one.record] = max(one.entry, gone.get(one.record, ""))
    return [one for one in logged if one.hash != GONE and one.entry > gone.get(one.record, "")]


def _known(
    record: Record,
    versions: Mapping[int, list[Logged]],
    newest: Stored | None,
    older: Mapping[tuple[Record, int], Stored],
) -> Iterator[Discrepancy]:
    top = max(versions)
    if newest is not None and newest.version < top:
        yield Discrepancy("record-rolled-back", record, top, versions[top][-1].entry, versions[top][-1].organisation)
    for version, entries in sorted(versions.items()):
        present = newest if newest is not None and newest.version == version else older.get((record, version))
        if present is None and newest is not None and newest.version < top == version:
            continue  # rolled back: said above
        if present is None:
            yield Discrepancy("record-missing", record, version, entries[-1].entry, entries[-1].organisation)
        elif not any(_same(one, present) for one in entries):
            yield Discrepancy("record-altered", record, version, entries[-1].entry, entries[-1].organisation)


def _same(one: Logged, row: Stored) -> bool:
    return (one.entry, one.hash) == (row.entry, row.hash) and one.sealed in {"", row.sealed}


def _rolled_back(row: Stored, told: Mapping[Record, Mapping[int, Any]]) -> bool:
    """An unknown version in the newest place below the log's: said to be rolled back, once is enough."""
    return row.newest and row.record in told and row.version < max(told[row.record])


def on_the_way(entry_id: str, now: datetime) -> bool:
    """Whether an entry, by the time in its id (UUIDv7), may not have reached the log yet."""
    try:
        made = datetime.fromtimestamp(int(entry_id.replace("-", "")[:12], 16) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return abs(now - made) <= ON_THE_WAY
