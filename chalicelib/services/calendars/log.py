"""What became of an organisation's appointments, for its own scheduling system: ids and moments, no person (PRT-5).

A reaction to each version of an appointment notes it; so booking pays nothing for it, and nothing is noted that did not
happen. Lines are ordered by when they were noted. One that is being noted may still come before others that stand: so
what is younger than ``SETTLED`` is not told yet, and whoever goes on from a place misses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.identifiers import problem
from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.moments import stamp
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.tables import Item, Put, Store, Tables, Write
from chalicelib.services.gate import Gate, Staged

SETTLED = timedelta(minutes=2)
"""Longer than a reaction takes from its clock to its commit."""
KEPT = timedelta(days=30)
STAMP = len("2026-03-02T09:00:00.000Z")
SHOWN = ("appointment_id", "version", "schedule_id", "start", "end", "state", "displaced")


class OutsideLog:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def note(self, row: Item) -> tuple[Sequence[Staged], Sequence[Write]]:
        """Reaction ``appointment_noted``."""
        now = self._clock()
        line: Item = {
            "appointment_id": row["id"],
            "version": int(row["ver"]),
            "schedule_id": row["schedule"],
            "start": row["start"],
            "end": row["until"],
            "state": row["state"],
            "displaced": bool(row.get("displaced")),
            "expires": int((now + KEPT).timestamp()),
        }
        place = keys.outside_logged(row["organisation"], stamp(now), row["id"], int(row["ver"]))
        return (), [Put(place, line, None)]

    def since(self, actor: Actor, place: str, limit: int) -> Item:
        """What was noted after a place ("": all that is kept), oldest first, and the place to go on from.

        ``more``: there is more at once. The place moves on where nothing was noted too: a quiet organisation does not
        lose its own when lines of its age are kept no more. A line may come twice, and an older version after a newer
        one: the highest version counts. Raises InvalidFieldsError for a place that is none, or older than what is kept.
        """
        now = self._clock()
        if place:
            self._check(place, now)
        self._gate.record(Event(actor, "outside-time:appointments", SYS))
        pk, settled = keys.outside_log(actor.organisation_id), stamp(now - SETTLED)
        found = self._tables.query(Store.CARD, pk, limit=limit, after={"pk": pk, "sk": place} if place else None)
        told = [row for row in found.items if row["sk"][:STAMP] <= settled]
        more = found.after is not None and len(told) == len(found.items)
        names = self._names([str(row["schedule_id"]) for row in told])
        items = [{name: row[name] for name in SHOWN} | names.get(row["schedule_id"], {}) for row in told]
        return {"items": items, "next": str(told[-1]["sk"]) if told else max(place, f"{settled}#"), "more": more}

    @staticmethod
    def _check(place: str, now: datetime) -> None:
        try:
            noted = datetime.fromisoformat(place[:STAMP])
            fits = noted.tzinfo is not None and stamp(noted) == place[:STAMP] and place[STAMP] == "#"
        except (IndexError, ValueError, OverflowError):
            fits, noted = False, now
        if not fits:
            raise problem("?since", "cursor", "a place that an answer gave as next")
        if noted < now - KEPT:
            raise problem("?since", "range", "older than what is kept: read from the beginning")

    def _names(self, schedules: Sequence[str]) -> dict[str, Item]:
        wanted = {keys.outside_name(one): one for one in schedules}
        rows = self._tables.get_many(list(wanted))
        return {wanted[key]: {"outside_id": row["outside_id"]} for key, row in rows.items() if "outside_id" in row}
