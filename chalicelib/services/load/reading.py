"""Panels: an administrator sees the whole organisation, a doctor or nurse their own figures.

Counters name no patient; who a member of staff is, their schedules say as the clinic publishes it. The entry is stored
before anything is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain.identity import SYS, Actor, Role
from chalicelib.domain.load.panels import Filter, Row, by_month, days_between, months_between, panel, row_of
from chalicelib.errors import AccessDeniedError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.tables import Item, Store, Tables, every_one, every_row
from chalicelib.services.gate import Gate

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Staff:
    """Whose counters there may be. ``schedules``: the active ones."""

    member: str
    department: str
    doctor: str
    position: str
    specialty: str
    schedules: tuple[str, ...]


class LoadPanels:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def days(self, actor: Actor, first: date | None, last: date | None, wanted: Filter) -> dict[str, Any]:
        """Both days belong; without them this month up to today. Raises InvalidFieldsError, AccessDeniedError."""
        today = self._clock().date()
        periods = days_between(first or (last or today).replace(day=1), last or max(today, first or today))
        member = self._allowed(actor, wanted.member, periods)
        staff = staff_of(self._tables, actor.organisation_id)
        rows = rows_of_days(self._tables, actor.organisation_id, periods, member)
        return self._shown(rows, periods, staff, wanted.department, member)

    def months(self, actor: Actor, first: date | None, last: date | None, wanted: Filter) -> dict[str, Any]:
        """The months in which both days lie; without them the months of this year. Raises as ``days``."""
        today = self._clock().date()
        periods = months_between(first or (last or today).replace(month=1, day=1), last or max(today, first or today))
        member = self._allowed(actor, wanted.member, periods)
        staff = staff_of(self._tables, actor.organisation_id)
        rows = self._months(actor.organisation_id, periods, member, today)
        return self._shown(rows, periods, staff, wanted.department, member)

    # --- pieces

    def _allowed(self, actor: Actor, asked: str, periods: Sequence[str]) -> str:
        """The one member whose figures are read, "" for all."""
        member = asked if actor.role is Role.ADMINISTRATOR else actor.member_id
        if asked not in {"", member}:
            self._gate.refuse(actor, "load-read", "scope")
            raise AccessDeniedError
        details = {"from": periods[0], "to": periods[-1], **({"member": member} if member else {})}
        self._gate.record(Event(actor, "load:read", SYS, resource_type="load", details=details))
        return member

    def _months(self, organisation_id: str, periods: Sequence[str], member: str, today: date) -> list[Row]:
        """Of months that are not over, the days: visits to come are bookings, but no use of slots yet."""
        now = today.isoformat()[:7]
        rows: list[Row] = []
        for month in periods:
            if month < now:
                rows += map(row_of, self._of_month(organisation_id, month, member))
            else:
                days = [f"{month}-{day:02}" for day in range(1, 32)]
                rows += by_month(rows_of_days(self._tables, organisation_id, days, member))
        return rows

    def _of_month(self, organisation_id: str, month: str, member: str) -> Iterator[Item]:
        prefix = f"{keys.LOAD_MONTHS}{month}#{member}"
        return every_row(self._tables, Store.CARD, keys.load(organisation_id), prefix, page=PAGE)

    def _shown(
        self, rows: Sequence[Row], periods: Sequence[str], staff: Mapping[str, Staff], department: str, member: str
    ) -> dict[str, Any]:
        known = {row.member: staff.get(row.member, Staff(row.member, "", "", "", "", ())) for row in rows}
        seen = [row for row in rows if department in {"", known[row.member].department}]
        found = panel(seen, periods)
        doctors = [
            {
                "member_id": one,
                "doctor": known[one].doctor,
                "position": known[one].position,
                "department": known[one].department,
                **figures,
            }
            for one, figures in found["doctors"].items()
        ]
        offered = {one.department for one in staff.values() if not member or one.member == member}
        return {
            **found,
            "doctors": sorted(doctors, key=lambda one: (one["department"], one["doctor"], one["member_id"])),
            "departments": sorted(offered - {""}),
        }


def rows_of_days(tables: Tables, organisation_id: str, days: Sequence[str], member: str = "") -> list[Row]:
    """Rows of counters of ``days`` (in order, without a gap), of one member or of all."""
    if member:
        wanted = [keys.load_day(organisation_id, day, member) for day in days]
        return [row_of(row) for row in every_one(tables, wanted).values()]
    pk = keys.load(organisation_id)
    after: Item | None = {"pk": pk, "sk": f"{keys.LOAD_DAYS}{days[0]}#"}
    found: list[Row] = []
    while after is not None:
        page = tables.query(Store.CARD, pk, keys.LOAD_DAYS, limit=PAGE, after=after)
        found += [row_of(row) for row in page.items if row["day"] <= days[-1]]
        over = page.items and page.items[-1]["day"] > days[-1]
        after = None if over else page.after
    return found


def staff_of(tables: Tables, organisation_id: str) -> dict[str, Staff]:
    """By membership: the department as the staff list has it, the rest as the schedules say."""
    departments = {
        str(row["member"]): str(row.get("department", ""))
        for row in every_row(tables, Store.IDENTITY, keys.staff(organisation_id, "").pk, "STAFF#", page=PAGE)
    }
    found: dict[str, Staff] = {}
    for row in every_row(tables, Store.CARD, keys.schedules_of(organisation_id), page=PAGE):
        member = str(row["member"])
        known = found.get(member)
        active = (str(row["id"]),) if row["state"] == "active" else ()
        schedules = (*(known.schedules if known else ()), *active)
        said = (row["doctor"], row["position"], row["specialty"])
        if known and not active:
            said = (known.doctor, known.position, known.specialty)
        found[member] = Staff(member, departments.get(member, ""), *said, schedules)
    for member, department in departments.items():
        found.setdefault(member, Staff(member, department, "", "", "", ()))
    return found
