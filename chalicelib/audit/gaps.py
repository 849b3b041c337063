"""Numbers of writers that are in no log: entries that were dropped from the outbox before the stream showed them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from chalicelib.audit.envelopes import unbundle
from chalicelib.audit.logstore import LogStore
from chalicelib.audit.merkle import WIDTH, tile_path
from chalicelib.audit.own import Note, incident
from chalicelib.ports import keys

SETTLED = timedelta(minutes=10)
"""A number may still be on its way for so long."""


def missing(store: LogStore, now: datetime, back: timedelta) -> list[Note]:
    """Incidents of kind ``writer-gap`` in what came within ``back``; a gap that is found again is the same incident."""
    since, settled = _ms(now - back), _ms(now - SETTLED)
    numbers: dict[str, dict[int, int]] = defaultdict(dict)  # writer: number to log time
    began: dict[str, int] = {}  # writer: year of the log that has its certificate in this window
    for year in store.years():
        for envelope in _since(store, year, since):
            writer = envelope["w"]
            numbers[writer["id"]][writer["n"]] = envelope["t"]
            if "cert" in writer:
                began.setdefault(writer["id"], year)
    found = []
    for writer, seen in numbers.items():
        first = 0 if writer in began and not _known_before(store, writer, began[writer]) else min(seen)
        last = max((number for number, t in seen.items() if t <= settled), default=-1)
        gone = [number for number in range(first, last) if number not in seen]
        found += [incident("writer-gap", writer, number) for number in gone]
    return found


def _known_before(store: LogStore, writer: str, year: int) -> bool:
    wanted = [keys.log_writer(writer, other) for other in store.years() if other < year]
    return bool(store.rows(wanted))


def _since(store: LogStore, year: int, since: int) -> Iterator[dict[str, Any]]:
    """Envelopes of a log with a log time from ``since`` on, newest bundle first."""
    head = store.head(year)
    size = head.size if head else 0
    for number in range((size - 1) // WIDTH, -1, -1) if size else ():
        width = min(WIDTH, size - number * WIDTH)
        bundle = [json.loads(envelope) for envelope in unbundle(store.get(year, tile_path("entries", number, width)))]
        yield from (envelope for envelope in bundle if envelope["t"] >= since)
        if bundle[0]["t"] < since:
            return


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
