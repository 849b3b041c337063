"""Booking (APT-1, SPC-7): the table of steps, what is refused and why, and what a fault leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.appointments import STEPS, Appointment, State, Step, check_step, leads_to
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    AccessDeniedError,
    AuditUnavailableError,
    CardStateError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    OutcomeUnknownError,
    OwnOverlapError,
    SlotNotThereError,
    SlotTakenError,
    StaleVersionError,
    TooLateError,
    TooManyOpenError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, Update
from tests.appointment_world import AppointmentWorld
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("APT-1")

START = datetime(2026, 3, 10, 6, tzinfo=UTC)  # 9 o'clock in Moscow
FOUND = Appointment(
    id="a1",
    patient="anna",
    schedule="s1",
    organisation="clinic",
    member="m1",
    specialty="therapy",
    start=START,
    until=START + timedelta(minutes=30),
    zone="Europe/Moscow",
    state=State.BOOKED,
    version=1,
    by="patient",
    cancel_hours=3,
)
BEFORE, AFTER = timedelta(hours=-4), timedelta(hours=1)

STEP_CASES: list[tuple[Step, State, Role, timedelta, Any]] = [
    (Step.MOVE, State.BOOKED, Role.PATIENT, BEFORE, State.BOOKED),
    (Step.MOVE, State.BOOKED, Role.PATIENT, timedelta(hours=-3), TooLateError),
    (Step.MOVE, State.BOOKED, Role.REGISTRAR, AFTER, State.BOOKED),
    (Step.CANCEL, State.BOOKED, Role.REPRESENTATIVE, BEFORE, State.CANCELLED),
    (Step.CANCEL, State.BOOKED, Role.PATIENT, timedelta(hours=-3, seconds=-1), State.CANCELLED),
    (Step.CANCEL, State.BOOKED, Role.PATIENT, timedelta(hours=-3), TooLateError),
    (Step.CANCEL, State.BOOKED, Role.DOCTOR, AFTER, State.CANCELLED),
    (Step.CANCEL, State.BOOKED, Role.SYSTEM, BEFORE, State.CANCELLED),
    (Step.CANCEL, State.BOOKED, Role.NURSE, BEFORE, AccessDeniedError),
    (Step.CANCEL, State.ARRIVED, Role.REGISTRAR, BEFORE, WrongStateError),
    (Step.CANCEL, State.CANCELLED, Role.PATIENT, BEFORE, WrongStateError),
    (Step.ARRIVE, State.BOOKED, Role.NURSE, BEFORE, State.ARRIVED),
    (Step.ARRIVE, State.BOOKED, Role.PATIENT, BEFORE, AccessDeniedError),
    (Step.ARRIVE, State.BOOKED, Role.NURSE, timedelta(hours=-9, seconds=-1), TooLateError),  # the day before, there
    (Step.ARRIVE, State.BOOKED, Role.NURSE, timedelta(hours=-9), State.ARRIVED),
    (Step.ARRIVE, State.BOOKED, Role.NURSE, timedelta(hours=15), TooLateError),
    (Step.FULFIL, State.ARRIVED, Role.DOCTOR, timedelta(days=3), State.FULFILLED),
    (Step.FULFIL, State.BOOKED, Role.DOCTOR, AFTER, WrongStateError),
    (Step.MISS, State.BOOKED, Role.REGISTRAR, timedelta(0), State.NOSHOW),
    (Step.MISS, State.BOOKED, Role.REGISTRAR, timedelta(seconds=-1), TooLateError),
    (Step.MISS, State.ARRIVED, Role.REGISTRAR, AFTER, WrongStateError),
    (Step.CORRECT, State.NOSHOW, Role.REGISTRAR, timedelta(hours=24), State.FULFILLED),
    (Step.CORRECT, State.NOSHOW, Role.REGISTRAR, timedelta(hours=24, minutes=30), TooLateError),
    (Step.CORRECT, State.FULFILLED, Role.REGISTRAR, AFTER, WrongStateError),
]


@pytest.mark.parametrize(("step", "state", "role", "when", "outcome"), STEP_CASES)
def test_the_table_of_steps(step: Step, state: State, role: Role, when: timedelta, outcome: Any) -> None:
    found, now = replace(FOUND, state=state), START + when
    if isinstance(outcome, State):
        assert check_step(step, found, role, now) is outcome
    else:
        with pytest.raises(outcome):
            check_step(step, found, role, now)


def test_what_the_clinic_displaced_is_the_patients_until_it_begins() -> None:
    found = replace(FOUND, displaced=stamp(START))
    assert check_step(Step.CANCEL, found, Role.PATIENT, START - timedelta(seconds=1)) is State.CANCELLED
    with pytest.raises(TooLateError):
        check_step(Step.CANCEL, found, Role.PATIENT, START)


def test_nothing_leads_out_of_an_end() -> None:
    ends = {State.CANCELLED, State.FULFILLED}
    assert not any(ends & rule.before for rule in STEPS.values())


@pytest.mark.parametrize(
    ("said", "specialty", "leads"),
    [
        ("К кардиологу", "cardiology", True),
        ("врач-кардиолог", "cardiology", True),
        ("Консультация невролога", "neurology", True),
        ("Лор", "otorhinolaryngology", True),
        ("УЗИ брюшной полости", "ultrasound", True),
        ("cardiologist", "cardiology", True),
        ("Ультразвуковая диагностика", "functional-diagnostics", False),
        ("Врач-специалист", "cardiology", False),
        ("К неврологу", "cardiology", False),
        ("Нефролог", "neurology", False),
        ("cardiology", "no-such-code", False),
    ],
)
def test_where_a_referral_leads(said: str, specialty: str, leads: Any) -> None:
    assert leads_to(said, specialty) is leads


# --- booking


@pytest.fixture
def world() -> AppointmentWorld:
    made = AppointmentWorld()
    made.anna, made.boris = made.patient(), made.patient(BORIS)  # type: ignore[attr-defined]
    made.schedule()
    return made


def test_booked_with_all_that_goes_with_it(world: Any) -> None:
    start = world.at(3)
    made = world.book(world.anna, start, reason="Болит спина")
    assert (made["state"], made["start"], made["version"], made["doctor"]) == (
        "booked",
        stamp(start),
        1,
        "Петров П. П.",
    )
    assert made["changeable_until"] == stamp(start - timedelta(hours=3))
    world.checked()
    assert "спина".encode() not in world.tables.raw_bytes()
    assert world.row(keys.timer(ANNA, "visit", made["id"]))["due"] == stamp(start - timedelta(hours=24))
    world.pump()
    assert world.inbox(world.anna) == ["appointment_booked"]
    [entry] = world.entries("appointment:book")
    assert (entry.subject, entry.details["schedule"], entry.resource_id) == (ANNA, "s1", made["id"])
    (shown,) = world.appointments.upcoming(world.anna)
    assert shown["reason"] == "Болит спина"
    assert world.appointments.one(world.anna, made["id"]) == shown
    assert world.appointments.upcoming(world.boris) == []
    with pytest.raises(NotFoundError):
        world.appointments.one(world.boris, made["id"])


def test_of_two_who_want_one_slot_the_second_is_told_what_is_near(world: Any) -> None:
    world.book(world.anna, world.at(3, "10:00"))
    with pytest.raises(SlotTakenError) as caught:
        world.book(world.boris, world.at(3, "10:00"))
    near = [stamp(world.at(3, clock)) for clock in ("09:30", "10:30", "09:00", "11:00", "11:30")]
    assert caught.value.extra == {"nearest": near}
    world.schedule("s2", specialty="surgery")
    with pytest.raises(OwnOverlapError):
        world.book(world.anna, world.at(3, "10:00"), "s2")


def test_in_the_same_moment_one_gets_it(world: Any) -> None:
    world.tables.before_next_commit(lambda: world.book(world.anna, world.at(3)))
    with pytest.raises(SlotTakenError):
        world.book(world.boris, world.at(3))
    world.checked()
    assert len(world.entries("appointment:book")) == 1


def test_two_visits_at_one_time_in_the_same_moment(world: Any) -> None:
    world.schedule("s2", specialty="surgery")
    world.tables.before_next_commit(lambda: world.book(world.anna, world.at(3)))
    with pytest.raises(OwnOverlapError):
        world.book(world.anna, world.at(3), "s2")
    world.tables.before_next_commit(lambda: world.book(world.boris, world.at(3, "10:00")))
    world.book(world.boris, world.at(3, "11:00"), "s2")  # another time of the same person: looked again, and booked
    world.checked()


@pytest.mark.parametrize(
    ("days", "clock"), [(3, "09:10"), (3, "13:00"), (3, "12:45"), (31, "09:00"), (0, "09:00"), (-1, "09:00")]
)
def test_what_is_no_slot_or_too_near_or_too_far(world: Any, days: int, clock: str) -> None:
    with pytest.raises(SlotNotThereError):
        world.book(world.anna, world.at(days, clock))


def test_a_schedule_that_changes_in_the_same_moment(world: Any) -> None:
    world.tables.before_next_commit(lambda: world.change_schedule("s1", slot_minutes=20))
    with pytest.raises(SlotNotThereError):
        world.book(world.anna, world.at(3, "09:30"))
    world.tables.before_next_commit(lambda: world.change_schedule("s1", room="14"))
    world.book(world.anna, world.at(3, "09:20"))  # nothing changed about this slot
    world.change_schedule("s1", state="closed")
    with pytest.raises(SlotNotThereError):
        world.book(world.boris, world.at(3, "10:00"))
    with pytest.raises(NotFoundError):
        world.book(world.boris, world.at(3), "nowhere")


def test_slots_of_an_old_grid_are_taken_still(world: Any) -> None:
    world.book(world.anna, world.at(3, "09:30"))
    world.change_schedule("s1", slot_minutes=20)
    with pytest.raises(SlotTakenError):
        world.book(world.boris, world.at(3, "09:40"))
    world.book(world.boris, world.at(3, "10:00"))
    world.checked()


@pytest.mark.requirement("SPC-7")
@pytest.mark.parametrize("state", ["suspended", "merging", "merged", "erased", ""])
def test_who_has_no_active_card_books_nothing(world: Any, state: str) -> None:
    held = world.book(world.anna, world.at(3))
    card = keys.card(ANNA)
    if state:
        world.tables.commit([Update(card, {"state": state})])
    else:
        world.anna = world.patient(PersonId("nobody"), card=False)
    with pytest.raises(CardStateError):
        world.book(world.anna, world.at(4))
    if state == "suspended":  # what was booked before stays, may be looked at, and cancelled
        assert len(world.appointments.upcoming(world.anna)) == 1
        world.appointments.cancel(world.anna, held["id"], 1)
        world.checked()


@pytest.mark.requirement("SPC-7")
def test_a_card_that_is_suspended_in_the_same_moment(world: Any) -> None:
    world.tables.before_next_commit(lambda: world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})]))
    with pytest.raises(CardStateError):
        world.book(world.anna, world.at(3))
    assert world.told() == []


def test_limits_are_for_whoever_books_by_themselves(world: Any) -> None:
    world.book(world.anna, world.at(3))
    with pytest.raises(TooManyOpenError) as caught:
        world.book(world.anna, world.at(4))
    assert caught.value.extra == {"most": 1, "of": "specialty"}
    for number in range(9):
        world.book(world.anna, world.at(5 + number), world.schedule(f"t{number}", specialty=f"specialty-{number}"))
    world.schedule("last", specialty="last")
    with pytest.raises(TooManyOpenError) as caught:
        world.book(world.anna, world.at(20), "last")
    assert caught.value.extra == {"most": 10, "of": "all"}
    world.registered()
    form = {"patient_id": ANNA, "start": world.at(20), "referral_id": ""}
    world.clinic.book(world.desk(), "last", form, world.key())
    world.clock.advance(days=5)  # visits that are over count no more
    world.book(world.anna, world.at(4, "12:00"))
    world.checked()


def test_a_request_that_is_repeated_takes_effect_once(world: Any) -> None:
    form, key = world.form(world.at(3), reason="Кашель"), world.key()
    world.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        world.appointments.book(world.anna, form, key)
    made, repeated = world.appointments.book(world.anna, form, key)
    assert (repeated, made["state"]) == (True, "booked")
    with pytest.raises(IdempotencyKeyReusedError):
        world.appointments.book(world.anna, {**form, "start": world.at(4)}, key)
    other = world.key()
    form = world.form(world.at(5), world.schedule("s2", specialty="surgery"))
    world.tables.before_next_commit(lambda: world.appointments.book(world.anna, form, other))
    assert world.appointments.book(world.anna, form, other)[1] is True
    world.checked()


@pytest.mark.parametrize("act", ["book", "move", "cancel"])
@pytest.mark.parametrize("fault", ["log", "tables"])
def test_what_fails_leaves_all_as_it_was(world: Any, act: str, fault: str) -> None:
    made = world.book(world.anna, world.at(3))
    world.schedule("s2", specialty="surgery")
    acts: dict[str, Any] = {
        "book": lambda: world.book(world.anna, world.at(5), "s2"),
        "move": lambda: world.appointments.move(world.anna, made["id"], 1, "", world.at(4)),
        "cancel": lambda: world.appointments.cancel(world.anna, made["id"], 1),
    }
    before = world.tables.rows(Store.CARD)
    if fault == "log":
        world.audit.fail_next()
    else:
        world.tables.fail_next_commit()
    with pytest.raises(AuditUnavailableError if fault == "log" else UnavailableError):
        acts[act]()
    assert world.tables.rows(Store.CARD) == before
    acts[act]()
    world.checked()


# --- moving and cancelling


def test_moved_keeps_its_id_and_frees_the_old_slot(world: Any) -> None:
    made = world.book(world.anna, world.at(3))
    moved = world.appointments.move(world.anna, made["id"], 1, "", world.at(4, "10:00"))
    assert (moved["id"], moved["version"], moved["start"]) == (made["id"], 2, stamp(world.at(4, "10:00")))
    world.checked()
    world.book(world.boris, world.at(3))
    assert "slot_freed" in world.told()
    assert world.row(keys.timer(ANNA, "visit", made["id"]))["about"]["start"] == moved["start"]
    with pytest.raises(StaleVersionError):
        world.appointments.move(world.anna, made["id"], 1, "", world.at(5))
    with pytest.raises(InvalidFieldsError):
        world.appointments.move(world.anna, made["id"], 2, "", world.at(4, "10:00"))
    with pytest.raises(SlotTakenError):
        world.appointments.move(world.anna, made["id"], 2, "", world.at(3))
    world.schedule("s2")
    world.schedule("s3", specialty="surgery")
    world.appointments.move(world.anna, made["id"], 2, "s2", world.at(3))
    with pytest.raises(SlotNotThereError):
        world.appointments.move(world.anna, made["id"], 3, "s3", world.at(6))
    world.checked()
    world.pump()
    assert world.inbox(world.anna).count("appointment_moved") == 2


def test_to_where_it_was_a_little_earlier_on_a_new_grid(world: Any) -> None:
    made = world.book(world.anna, world.at(3, "09:30"))
    world.change_schedule("s1", slot_minutes=20)
    world.appointments.move(world.anna, made["id"], 1, "", world.at(3, "09:40"))  # its own time is in nobody's way
    world.checked()


@pytest.mark.parametrize("changes", [{"organisation": "hospital"}, {"specialty": "cardiology"}])
def test_a_visit_moves_within_its_specialty_and_organisation(world: Any, changes: Any) -> None:
    """The organisation's own scheduling system would go on expecting a patient who is somebody else's now."""
    world.schedule("other", **changes)
    made = world.book(world.anna, world.at(3))
    with pytest.raises(SlotNotThereError):
        world.appointments.move(world.anna, made["id"], 1, "other", world.at(4))
    world.checked()
