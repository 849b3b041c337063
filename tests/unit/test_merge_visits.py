"""What a card leaves in schedules and waiting lists goes with it, and comes back (APT-1, APT-2, SPC-5)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest

from chalicelib.domain.appointments import Step
from chalicelib.domain.erasures import Basis
from chalicelib.domain.identity import Actor, Role
from chalicelib.errors import WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from tests.unit.merge_world import GOES, STAYS, Registry
from tests.waiting_world import WaitingWorld

pytestmark = pytest.mark.requirement("SPC-5", "APT-1", "APT-2")

MOVED = ("APPT#", "WAITING#", "WAITINGS", "MUTED#", "REFERRALUSE#", "VISITFORM#", "TIMER#waiting-end")


class Clinic(Registry, WaitingWorld):
    """The card that goes had a visit by a referral an hour ago, and waits in two lists; in one it was put first."""

    def __init__(self) -> None:
        super().__init__()
        self.reception = self.staff("reception", Role.REGISTRAR)
        for name, specialty in (("s1", "cardiology"), ("s2", "therapy"), ("s3", "neurology")):
            self.schedule(name, specialty=specialty, referral=name == "s1")
        self.letter = self.referral(self.doctor, GOES)
        start = self.at(1, "10:00")
        self.visit = self.book(self.other, start, "s1", referral_id=self.letter, reason="Боль в груди")
        self.clock.now = start
        self.refreshed()
        self.clock.advance(hours=1)
        self.first, self.second_list = self.wait(self.other, "s2"), self.wait(self.other, "s3")
        self.office.put_first(self.reception, "s2", self.first, first=True, reason="Срочно")
        self.tables.put_many({keys.muted(GOES, "r1"): {"id": "r1"}, keys.muted(STAYS, "r2"): {"id": "r2"}})
        self.react()

    def refreshed(self) -> None:
        """Sessions outlast the weeks of a test."""
        expires = int(self.clock().timestamp()) + 86_400 * 40
        for key in list(self.tables.rows()):
            if key.sk.startswith("SESSION#"):
                self.tables.tamper(key, expires=expires)

    def merged(self) -> str:
        merge = super().merged()
        self.react()
        return merge

    def undone(self, merge: str) -> None:
        self.undo(merge)
        self.carry_on()
        self.react()

    def kept(self, person: str) -> dict[str, Any]:
        rows = self.tables.rows(Store.CARD)
        return {key.sk: row for key, row in rows.items() if key.pk == keys.patient(person) and key.sk.startswith(MOVED)}

    def line(self, schedule: str) -> list[str]:
        found = self.tables.query(Store.CARD, keys.waiting_lines(f"SCHEDULE#{schedule}")).items
        return [row["patient"] for row in found]

    def state(self, *of: Any) -> str:
        return Registry.state(self, *of)

    def waits(self, actor: Actor, entry_id: str) -> str:
        return WaitingWorld.state(self, actor, entry_id)

    def step(self, step: Step) -> Any:
        version = self.clinic.one(self.reception, "s1", self.visit["id"])["version"]
        return self.clinic.step(self.reception, "s1", self.visit["id"], version, step)


@pytest.fixture
def world() -> Clinic:
    return Clinic()


def test_past_visits_and_places_in_lists_are_the_other_cards(world: Clinic) -> None:
    world.merged()
    (visit,) = world.appointments.listed(world.anna, 9, None)[0]
    assert (visit["id"], visit["reason"], visit["referral_id"]) == (world.visit["id"], "Боль в груди", world.letter)
    shown = {one["id"]: one for one in world.waiting.listed(world.anna, 9, None)[0]}
    assert {one["state"] for one in shown.values()} == {"waiting"}
    assert set(shown) == {world.first, world.second_list}
    assert world.entry(world.anna, world.first)["reason"] == "Срочно"
    assert (world.line("s2"), world.line("s3")) == ([STAYS], [STAYS])
    assert {"MUTED#r1", "MUTED#r2", f"REFERRALUSE#{world.letter}"} <= set(world.kept(STAYS))
    day = world.clinic.day(world.reception, "s1", world.clock().date())
    assert [(one["id"], one["patient_id"]) for one in day] == [(world.visit["id"], STAYS)]


def test_what_waits_is_offered_to_the_card_that_goes_on(world: Clinic) -> None:
    world.merged()
    world.freed(world.at(3, "10:00"), "s2")
    world.react()
    assert world.inbox(world.anna).count("slot_offered") == 1
    assert world.accept(world.anna, world.first)["state"] == "booked"
    world.ring(days=1)
    world.ring(days=25)
    assert world.entry(world.anna, world.second_list)["why"] == "until"
    assert world.inbox(world.anna).count("waiting_ended") == 1


@pytest.mark.parametrize("undone", [False, True])
def test_an_offer_that_stands_goes_along(world: Clinic, *, undone: bool) -> None:
    start = world.at(3, "10:00")
    world.freed(start, "s2")
    world.react()
    assert world.waits(world.other, world.first) == "offered"
    merge = world.merged()
    if undone:
        world.undone(merge)
    owner, other = (GOES, STAYS) if undone else (STAYS, GOES)
    slot = world.slot(start, "s2")
    assert slot is not None
    assert (slot["state"], slot["patient"]) == ("held", owner)
    world.ring(days=1)
    assert world.row(keys.waiting_entry(owner, world.first))["state"] == "waiting"
    assert world.slot(start, "s2") is None
    assert world.line("s2") == [owner]
    told = [row["patient"] for row in world.tables.rows(Store.CARD).values() if row.get("react") == ["offer_lapsed"]]
    assert (told.count(owner), told.count(other)) == (1, 0)


def test_an_offer_that_ended_while_the_card_was_closed_is_waited_for_anew(world: Clinic) -> None:
    start = world.at(3, "10:00")
    world.freed(start, "s2")
    world.react()
    world.approved()
    world.ring(days=1)  # nothing was carried yet: the slot went on, and the entry could not
    world.refreshed()
    world.carry_on()
    assert world.row(keys.waiting_entry(STAYS, world.first))["state"] == "waiting"
    assert world.line("s2") == [STAYS]


def test_the_clinic_goes_on_with_a_visit_that_was(world: Clinic) -> None:
    merge = world.merged()
    world.step(Step.MISS)
    assert world.kept(STAYS)[f"APPT#{world.visit['id']}"]["state"] == "noshow"
    assert world.kept(GOES)[f"APPT#{world.visit['id']}"]["state"] == "booked"
    world.undone(merge)
    assert f"APPT#{world.visit['id']}" not in world.kept(STAYS)
    (visit,) = world.appointments.listed(world.other, 9, None)[0]
    assert (visit["state"], visit["reason"]) == ("noshow", "Боль в груди")
    assert world.step(Step.FULFIL)["patient_id"] == GOES


def test_an_undone_merge_leaves_each_card_what_it_had(world: Clinic) -> None:
    before = {person: world.kept(person) for person in (STAYS, GOES)}
    merge = world.merged()
    world.undone(merge)
    after = {person: world.kept(person) for person in (STAYS, GOES)}
    assert {name for name in after[STAYS] if name != "WAITINGS"} == set(before[STAYS])
    assert set(after[GOES]) == set(before[GOES])
    assert after[STAYS]["WAITINGS"]["open"] == {}
    assert after[GOES]["WAITINGS"]["open"] == before[GOES]["WAITINGS"]["open"]
    assert (world.line("s2"), world.line("s3")) == ([GOES], [GOES])
    assert world.entry(world.other, world.first)["reason"] == "Срочно"
    assert not [name for row in after[GOES].values() for name in row if name == "merged_from"]


def test_what_was_left_meanwhile_does_not_come_back(world: Clinic) -> None:
    merge = world.merged()
    world.waiting.leave(world.anna, world.second_list)
    world.undo(merge)
    world.waiting.leave(world.other, world.first)  # before the carrying came to it
    world.carry_on()
    world.react()
    assert [world.waits(world.other, one) for one in (world.first, world.second_list)] == ["left", "left"]
    assert world.kept(GOES)["WAITINGS"]["open"] == world.kept(STAYS)["WAITINGS"]["open"] == {}
    assert (world.line("s2"), world.line("s3")) == ([], [])
    assert not [name for name in world.kept(STAYS) if name.startswith(("WAITING#", "TIMER#"))]


def test_a_visit_that_is_booked_at_that_moment_stops_the_merge(world: Clinic) -> None:
    merge = world.proposed()
    world.tables.before_next_commit(lambda: world.book(world.other, world.at(5), "s3"))
    with pytest.raises(WrongStateError):
        world.decide(merge)
    assert world.state(merge) == "proposed"


@pytest.mark.requirement("SPC-8")
@pytest.mark.parametrize("undone", [False, True])
def test_an_erasure_after_a_merge_clears_what_came_with_it(world: Clinic, *, undone: bool) -> None:
    merge = world.merged()
    if undone:
        world.undone(merge)
    admin, officer = world.staff("admin", Role.ADMINISTRATOR, "system"), world.staff("o", Role.SECURITY_OFFICER)
    made = world.erasures.propose(admin, STAYS, Basis.COURT_ORDER, "1")["erasure_id"]
    world.erasures.decide(officer, made, 1, approve=True)
    world.eraser.execute(made)
    world.react()
    assert world.kept(STAYS) == {}
    slot = world.slot(datetime.fromisoformat(world.visit["start"]), "s1")
    if undone:
        assert {name.split("#")[0] for name in world.kept(GOES)} >= {"APPT", "WAITING", "WAITINGS"}
        assert slot is not None
        assert (slot["patient"], world.line("s2")) == (GOES, [GOES])
    else:
        assert (world.kept(GOES), slot, world.line("s2")) == ({}, None, [])


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("number", range(1, 14, 2))
def test_killed_at_any_step_it_is_there_whole_and_goes_back_whole(number: int, *, lost: bool) -> None:
    world = Clinic()
    before = {person: set(world.kept(person)) for person in (STAYS, GOES)}
    world.freed(world.at(3, "10:00"), "s2")
    world.react()
    merge = world.approved()
    with_faults(world, number, lost=lost)
    assert set(world.kept(STAYS)) >= {f"APPT#{world.visit['id']}", f"WAITING#{world.first}", "MUTED#r1"}
    assert world.kept(STAYS)["WAITINGS"]["open"].keys() == {world.first, world.second_list}
    world.undo(merge)
    with_faults(world, number, lost=lost)
    assert {name for name in world.kept(STAYS) if name != "WAITINGS"} == before[STAYS]
    assert set(world.kept(GOES)) == before[GOES]
    assert world.kept(GOES)["WAITINGS"]["open"].keys() == {world.first, world.second_list}
    slot = world.slot(world.at(3, "10:00"), "s2")
    assert slot is not None
    assert (slot["patient"], world.line("s3")) == (GOES, [GOES])


def with_faults(world: Clinic, number: int, *, lost: bool) -> None:
    """The carrying dies at a commit, before or after it, and the next minutes go on."""
    plain, done = world.tables.commit, [0]

    def commit(writes: Any) -> None:
        done[0] += 1
        if done[0] != number:
            return plain(writes)
        if lost:
            plain(writes)
        raise SystemExit

    world.tables.commit = commit
    with suppress(SystemExit):
        world.carrying.run()
    world.tables.commit = plain
    world.carry_on()
