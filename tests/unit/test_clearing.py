"""An erased person's places elsewhere: slots are free and offered, lists lose their lines, nothing waits (SPC-8)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.erasures import Basis
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import FeedUnknownError, MedkartaError, UnavailableError
from chalicelib.interop.calendars import ICalendarTexts
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from chalicelib.services.calendars import FeedReader, FeedService
from chalicelib.services.limits import LimitService
from tests.waiting_world import WaitingWorld
from tests.world import ANNA, URL

pytestmark = pytest.mark.requirement("SPC-8", "APT-1", "APT-2")

GONE = ("APPT#", "WAITING#", "WAITINGS", "BOOKINGS", "TIMER#", "FEED#", "FEEDS", "THREAD#", "MUTED#", "REFERRALUSE#")


class Leaving(WaitingWorld):
    """Anna has a coming visit, one that was, an offer, a place in a line, a calendar and a chat; Vera waits."""

    def __init__(self) -> None:
        super().__init__()
        self.anna = self.patient()
        self.admin = self.staff("admin", Role.ADMINISTRATOR, "system")
        self.officer = self.staff("officer", Role.SECURITY_OFFICER)
        (self.vera,) = self.people("vera")
        for name, specialty in (("s1", "therapy"), ("s2", "cardiology"), ("s3", "neurology"), ("s4", "surgery")):
            self.schedule(name, specialty=specialty)
        self.past, self.start, self.offer = self.at(1, "10:00"), self.at(9, "10:00"), self.at(9, "11:00")
        self.was = self.book(self.anna, self.past, "s4")
        self.clock.advance(days=2)
        self.visit = self.book(self.anna, self.start)
        self.entry, self.line = self.wait(self.anna, "s2"), self.wait(self.anna, "s3")
        self.freed(self.offer, "s2")
        self.react()
        assert self.state(self.anna, self.entry) == "offered"
        self.next = [self.wait(self.vera, name) for name in ("s1", "s2")]
        self.feeds = FeedService(self.gate, self.tables, self.keys, self.clock, URL)
        limits = LimitService(self.tables, self.clock)
        self.reader = FeedReader(self.gate, self.tables, ICalendarTexts(), limits, self.clock)
        form = {"detail": "times", "language": "ru", "schedules": []}
        self.address = str(self.feeds.create(self.anna, form, self.key())[0]["url"]).rpartition("/")[2]
        thread = {"id": "t1", "patient": ANNA, "member": "m1", "ver": 1, "sealed": b"sealed"}
        self.tables.put_many(
            {
                keys.thread(ANNA, "t1"): thread,
                keys.chat_of("m1", "t1"): {"id": "t1", "patient": ANNA},
                keys.chat_of("m1", "t2"): {"id": "t2", "patient": "vera"},
                keys.muted(ANNA, "r1"): {"id": "r1"},
                keys.referral_use(ANNA, "r2"): {"appointment": "a1"},
            }
        )

    def erased(self) -> None:
        made = str(self.erasures.propose(self.admin, ANNA, Basis.COURT_ORDER, "1")["erasure_id"])
        self.erasures.decide(self.officer, made, 1, approve=True)
        assert self.eraser.execute(made) == "executed"

    def left(self, person: str = ANNA) -> set[str]:
        rows = self.tables.rows(Store.CARD)
        return {key.sk for key in rows if key.pk == keys.patient(person) and key.sk.startswith(GONE)}

    def naming(self, person: str = ANNA) -> set[str]:
        """Partitions beside the person's own, and beside those of moments, in which they stand."""
        rows = self.tables.rows(Store.CARD).items()
        named = {key.pk for key, row in rows if row.get("patient") == person and not key.pk.startswith("P#")}
        return {pk for pk in named if not pk.startswith(("TIMER#", "ERASURES"))}

    def check_gone(self) -> None:
        assert (self.left(), self.naming()) == (set(), set())
        assert [self.state(self.vera, one) for one in self.next] == ["offered", "offered"]
        for schedule, start in (("s1", self.start), ("s2", self.offer)):
            slot = self.slot(start, schedule)
            assert slot is not None
            assert (slot["state"], slot["patient"]) == ("held", "vera")
        assert self.slot(self.past, "s4") is None
        with pytest.raises(FeedUnknownError):
            self.reader.fetch(Actor(PersonId("anonymous"), Role.ANONYMOUS, ip="198.51.100.7"), self.address)
        chats = {key.sk for key in self.tables.rows(Store.CARD) if key.pk == "CHATS#m1"}
        assert chats == {"t2"}


def test_slots_are_offered_and_lists_lose_the_lines() -> None:
    world = Leaving()
    assert {sk.split("#")[0] for sk in world.left()} == {name.rstrip("#") for name in GONE}
    told = len(world.inbox(world.vera))
    world.erased()
    world.react()
    world.check_gone()
    assert world.inbox(world.vera)[told - len(world.inbox(world.vera)) :].count("slot_offered") == 2
    assert [entry.subject for entry in world.entries("appointment:cancel")][-1:] == ["sys"]
    desk = world.desk()
    assert world.clinic.day(desk, "s1", world.start.date()) == []


def test_the_clinics_system_learns_of_the_cancelled_visit() -> None:
    world = Leaving()
    world.erased()
    world.react()
    rows = world.tables.rows(Store.CARD)
    lines = [
        row for key, row in rows.items() if key.pk == "OUTLOG#clinic" and row["appointment_id"] == world.visit["id"]
    ]
    assert {row["state"] for row in lines} == {"booked", "cancelled"}
    assert ANNA not in str(lines)


def test_timers_that_would_ring_for_the_erased_ring_for_nobody() -> None:
    world = Leaving()
    world.erased()
    world.react()
    before = {one for one in world.told() if one.startswith("visit")}
    world.ring(days=12)
    assert {one for one in world.told() if one.startswith("visit")} == before
    assert world.parking.parked == []
    assert world.left() == set()


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("number", range(1, 30, 3))
def test_killed_at_any_step_it_goes_on(number: int, *, lost: bool) -> None:
    world = Leaving()
    world.erased()
    plain, done = world.tables.commit, [0]

    def commit(writes: Any) -> None:
        done[0] += 1
        if done[0] != number:
            return plain(writes)
        if lost:
            plain(writes)
        raise UnavailableError

    world.tables.commit = commit
    with suppress(MedkartaError):
        world.pump()
    del world.tables.commit
    assert done[0] >= number
    world.react()
    world.check_gone()


def test_whoever_has_much_is_cleared_in_transactions_that_fit() -> None:
    world = Leaving()
    names = [f"old-{n:03}" for n in range(70)]
    old = {name: world.row(keys.appointment(ANNA, world.was["id"])) for name in names}
    for n, (name, row) in enumerate(old.items()):
        start = (world.past - timedelta(days=n + 1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        kept = {k: v for k, v in row.items() if k not in {"pk", "sk", "react"}} | {"id": name, "start": start}
        world.tables.commit(
            [
                Put(keys.appointment(ANNA, name), kept | {"displaced": start}),
                Put(keys.appointment_place("s4", name), {"patient": ANNA}),
                Put(keys.slot("s4", start), {"patient": ANNA, "appointment": name, "state": "booked", "until": start}),
            ]
        )
    sizes: list[int] = []
    plain = world.tables.commit

    def commit(writes: Any) -> None:
        sizes.append(len(writes))
        plain(writes)

    world.tables.commit = commit
    world.erased()
    world.react()
    world.check_gone()
    assert max(sizes) <= 100
