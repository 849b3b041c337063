"""Bulletins of organisations, made of published tables: each once, by the hourly run that closes periods (ANA-4).

A bulletin is the same whoever makes it, for its tables never change; what one run left undone, the next one does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

from chalicelib.domain.bulletins.content import PARTS, taken
from chalicelib.domain.identity import SYS, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import ConflictError
from chalicelib.ports import Clock, Event, keys, plaintext
from chalicelib.ports.tables import Item, Put, Store, Tables, every_row
from chalicelib.services.gate import Gate

TASK = system_actor("make_bulletins")
LATEST = 90
"""Periods, newest first, in which missing bulletins are looked for."""


class Publishing:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def run(self) -> dict[str, int]:
        """Returns of how many periods bulletins were made."""
        newest = self._tables.query(
            Store.CARD, keys.AGGREGATES, keys.AGGREGATE_PERIODS, limit=LATEST, newest_first=True
        ).items
        made = self._tables.get_many([keys.bulletins_made(row["id"]) for row in newest])
        waiting = [row for row in newest if keys.bulletins_made(row["id"]) not in made]
        for row in waiting:
            self._make(row)
        return {"bulletins": len(waiting)}

    def _make(self, period: Item) -> None:
        tables = {part: self._rows(period, source.table) for part, source in PARTS.items()}
        for organisation in every_row(self._tables, Store.IDENTITY, "ORGS", "ORG#"):
            row = bulletin(period, organisation, tables)
            with suppress(ConflictError):  # an earlier run made it, with the same content
                self._tables.commit([Put(keys.bulletin(row["organisation"], period["id"]), row)])
        event = Event(TASK, "bulletin:publish", SYS, resource_type="bulletin", resource_id=period["id"])
        done = Put(keys.bulletins_made(period["id"]), {"id": period["id"], "at": stamp(self._clock())})
        with suppress(ConflictError):  # another run was faster
            self._gate.commit([self._gate.stage(event)], [done])

    def _rows(self, period: Item, table: str) -> list[Mapping[str, Any]] | None:
        """None for a table that did not exist when the period was published."""
        if table not in period["tables"]:
            return None
        parts = every_row(self._tables, Store.CARD, keys.aggregate_tables(period["id"]), f"{table}#")
        return [cell for part in parts for cell in part["cells"]]


def bulletin(
    period: Mapping[str, Any],
    organisation: Mapping[str, Any],
    tables: Mapping[str, Sequence[Mapping[str, Any]] | None],
) -> Item:
    """The row as it is kept. Its digest covers all that its forms show, but for words."""
    organisation_id = str(organisation["sk"]).removeprefix("ORG#")
    parts = {part: taken(organisation_id, part, rows) for part, rows in tables.items() if rows is not None}
    content = {
        "organisation": organisation_id,
        "name": organisation["name"],
        "id": period["id"],
        "k": int(period["k"]),
        "at": period["at"],
        "parts": parts,
    }
    return {**content, "ver": 1, "digest": sha256(plaintext(content)).hexdigest()}
