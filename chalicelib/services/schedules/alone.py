"""Nobody works by two schedules of one organisation at one time (domain/schedule_overlaps.py).

Schedules of a person in other organisations are listed nowhere by person: they would be found by a scan alone, and are
left out.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.schedule_overlaps import clash
from chalicelib.domain.schedules import Schedule, State
from chalicelib.errors import FieldProblem, InvalidFieldsError
from chalicelib.ports import keys
from chalicelib.ports.tables import Expect, Expected, Item, Store, Tables, Update, Write, every_row


def alone(tables: Tables, new: Item, old: Item | None, now: datetime, field: str) -> list[Write]:
    """What a change by which hours may come rests on. ``field``: what is wrong where another schedule has them.

    Two changes at one moment: each reads the counter of the person, then the schedules, and moves the counter in its
    transaction. So the later one has read what the earlier one wrote, or fails on the counter and is done anew.
    Raises InvalidFieldsError.
    """
    key = keys.schedules_of_person(new["organisation"], new["person"])
    counter = tables.get(key)
    listed = every_row(tables, Store.CARD, keys.schedules_of(new["organisation"]))
    own = (row for row in listed if row["person"] == new["person"] and row["state"] == State.ACTIVE.value)
    before = None if old is None else Schedule.from_row(old)
    other = clash(Schedule.from_row(new), before, (Schedule.from_row(row) for row in own), now)
    if other is not None:
        said = f"at this time the same person works by the schedule {other.id}"
        raise InvalidFieldsError(fields=(FieldProblem(field, "overlap", said),))
    expect: Expected = Expect.ABSENT if counter is None else {"ver": int(counter["ver"])}
    return [Update(key, add={"ver": 1}, expect=expect)]
