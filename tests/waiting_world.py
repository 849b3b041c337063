"""A clinic in memory whose slots are waited for: reactions, and timers that ring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import MedkartaError
from chalicelib.ports import keys, waiting_rows
from chalicelib.ports.schedule_rows import to_tell
from chalicelib.ports.tables import Item, Put, Store, Write
from chalicelib.ports.timers import Rung
from chalicelib.services.schedules import DisplacedVisits
from chalicelib.services.timers import TimerService
from chalicelib.services.waiting_list import Displaced, Offers, Tools, WaitingListOffice, WaitingListService
from tests.appointment_world import AppointmentWorld
from tests.outside_fakes import FakeParking


class WaitingWorld(AppointmentWorld):
    def __init__(self) -> None:
        super().__init__()
        tools = Tools(self.gate, self.tables, self.vault, self.keys, self.clock)
        self.offers = Offers(tools)
        self.waiting = WaitingListService(tools, self.offers, lambda: self._book_held)
        self.displaced = Displaced(tools, self.offers)
        self.office = WaitingListOffice(tools)
        self.parking = FakeParking()
        rings = {
            waiting_rows.OFFER: self.offers.lapse,
            waiting_rows.ENDING: self.waiting.over,
            waiting_rows.UNANSWERED: self.displaced.lapse,
            "displaced": DisplacedVisits(self.gate, self.tables, self.clock).ring,
            "visit": lambda _timer: Rung(),
            "visit-extra": lambda _timer: Rung(),
        }
        self.timers = TimerService(self.gate, self.tables, self.parking, lambda: rings, self.clock, parallel=1)
        self.others |= {
            "slot_freed": self.offers.freed,
            "slots_opened": self.offers.opened,
            "schedule_changed": self.displaced.changed,
            "appointment_displaced": self.displaced.displaced,
            "appointment_restored": self.displaced.restored,
            "appointment_unanswered": self.displaced.unanswered,
            "appointment_booked": self._booked,
            "booked_otherwise": self.waiting.booked_otherwise,
        }
        self.reactions = type(self.reactions)(self.reactions._t, self.others)

    def _booked(self, row: Item) -> tuple[Sequence[Any], Sequence[Write]]:
        staged, writes = self.reactions.notice(row["patient"], "appointment_booked", {}, {})
        return staged, [*writes, *self.waiting.booked(row)]

    def _book_held(self, actor: Actor, entry: Item, answer: Any, key: str, beside: Sequence[Write]) -> Any:
        form = {"schedule_id": entry["offer"]["schedule"], "start": datetime.fromisoformat(entry["offer"]["start"])}
        return self.appointments.book(actor, {**form, **answer}, key, hold=entry["id"], beside=beside)

    def schedule(self, schedule_id: str = "s1", **changes: Any) -> str:
        """As the office enters it: among those of its specialty too."""
        made = super().schedule(schedule_id, **changes)
        row = self.row(keys.schedule(made))
        place = keys.schedule_in_specialty(row["specialty"], row["organisation"], made)
        self.tables.commit([Put(place, {"organisation": row["organisation"]})])
        return made

    # --- what they do

    def wait(self, actor: Actor, schedule_id: str = "s1", key: str = "", **changes: Any) -> str:
        form = {"schedule_id": schedule_id, "organisation_id": "", "specialty": "", "first": None}
        form |= {"last": (self.clock() + timedelta(days=20)).date().isoformat(), "weekdays": [], "parts": []}
        return str(self.waiting.join(actor, form | changes, key or self.key())[0]["id"])

    def accept(self, actor: Actor, entry_id: str, key: str = "", version: int = 0) -> Any:
        version = version or self.entry(actor, entry_id)["version"]
        answer = {"referral_id": "", "reason": ""}
        return self.waiting.accept(actor, entry_id, version, answer, key or self.key())[0]

    def decline(self, actor: Actor, entry_id: str) -> Any:
        return self.waiting.decline(actor, entry_id, self.entry(actor, entry_id)["version"])

    def entry(self, actor: Actor, entry_id: str) -> Any:
        return self.waiting.one(actor, entry_id)

    def state(self, actor: Actor, entry_id: str) -> str:
        return str(self.row(keys.waiting_entry(actor.card_id, entry_id))["state"])

    def people(self, *names: str) -> list[Actor]:
        return [self.patient(PersonId(name)) for name in names]

    def ring(self, **after: float) -> None:
        """Time goes by; what is due rings, and its reactions run. Twice, as a trigger may."""
        self.clock.advance(**after)
        for _ in range(2):
            self.timers.run()
        self.react()

    def react(self) -> None:
        """As the stream does: again while it fails."""
        for _ in range(5):
            try:
                self.pump()
            except MedkartaError:
                continue
            return
        raise AssertionError("a reaction never succeeds")

    def slot(self, start: datetime, schedule_id: str = "s1") -> Item | None:
        found: Item | None = self.tables.get(keys.slot(schedule_id, stamp(start)))
        return found

    def ill(self, day: date, schedule_id: str = "s1", *, back: bool = False) -> None:
        """The doctor is away for a day, or is there after all; visits are looked at by the timer of the change."""
        away = {"id": "e1", "first": day.isoformat(), "last": day.isoformat(), "reason": "sickness", "hours": []}
        self.change_schedule(schedule_id, exceptions=[] if back else [away])
        self.tables.commit(to_tell(schedule_id, self.clock()))
        self.ring()

    def freed(self, start: datetime, schedule_id: str = "s1") -> None:
        """Somebody else had the slot, and cancels."""
        holder = self.patient(PersonId(f"holder-{len(self.audit.events)}"))
        made = self.book(holder, start, schedule_id)
        self.appointments.cancel(holder, made["id"], made["version"])

    # --- what holds at every moment

    def whole(self) -> None:
        """One holder a slot; both sides of an offer say the same; who waits has a line, who does not has none."""
        self.checked()
        rows = self.tables.rows(Store.CARD)
        entries = {r["id"]: r for k, r in rows.items() if k.sk.startswith(keys.WAITING) and k.pk.startswith("P#")}
        lines = {r["entry"] for k, r in rows.items() if k.pk.startswith(keys.WAITING)}
        assert lines == {one for one, r in entries.items() if r["state"] == "waiting"}
        held = {r["entry"]: (k, r) for k, r in rows.items() if k.sk.startswith("SLOT#") and r["state"] == "held"}
        assert len(held) == sum(r["state"] == "held" for k, r in rows.items() if k.sk.startswith("SLOT#"))
        for one, (key, row) in held.items():
            offer = entries[one]["offer"]
            assert entries[one]["state"] == "offered"
            assert key == keys.slot(offer["schedule"], offer["start"])
            assert (row["held_until"], row["patient"]) == (offer["held_until"], entries[one]["patient"])
            timer = rows[keys.timer(offer["schedule"], waiting_rows.OFFER, offer["start"])]
            assert timer["about"]["entry"] == one
        for one, row in entries.items():
            if (
                row["state"] == "offered" and one not in held
            ):  # booked by another after it was over: the timer sees to it
                assert row["offer"]["held_until"] <= stamp(self.clock())
            assert ("offer" in row) == (row["state"] in {"offered", "booked"})
        for patient in {row["patient"] for row in entries.values()}:
            waits = {
                one for one, r in entries.items() if r["patient"] == patient and r["state"] in {"waiting", "offered"}
            }
            assert set(rows[keys.waiting_open(patient)]["open"]) == waits


def offered(world: WaitingWorld, *names: str) -> Any:
    """People who wait, and a slot that came free: the first has the offer."""
    people = world.people(*names)
    entries = [world.wait(one) for one in people]
    start = world.at(3, "10:00")
    world.freed(start)
    world.react()
    return people, entries, start
