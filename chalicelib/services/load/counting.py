"""Counts appointments, orders and days of schedules when they change. Nothing is opened: rows say enough in clear.

Of each source row it is remembered what it has added, by its version (``keys.load_counted``). That row and the counters
change in one transaction, so an event that comes twice, late or out of order changes nothing: the highest version
holds.
Nobody is named in either, so an erased card leaves its counts, and a merged one brings nothing new.

A row of counters is a doctor's day, or month: two events meet on one only when they are of the same doctor and day,
and then one of them is done again. All rows of an organisation share a partition (docs/load.md says what it bears).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from chalicelib.domain.load.counting import Added, changes, of_appointment, of_offer, of_order
from chalicelib.ports import keys
from chalicelib.ports.appointment_rows import COUNTED
from chalicelib.ports.load_rows import OFFER_COUNTED, ORDER_COUNTED
from chalicelib.ports.tables import Expect, Expected, Item, Key, Put, Tables, Update, Write
from chalicelib.services.gate import Staged

Work = tuple[Sequence[Staged], Sequence[Write]]


class LoadCounting:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @property
    def reactions(self) -> dict[str, Callable[[Item], Work]]:
        """By the names that rows call them by: never rename."""
        return {COUNTED: self.appointment, ORDER_COUNTED: self.order, OFFER_COUNTED: self.offer}

    def appointment(self, row: Item) -> Work:
        return (), self.writes(row["organisation"], row["id"], int(row["ver"]), of_appointment(row))

    def order(self, row: Item) -> Work:
        added = of_order(row)
        if added is None:
            return (), ()
        return (), self.writes(added.organisation, row["id"], int(row["ver"]), added)

    def offer(self, row: Item) -> Work:
        return (), self.writes(row["organisation"], row["id"], int(row["ver"]), of_offer(row))

    def writes(
        self, organisation: str, source_id: str, version: int, new: Added, *, again: bool = False
    ) -> list[Write]:
        """What counts a version of a source row; nothing when it, or a later one, was counted.

        ``again``: the same version is looked at once more, for a rebuild.
        """
        key = keys.load_counted(organisation, source_id)
        row = self._tables.get(key)
        if row is not None and int(row["ver"]) >= version + again:
            return []
        old = None if row is None else added_of(organisation, row)
        if old == new and row is not None and int(row["ver"]) == version:
            return []
        expect: Expected = Expect.ABSENT if row is None else {"ver": int(row["ver"])}
        writes: list[Write] = [Put(key, _remembered(new, version), expect)]
        months: dict[tuple[str, str], dict[str, int]] = {}
        for (day, member), by in changes(old, new).items():
            writes.append(_more(keys.load_day(organisation, day, member), {"day": day, "member": member}, by))
            month = months.setdefault((day[:7], member), {})
            for name, amount in by.items():
                month[name] = month.get(name, 0) + amount
        for (month_name, member), by in months.items():
            about = {"month": month_name, "member": member}
            writes.append(_more(keys.load_month(organisation, month_name, member), about, by))
        return writes


def added_of(organisation: str, row: Mapping[str, object]) -> Added:
    """What a remembered row has added."""
    amounts = row["amounts"]
    assert isinstance(amounts, Mapping)  # noqa: S101 - for the type alone
    return Added(organisation, str(row["member"]), str(row["day"]), {name: int(by) for name, by in amounts.items()})


def _remembered(new: Added, version: int) -> Item:
    return {"ver": version, "member": new.member, "day": new.day, "amounts": dict(new.amounts)}


def _more(key: Key, about: Item, by: Mapping[str, int]) -> Update:
    """``ver`` counts changes, so that a rebuild sees that nothing came between."""
    return Update(key, about, {**by, "ver": 1}, expect=None)
