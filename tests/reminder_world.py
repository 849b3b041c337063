"""A child with a doctor, and the trigger of timers: what is planned, and what is told when time goes by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.no_show import shipped
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Key, Store, Update
from chalicelib.ports.timers import MOST_WANTED, Ring, Rung, Timer, Topic
from chalicelib.records.medication import MEDICATION_STATEMENT
from chalicelib.records.orders import PLANNED_STUDY
from chalicelib.services.reminders import Choosing, ExtraReminders, IntakeService, ReminderService, Rings
from chalicelib.services.timers import TimerService
from tests.outside_fakes import FakeParking
from tests.vaccination_world import VaccinationWorld
from tests.world import ANNA


def statement(**intake: Any) -> dict[str, Any]:
    """A medication statement; ``started_on``, ``ended_on``, ``status`` are its own, the rest is the schedule."""
    own = {name: intake.pop(name) for name in ("started_on", "ended_on", "status") if name in intake}
    return {
        "occurred_at": "2026-03-01T10:00:00+03:00",
        "drug": {"inn": "Метформин", "form": "таблетки", "strength": "500 мг"},
        "dosage": "по 1 таблетке",
        "intake": {"times": ["08:00", "20:00"], **intake},
        "started_on": "2026-03-01",
        **own,
    }


def study(planned_for: str, status: str = "active") -> dict[str, Any]:
    return {
        "occurred_at": "2026-03-01T10:00:00+03:00",
        "doctor_name": "Петров Пётр Петрович",
        "study": "Колоноскопия",
        "planned_for": planned_for,
        "status": status,
        **({"no_record_because": "сделано в другом месте"} if status == "completed" else {}),
    }


class Asked(dict[Key, Item]):
    """Rows that were read: to look for one that nobody asked for is a mistake, not an absence."""

    def __init__(self, wanted: Sequence[Key], found: Mapping[Key, Item]) -> None:
        super().__init__({key: found[key] for key in wanted if key in found})
        self._wanted = wanted

    def get(self, key: Key, default: Any = None) -> Any:
        assert key in self._wanted
        return super().get(key, default)


def strict(topic: Ring) -> Ring:
    if not isinstance(topic, Topic):
        return topic

    def ring(timer: Timer, found: Mapping[Key, Item]) -> Rung:
        wanted = topic.wants(timer.owner, timer.subject)
        assert len(wanted) <= MOST_WANTED
        return topic.ring(timer, Asked(wanted, found))

    return replace(topic, ring=ring)


class ReminderWorld(VaccinationWorld):
    """The clock stands at 2 March 2026, 12:00 in Moscow."""

    def __init__(self) -> None:
        super().__init__()
        self.choosing = Choosing("0.000001", shipped)
        self.rings = Rings(self.audit.new_id, self.clock, self.choosing)
        self.parking = FakeParking()
        self.timers = TimerService(self.gate, self.tables, self.parking, self.topics, self.clock, 1)
        self.leap(self.clock())
        self.extra = ExtraReminders(self.gate, self.tables, self.clock, self.choosing)
        self.reminders = ReminderService(self.gate, self.tables, self.clock, self.extra)
        self.intakes = IntakeService(self.gate, self.tables, self.vault, self.keys, self.clock)

    def topics(self) -> dict[str, Ring]:
        """Rings that look at nothing but what their topic wants."""
        return {name: strict(topic) for name, topic in self.rings.topics.items()}

    # --- what is planned

    def takes(self, **intake: Any) -> str:
        return self.written(MEDICATION_STATEMENT, statement(**intake))

    def to_do(self, planned_for: str) -> str:
        return self.written(PLANNED_STUDY, study(planned_for))

    def written(self, spec: Any, body: dict[str, Any]) -> str:
        record_id = str(self.records.create(self.doctor, ANNA, spec, body, self.key())[0]["id"])
        self.pump()
        return record_id

    def amended(self, spec: Any, record_id: str, body: dict[str, Any], version: int = 1) -> None:
        for who in (self.anna, self.doctor):
            self.session(who.person_id, who.role, who.member_id)
        self.records.amend(self.doctor, ANNA, spec, record_id, body, version)
        self.pump()

    def wish(self, person_id: PersonId = ANNA, **wishes: Any) -> None:
        self.tables.commit([Update(keys.profile(person_id), wishes)])

    def timer(self, topic: str, subject: str, owner: PersonId = ANNA) -> Item | None:
        return self.tables.get(keys.timer(owner, topic, subject))

    def due(self, topic: str, subject: str) -> str:
        row = self.timer(topic, subject)
        return row["due"] if row else ""

    # --- time goes by

    def leap(self, moment: datetime) -> None:
        """The clock goes to a moment; the hours before are done, of which a run would look at each."""
        self.clock.now = moment
        hour = stamp(moment.replace(minute=0, second=0, microsecond=0))
        self.tables.put_many({keys.timers_done(shard): {"hour": hour} for shard in keys.TIMER_SHARDS})

    def until(self, moment: datetime | str, step: timedelta = timedelta(minutes=30)) -> list[tuple[str, str]]:
        """Run the trigger step by step up to a moment; what was told since, with when, oldest first."""
        end = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        before = len(self.told())
        while self.clock() < end:
            self.clock.now = min(end, self.clock() + step)
            self.timers.run()
        return self.told()[before:]

    def told(self, owner: PersonId = ANNA) -> list[tuple[str, str]]:
        """(moment, event) of every event of a person, oldest first."""
        rows = [row for key, row in self.tables.rows(Store.CARD).items() if key.sk.startswith("EVENT#")]
        mine = sorted((row["at"], row["id"], row["react"][0]) for row in rows if row["patient"] == owner)
        return [(at, event) for at, _, event in mine]

    def appointed(self, start: datetime, zone: str = "Europe/Moscow", state: str = "booked") -> str:
        """The row of an appointment, as far as a reminder looks at it."""
        row = {"id": "visit-1", "patient": ANNA, "state": state, "start": stamp(start), "zone": zone, "ver": 1}
        self.tables.put_many({keys.appointment(ANNA, "visit-1"): row})
        return "visit-1"
