"""A clinic in memory with doctors' schedules, whose patients book, move and cancel."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import State
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.tables import Expect, Put, Store, Update, Write
from chalicelib.records.registry import record_type
from chalicelib.services.appointments import AppointmentService, Booker, ClinicService, Tools
from tests.world import ANNA, World

ZONE = "Europe/Moscow"
MOSCOW = ZoneInfo(ZONE)
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
RULE = {"start": "09:00", "end": "13:00", "every_weeks": 1, "valid_from": "2026-01-01"}


class AppointmentWorld(World):
    def __init__(self) -> None:
        super().__init__()
        tools = Tools(self.gate, self.tables, self.vault, self.keys, self.clock)
        self.booker = Booker(tools)
        self.appointments = AppointmentService(tools, self.booker)
        self.clinic = ClinicService(tools, self.booker)
        self.others["slot_freed"] = lambda _row: ((), ())
        self.reactions = type(self.reactions)(self.reactions._t, self.others)
        self._count = 0

    def session(self, person_id: PersonId, role: Role, member: str = "") -> Actor:
        """One that outlasts the weeks of a test."""
        actor = super().session(person_id, role, member)
        expires = int((self.clock() + timedelta(days=400)).timestamp())
        self.tables.commit([Update(keys.session(person_id, actor.session_id), {"expires": expires})])
        return actor

    # --- what there is

    def schedule(self, schedule_id: str = "s1", *, doctor: Actor | None = None, **changes: Any) -> str:
        """Every day from 9 to 13 o'clock in Moscow, half an hour each, unless ``changes`` say otherwise."""
        row = {
            "id": schedule_id,
            "organisation": "clinic",
            "member": doctor.member_id if doctor else f"member-{schedule_id}",
            "person": doctor.person_id if doctor else f"staff-{schedule_id}",
            "doctor": "Петров П. П.",
            "position": "врач",
            "specialty": "therapy",
            "room": "12",
            "zone": ZONE,
            "slot_minutes": 30,
            "rules": [{**RULE, "weekdays": EVERY_DAY}],
            "exceptions": [],
            "horizon_days": 30,
            "notice_minutes": 60,
            "cancel_hours": 3,
            "referral": False,
            "works_on_holidays": True,
            "state": State.ACTIVE.value,
            "ver": 1,
            **changes,
        }
        fences = schedule_rows.fences(schedule_id, row["ver"], State(row["state"]), Expect.ABSENT)
        self.tables.commit([Put(keys.schedule(schedule_id), row), *fences])
        return schedule_id

    def change_schedule(self, schedule_id: str, **changes: Any) -> None:
        """As the topic of schedules does it: the row and all fences in one transaction."""
        old = self.row(keys.schedule(schedule_id))
        row = {**old, **changes, "ver": int(old["ver"]) + 1}
        writes: list[Write] = [Put(keys.schedule(schedule_id), row, {"ver": old["ver"]})]
        self.tables.commit([*writes, *schedule_rows.fences(schedule_id, row["ver"], State(row["state"]))])

    def hold(self, schedule_id: str, start: datetime, entry: str, until: datetime, minutes: int = 30) -> None:
        row = {
            "state": "held",
            "until": stamp(start + timedelta(minutes=minutes)),
            "entry": entry,
            "patient": "held-for",
            "held_until": stamp(until),
            "ver": 1,
        }
        self.tables.commit([Put(keys.slot(schedule_id, stamp(start)), row)])

    def at(self, days: int, clock: str = "09:00") -> datetime:
        """So many days from now, by the clock of Moscow."""
        day = self.clock().astimezone(MOSCOW).date() + timedelta(days=days)
        return datetime.fromisoformat(f"{day}T{clock}:00+03:00")

    def referral(self, doctor: Actor, patient_id: PersonId = ANNA, **changes: Any) -> str:
        body = {
            "occurred_at": "2026-03-01T10:00:00+03:00",
            "doctor_name": "Петров П. П.",
            "specialty": "К кардиологу",
            "goal": "Консультация",
            "status": "active",
            **changes,
        }
        made, _ = self.records.create(doctor, patient_id, record_type("referral"), body, self.key())
        return str(made["id"])

    def registered(self, patient_id: PersonId = ANNA, organisation: str = "clinic") -> None:
        self.tables.commit([Put(keys.clinic(patient_id, organisation), {"organisation": organisation}, None)])

    def desk(self) -> Actor:
        return self.staff("desk", Role.REGISTRAR)

    def key(self) -> str:
        self._count += 1
        return f"key-{self._count:020d}"

    # --- what they do

    def form(self, start: datetime, schedule_id: str = "s1", **changes: Any) -> dict[str, Any]:
        return {"schedule_id": schedule_id, "start": start, "referral_id": "", "reason": "", **changes}

    def book(self, actor: Actor, start: datetime, schedule_id: str = "s1", key: str = "", **changes: Any) -> Any:
        form = self.form(start, schedule_id, **changes)
        return self.appointments.book(actor, form, key or self.key())[0]

    def told(self) -> list[str]:
        """Events that wait for their reactions, in order."""
        rows = self.tables.rows(Store.CARD)
        found = sorted(
            (row["at"], row["id"], *row["react"]) for key, row in rows.items() if key.sk.startswith("EVENT#")
        )
        return [name for _, _, *names in found for name in names]

    def checked(self) -> None:
        """What holds at every moment, whoever did what."""
        rows, now = self.tables.rows(Store.CARD), self.clock()
        visits = {row["id"]: row for key, row in rows.items() if key.sk.startswith("APPT#") and key.pk.startswith("P#")}
        taken = {row["appointment"]: (key, row) for key, row in rows.items() if _booked(key, row)}
        assert len(taken) == sum(_booked(key, row) for key, row in rows.items()), "a slot each"
        standing = {one for one, row in visits.items() if row["state"] != "cancelled"}
        assert set(taken) == standing, "each slot has its appointment and each appointment its slot"
        for one, (key, row) in taken.items():
            visit = visits[one]
            assert key == keys.slot(visit["schedule"], visit["start"])
            assert (row["until"], row["patient"]) == (visit["until"], visit["patient"])
            assert rows[keys.appointment_place(visit["schedule"], one)]["patient"] == visit["patient"]
        self._checked_times(rows, visits, now)
        self._checked_rest(rows, visits)

    def _checked_times(self, rows: Any, visits: dict[str, Any], now: datetime) -> None:
        for patient in {row["patient"] for row in visits.values()}:
            open_ones = [r for r in visits.values() if r["patient"] == patient and r["state"] in {"booked", "arrived"}]
            ahead = {row["id"]: row for row in open_ones if datetime.fromisoformat(row["until"]) > now}
            listed = rows[keys.bookings(patient)]["open"]
            known = {one for one, said in listed.items() if datetime.fromisoformat(said["until"]) > now}
            assert known == set(ahead), "the patient's row knows what is open"
            assert all(
                (listed[one]["start"], listed[one]["until"]) == (r["start"], r["until"]) for one, r in ahead.items()
            )
            times = sorted((row["start"], row["until"]) for row in ahead.values())
            assert all(a[1] <= b[0] for a, b in pairwise(times)), "one visit at a time"
        for schedule in {row["schedule"] for row in visits.values()}:
            used = [r for r in visits.values() if r["schedule"] == schedule and r["state"] != "cancelled"]
            times = sorted((row["start"], row["until"]) for row in used)
            assert all(a[1] <= b[0] for a, b in pairwise(times)), "one patient at a time"

    def _checked_rest(self, rows: Any, visits: dict[str, Any]) -> None:
        uses = {row["appointment"]: key for key, row in rows.items() if key.sk.startswith("REFERRALUSE#")}
        using = {one: r for one, r in visits.items() if "referral" in r and r["state"] not in {"cancelled", "noshow"}}
        assert {one: keys.referral_use(r["patient"], r["referral"]) for one, r in using.items()} == uses
        for one, row in visits.items():
            timer = rows.get(keys.timer(row["patient"], "visit", one))
            assert timer is None or (row["state"] in {"booked", "arrived"} and timer["about"]["start"] == row["start"])


def _booked(key: keys.Key, row: dict[str, Any]) -> bool:
    return key.sk.startswith("SLOT#") and row["state"] == "booked"
