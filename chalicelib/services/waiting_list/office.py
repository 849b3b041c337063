"""What a registrar sees of those who wait, without names, and whom they put first, with a reason (APT-2)."""

from __future__ import annotations

from itertools import islice
from typing import Any

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Schedule
from chalicelib.domain.waiting_list import place
from chalicelib.errors import ConflictError, NotFoundError
from chalicelib.ports import Event, keys, plaintext, schedule_rows
from chalicelib.ports.tables import Delete, Expect, Item, Store, Update, every_row
from chalicelib.ports.waiting_rows import in_line, line_of, targets
from chalicelib.services.waiting_list.tools import KIND, Tools

COUNTED = 500
"""At most so many are counted of each list."""
NAMES = ("schedule", "specialty")
"""Who waits for the schedule alone, and for any of its specialty in the organisation: two lists of one order."""


class WaitingListOffice:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def page(
        self, actor: Actor, schedule_id: str, name: str, limit: int, after: Item | None
    ) -> tuple[list[dict[str, Any]], Item | None]:
        """One of the lists (``NAMES``), in its order. Raises NotFoundError."""
        schedule = self._schedule(actor, schedule_id)
        event = Event(actor, "waiting-list:read", actor.person_id, resource_type="schedule", resource_id=schedule_id)
        self._t.gate.record(event)
        pk = keys.waiting_lines(targets(schedule)[NAMES.index(name)])
        found = self._t.tables.query(Store.CARD, pk, limit=limit, after=after)
        return [_shown(row) for row in found.items], found.after

    def counted(self, actor: Actor, schedule_id: str) -> dict[str, int]:
        """How many stand in each list, and how many visits of the specialty that were displaced nobody answered."""
        schedule = self._schedule(actor, schedule_id)
        displaced = keys.displaced_of(schedule.organisation_id, schedule.specialty)
        lists = dict(zip(NAMES, map(keys.waiting_lines, targets(schedule)), strict=True)) | {"displaced": displaced}
        return {
            name: sum(1 for _ in islice(every_row(self._t.tables, Store.CARD, pk), COUNTED))
            for name, pk in lists.items()
        }

    def put_first(self, actor: Actor, schedule_id: str, entry_id: str, *, first: bool, reason: str) -> dict[str, Any]:
        """Before all others, or back in the order of arrival; the reason is sealed for its person and registrars.

        Raises NotFoundError for an entry that does not wait in these lists, an offer of it being open too.
        """
        schedule = self._schedule(actor, schedule_id)
        entry = self._entry(schedule, entry_id)
        patient_id, version = PersonId(entry["patient"]), int(entry["ver"]) + 1
        staged = self._t.gate.stage_private(
            actor, patient_id, KIND, entry_id, "waiting-entry:put-first", resource_version=version
        )
        change: Item = {
            "put_first": first,
            "sealed": self._t.vault.seal(staged.seal_with, version, plaintext({"reason": reason})),
            "sealed_ver": version,
            "updated_at": stamp(self._t.clock()),
        }
        new = entry | change
        expect = {"ver": entry["ver"], "state": entry["state"]}
        line = in_line(new)
        moved = [] if first == bool(entry["put_first"]) else [Delete(line_of(entry), Expect.PRESENT)]
        try:
            self._t.gate.commit(
                [staged],
                [
                    Update(keys.waiting_entry(patient_id, entry_id), change, {"ver": 1}, expect=expect),
                    *moved,
                    line,
                    self._t.patient_keys.alive(patient_id),
                ],
            )
        except ConflictError as error:
            if error.index in {0, 1}:  # it was offered something, or left, at the same moment
                raise NotFoundError from None
            raise
        return _shown(line.item)

    # --- pieces

    def _schedule(self, actor: Actor, schedule_id: str) -> Schedule:
        return schedule_rows.of_organisation(self._t.tables, schedule_id, actor.organisation_id)

    def _entry(self, schedule: Schedule, entry_id: str) -> Item:
        lines = [
            keys.waiting_line(one, place(entry_id, first=first)) for one in targets(schedule) for first in (True, False)
        ]
        found = next(iter(self._t.tables.get_many(lines).values()), None)
        entry = self._t.tables.get(keys.waiting_entry(found["patient"], entry_id)) if found else None
        if entry is None:
            raise NotFoundError
        return entry


def _shown(line: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {name: line[name] for name in ("first", "last", "created_at", "put_first")}
    shown |= {"weekdays": [int(day) for day in line["weekdays"]], "parts": [*line["parts"]]}
    return {"id": line["entry"], **shown}
