"""Rows of several kinds of one card as one list, newest first by clinical date; it goes on where it was left."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chalicelib.ports import keys
from chalicelib.ports.record_rows import newest
from chalicelib.ports.tables import Item, Tables

PAGE = 100
FIRST_PAGE = 25
"""Rows of one read: of a search that wants a few newest ones not more than it needs."""
_LAST = "\x7f"
"""Sorts after every id."""


class Stand(NamedTuple):
    """Where a row stands: moment, kind, record. Newest first is from the highest to the lowest."""

    moment: str
    kind: str
    record_id: str


def stand_of(row: Item) -> Stand:
    kind, moment, record_id = str(row["kd"]).split("#", 2)
    return Stand(moment, kind, record_id)


def newest_first(
    tables: Tables,
    patient_id: str,
    kinds: Sequence[str],
    *,
    after: Stand | None = None,
) -> Iterator[Item]:
    """Rows strictly behind ``after``."""
    lists = [_of_kind(tables, patient_id, kind, after) for kind in sorted(set(kinds))]
    return heapq.merge(*lists, key=stand_of, reverse=True)


def _of_kind(tables: Tables, patient_id: str, kind: str, after: Stand | None) -> Iterator[Item]:
    start, limit = _start(patient_id, kind, after), FIRST_PAGE
    while True:
        page = newest(tables, patient_id, kind, limit, start)
        yield from page.items
        start, limit = page.after, PAGE
        if start is None:
            return


def _start(patient_id: str, kind: str, after: Stand | None) -> Item | None:
    """The place in the list of a kind behind which everything stands behind ``after``."""
    if after is None:
        return None
    record_id = after.record_id if kind == after.kind else "" if kind > after.kind else _LAST
    place = keys.record(patient_id, kind, record_id)
    return {"pk": place.pk, "sk": place.sk, "kd": keys.record_date(kind, after.moment, record_id)}
