"""A clinic with doctors and their schedules, for tests of several topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.schedule_forms import Change
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from chalicelib.services.schedules import DisplacedVisits, FreeSlotService, ScheduleOffice
from tests.world import World

KEY = "0123456789abcdef"

WORKDAYS = [1, 2, 3, 4, 5]
FORM: Mapping[str, Any] = {
    "member_id": "member-doctor",
    "specialty": "therapy",
    "doctor": "Петров Пётр Петрович",
    "position": "врач-терапевт",
    "room": "214",
    "zone": "Europe/Moscow",
    "slot_minutes": 30,
    "rules": [
        {"weekdays": WORKDAYS, "start": "09:00", "end": "12:00", "valid_from": "2026-01-01", "every_weeks": 1},
        {"weekdays": WORKDAYS, "start": "13:00", "end": "15:00", "valid_from": "2026-01-01", "every_weeks": 1},
    ],
    "horizon_days": 30,
    "notice_minutes": 60,
    "cancel_hours": 3,
    "works_on_holidays": True,
}


class Clinic(World):
    """One clinic with a registrar and a doctor."""

    def __init__(self) -> None:
        super().__init__()
        self.office = ScheduleOffice(self.gate, self.tables, self.clock)
        self.free = FreeSlotService(self.gate, self.tables, self.clock)
        self.displaced = DisplacedVisits(self.gate, self.tables, self.clock)
        self.registrar = self.staff("registrar", Role.REGISTRAR)
        self.doctor = self.works("doctor")

    def works(self, name: str, organisation: str = "clinic") -> Actor:
        """A doctor who is on the staff list too."""
        actor = self.staff(name, Role.DOCTOR, organisation)
        row = {"member": actor.member_id, "person": actor.person_id, "role": "doctor", "state": "active"}
        self.tables.commit([Put(keys.staff(organisation, actor.member_id), row)])
        return actor

    def schedule(self, key: str = KEY, actor: Actor | None = None, **changes: Any) -> str:
        made, _ = self.office.create(actor or self.registrar, {**FORM, **changes}, key, "ru")
        return str(made["schedule_id"])

    def change(self, schedule_id: str, *, dry_run: bool = False) -> Change:
        """Of the schedule as it stands."""
        return Change(int(self.row(keys.schedule(schedule_id))["ver"]), dry_run)

    def book(self, schedule_id: str, start: str, until: str, appointment: str, patient: str = "anna") -> None:
        """The row of a booked slot alone."""
        row = {"state": "booked", "until": until, "patient": patient, "appointment": appointment, "ver": 1}
        self.tables.commit([Put(keys.slot(schedule_id, start), row)])

    def told(self, event: str) -> list[str]:
        """Appointments of which this was told, in the order of events."""
        rows = [row for key, row in sorted(self.tables.rows().items(), key=lambda one: one[0].sk) if "EVENT#" in key.sk]
        return [row["appointment"] for row in rows if row["react"] == [event]]
