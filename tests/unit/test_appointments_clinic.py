"""Booking by the clinic, what becomes of a visit, referrals, representatives (APT-1, ACC-8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.access import Level
from chalicelib.domain.appointments import Step, Why
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    CardMergedError,
    CardStateError,
    ConsentRequiredError,
    InvalidFieldsError,
    NotFoundError,
    ReferralNeededError,
    SlotNotThereError,
    SlotTakenError,
    StaleVersionError,
    TooLateError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.appointment_rows import appointment_of, displaced, restored, standing_of
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Put, Update
from tests.appointment_world import AppointmentWorld
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("APT-1")


@pytest.fixture
def world() -> Any:
    made: Any = AppointmentWorld()
    made.anna, made.boris = made.patient(), made.patient(BORIS)
    made.doctor, made.registrar = made.staff(), made.desk()
    made.schedule(doctor=made.doctor)
    return made


def book_for(world: Any, who: Any, start: datetime, schedule: str = "s1", **changes: Any) -> Any:
    form = {"patient_id": ANNA, "start": start, "referral_id": "", **changes}
    return world.clinic.book(who, schedule, form, world.key())[0]


def step(world: Any, made: Any, what: Step, version: int, visit: str = "", who: Any = None) -> Any:
    return world.clinic.step(who or world.registrar, "s1", made["id"], version, what, visit)


# --- for whom the clinic books


def test_a_registrar_books_for_patients_of_the_clinic(world: Any) -> None:
    with pytest.raises(NotFoundError):
        book_for(world, world.registrar, world.at(3))
    world.registered()
    made = book_for(world, world.registrar, world.at(3))
    assert (made["patient_id"], made["booked_by"]) == (ANNA, "registrar")
    world.pump()
    assert world.inbox(world.anna) == ["appointment_booked"]
    world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])
    with pytest.raises(CardStateError):
        book_for(world, world.registrar, world.at(4))
    world.tables.commit([Update(keys.card(ANNA), {"state": "merged", "merged_into": BORIS})])
    with pytest.raises(CardMergedError):
        book_for(world, world.registrar, world.at(4))
    with pytest.raises(NotFoundError):
        book_for(world, world.registrar, world.at(4), patient_id="nobody")
    world.checked()


def test_a_doctor_books_with_the_patients_consent(world: Any) -> None:
    with pytest.raises(ConsentRequiredError):
        book_for(world, world.doctor, world.at(3))
    world.consent(world.doctor, level=Level.LIMITED)
    with pytest.raises(ConsentRequiredError):
        book_for(world, world.doctor, world.at(3))
    world.consent(world.doctor)
    made = book_for(world, world.doctor, world.at(3))
    [entry] = world.entries("appointment:book")
    assert (entry.reason, entry.subject, entry.resource_id) == ("consent", ANNA, made["id"])


def test_the_schedule_of_another_organisation_is_not_there(world: Any) -> None:
    world.schedule("theirs", organisation="hospital")
    world.registered()
    made = world.book(world.anna, world.at(3), "theirs")
    with pytest.raises(NotFoundError):
        book_for(world, world.registrar, world.at(4), "theirs")
    for read in (
        lambda: world.clinic.day(world.registrar, "theirs", None),
        lambda: world.clinic.one(world.registrar, "theirs", made["id"]),
        lambda: world.clinic.one(world.registrar, "s1", made["id"]),
        lambda: world.clinic.cancel(world.registrar, "theirs", made["id"], 1, Why.OTHER),
        lambda: world.clinic.move(world.registrar, "theirs", made["id"], 1, "s1", world.at(4)),
        lambda: world.clinic.step(world.registrar, "theirs", made["id"], 1, Step.ARRIVE),
    ):
        with pytest.raises(NotFoundError):
            read()
    mine = world.book(world.boris, world.at(4))
    with pytest.raises(NotFoundError):
        world.clinic.move(world.registrar, "s1", mine["id"], 1, "theirs", world.at(5))


def test_at_work_a_doctor_has_their_own_schedule(world: Any) -> None:
    world.schedule("colleague", specialty="surgery")
    made = world.book(world.anna, world.at(3), "colleague")
    for act in (
        lambda: world.clinic.day(world.doctor, "colleague", None),
        lambda: world.clinic.one(world.doctor, "colleague", made["id"]),
        lambda: world.clinic.cancel(world.doctor, "colleague", made["id"], 1, Why.DOCTOR),
    ):
        with pytest.raises(AccessDeniedError):
            act()
    assert {entry.reason for entry in world.entries("appointment-day")} == {"another-schedule"}
    world.consent(world.doctor, BORIS)  # a patient is sent on to a colleague all the same
    book_for(world, world.doctor, world.at(4), "colleague", patient_id=BORIS)


def test_the_clinic_books_until_the_slot_is_over_and_no_further(world: Any) -> None:
    world.registered()
    world.registered(BORIS)
    world.clock.now = world.at(1, "09:20")
    made = book_for(world, world.registrar, world.at(0))
    assert "changeable_until" not in made
    world.clock.advance(minutes=10)
    with pytest.raises(SlotNotThereError):
        book_for(world, world.registrar, world.at(0), patient_id=BORIS)


def test_a_doctor_moves_a_visit_to_a_colleague_and_is_told(world: Any) -> None:
    world.schedule("colleague")
    made = world.book(world.anna, world.at(3))
    moved = world.clinic.move(world.doctor, "s1", made["id"], 1, "colleague", world.at(4))
    assert (moved["schedule_id"], moved["version"], moved["missed"]) == ("colleague", 2, 0)
    assert not [entry for entry in world.audit.events if entry.outcome == "denied"]
    with pytest.raises(AccessDeniedError):
        world.clinic.one(world.doctor, "colleague", made["id"])


# --- the day


def test_a_day_of_more_visits_than_one_read_brings(world: Any) -> None:
    rule = {"start": "08:00", "end": "18:00", "every_weeks": 1, "valid_from": "2026-01-01", "weekdays": [1, 2, 3, 4, 5]}
    world.schedule("jabs", slot_minutes=5, rules=[rule])
    for n in range(104):
        world.book(world.patient(PersonId(f"p{n:03}")), world.at(3, "08:00") + timedelta(minutes=5 * n), "jabs")
    seen = world.clinic.day(world.registrar, "jabs", world.at(3).date())
    assert [one["patient_id"] for one in seen] == [f"p{n:03}" for n in range(104)]


@pytest.mark.parametrize("day", [date.min, date.max, date(2016, 1, 1)])
def test_a_day_that_nobody_means(world: Any, day: date) -> None:
    with pytest.raises(InvalidFieldsError):
        world.clinic.day(world.registrar, "s1", day)


def test_the_day_of_a_schedule(world: Any) -> None:
    later = world.book(world.anna, world.at(3, "11:00"), reason="Болит спина")
    sooner = world.book(world.boris, world.at(3), reason="Кашель")
    other = world.patient(PersonId("vera"))
    gone = world.book(other, world.at(3, "10:00"))
    world.appointments.cancel(other, gone["id"], 1)
    day = world.at(3).date()
    seen = world.clinic.day(world.registrar, "s1", day)
    assert [(one["id"], one["patient_id"], one["missed"]) for one in seen] == [
        (sooner["id"], BORIS, 0),
        (later["id"], ANNA, 0),
    ]
    assert all("reason" not in one for one in seen)
    world.consent(world.doctor)
    seen = world.clinic.day(world.doctor, "s1", day)
    assert [one.get("reason") for one in seen] == [None, "Болит спина"]
    assert [entry.subject for entry in world.entries("appointment:read")] == [ANNA]
    assert world.clinic.one(world.doctor, "s1", later["id"])["reason"] == "Болит спина"
    assert "reason" not in world.clinic.one(world.doctor, "s1", sooner["id"])
    world.consent(world.doctor, level=Level.LIMITED)
    assert "reason" not in world.clinic.one(world.doctor, "s1", later["id"])
    assert world.clinic.day(world.registrar, "s1", None) == []


# --- what becomes of a visit


def test_arrived_and_fulfilled_with_the_record_that_was_made(world: Any) -> None:
    world.consent(world.doctor)
    made = world.book(world.anna, world.at(3))
    with pytest.raises(TooLateError):
        step(world, made, Step.ARRIVE, 1)
    world.clock.now = world.at(3, "08:50")
    assert step(world, made, Step.ARRIVE, 1)["state"] == "arrived"
    with pytest.raises(InvalidFieldsError):
        step(world, made, Step.FULFIL, 2, visit="nothing")
    visit = world.referral(world.doctor)
    world.tables.commit([Put(keys.record(ANNA, "visit", visit), {"id": visit, "patient": ANNA})])
    done = step(world, made, Step.FULFIL, 2, visit=visit, who=world.doctor)
    assert (done["state"], done["visit_id"], done["version"]) == ("fulfilled", visit, 3)
    assert standing_of(world.row(keys.bookings(ANNA))).open == ()
    with pytest.raises(WrongStateError):
        step(world, made, Step.MISS, 3)
    with pytest.raises(StaleVersionError):
        step(world, made, Step.FULFIL, 2)
    world.checked()


def test_missed_is_told_counted_and_corrected(world: Any) -> None:
    made = world.book(world.anna, world.at(3))
    world.clock.now = world.at(3, "09:10")
    assert step(world, made, Step.MISS, 1)["missed"] == 1
    world.pump()
    assert world.inbox(world.anna)[0] == "appointment_missed"
    assert step(world, made, Step.FULFIL, 2)["missed"] == 0
    assert world.tables.get(keys.bookings(ANNA))["kept"] == 1
    assert [entry.resource_version for entry in world.entries("appointment:correct")] == [3]
    world.checked()


def test_cancelled_by_the_clinic_the_patient_is_told_and_sees_why(world: Any) -> None:
    made = world.book(world.anna, world.at(3))
    gone = world.clinic.cancel(world.registrar, "s1", made["id"], 1, Why.DOCTOR)
    assert (gone["state"], gone["why"]) == ("cancelled", "doctor-absent")
    world.pump()
    assert "appointment_cancelled" in world.inbox(world.anna)
    assert world.appointments.one(world.anna, made["id"])["why"] == "doctor-absent"
    assert world.appointments.upcoming(world.anna) == []
    world.book(world.boris, world.at(3))
    world.checked()


@pytest.mark.requirement("SPC-8")
def test_the_slot_of_somebody_who_was_erased_is_given_back(world: Any) -> None:
    made = world.book(world.anna, world.at(3))
    world.keys.destroy(ANNA, "erasure")
    world.tables.commit([Update(keys.card(ANNA), {"state": "erased"})])
    world.clinic.cancel(world.registrar, "s1", made["id"], 1, Why.OTHER)
    [entry] = world.entries("appointment:cancel")
    assert (entry.subject, entry.resource_id) == (world.registrar.person_id, made["id"])
    assert "appointment_cancelled" not in world.told()
    world.book(world.boris, world.at(3))
    world.checked()


def test_too_late_for_the_patient_and_not_for_the_clinic(world: Any) -> None:
    made = world.book(world.anna, world.at(3))
    world.clock.now = world.at(3) - timedelta(hours=2)
    with pytest.raises(TooLateError):
        world.appointments.cancel(world.anna, made["id"], 1)
    moved = world.clinic.move(world.registrar, "s1", made["id"], 1, "", world.at(0, "12:00"))
    assert moved["version"] == 2
    world.checked()


def test_a_displaced_visit_is_moved_or_stays(world: Any) -> None:
    made = world.book(world.anna, world.at(3))
    world.tables.commit([displaced(appointment_of(world.row(keys.appointment(ANNA, made["id"]))), world.clock())])
    assert world.appointments.one(world.anna, made["id"])["displaced"]
    world.tables.commit([restored(appointment_of(world.row(keys.appointment(ANNA, made["id"]))), world.clock())])
    assert not world.appointments.one(world.anna, made["id"])["displaced"]
    world.tables.commit([displaced(appointment_of(world.row(keys.appointment(ANNA, made["id"]))), world.clock())])
    world.clock.now = world.at(3) - timedelta(hours=2)
    assert not world.appointments.move(world.anna, made["id"], 4, "", world.at(1))["displaced"]
    world.checked()


# --- a hold of the waiting list


def test_a_held_slot_is_for_whom_it_is_held(world: Any) -> None:
    start = world.at(3)
    world.hold("s1", start, "entry-1", world.clock() + timedelta(hours=2))
    with pytest.raises(SlotTakenError):
        world.book(world.boris, start)
    with pytest.raises(SlotTakenError):
        world.appointments.book(world.boris, world.form(start), world.key(), hold="entry-2")
    world.appointments.book(world.anna, world.form(start), world.key(), hold="entry-1")
    world.hold("s1", world.at(3, "10:00"), "entry-3", world.clock() + timedelta(hours=2))
    world.clock.advance(hours=2)
    world.book(world.boris, world.at(3, "10:00"))  # nobody answered in time
    world.checked()


# --- a referral


@pytest.fixture
def heart(world: Any) -> Any:
    world.consent(world.doctor)
    world.schedule("heart", specialty="cardiology", referral=True)
    world.schedule("heart-2", specialty="cardiology", referral=True)
    return world


def test_a_referral_serves_one_appointment(heart: Any) -> None:
    referral = heart.referral(heart.doctor, valid_until="2026-03-20")
    made = heart.book(heart.anna, heart.at(3), "heart", referral_id=referral)
    heart.checked()
    heart.registered()
    for who, start in ((heart.registrar, heart.at(4)), (heart.doctor, heart.at(5))):
        with pytest.raises(ReferralNeededError) as caught:
            book_for(heart, who, start, "heart-2", referral_id=referral)
        assert caught.value.extra == {"why": "used"}
    moved = heart.appointments.move(heart.anna, made["id"], 1, "heart-2", heart.at(6))
    with pytest.raises(ReferralNeededError) as caught:
        heart.appointments.move(heart.anna, made["id"], 2, "", heart.at(20))
    assert caught.value.extra == {"why": "over"}
    heart.checked()
    heart.appointments.cancel(heart.anna, moved["id"], 2)
    book_for(heart, heart.registrar, heart.at(7), "heart", referral_id=referral)
    heart.checked()
    assert {entry.actor.role for entry in heart.entries("referral:read")} == {
        Role.PATIENT,
        Role.DOCTOR,
        Role.SYSTEM,  # a registrar is told whether it fits, and no more
    }


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"specialty": "Невролог"}, "specialty"),
        ({"valid_until": "2026-03-04"}, "over"),
        ({"status": "completed", "no_record_because": "Сделано в другом месте"}, "inactive"),
    ],
)
def test_a_referral_that_does_not_fit(heart: Any, changes: Any, why: str) -> None:
    referral = heart.referral(heart.doctor, **changes)
    with pytest.raises(ReferralNeededError) as caught:
        heart.book(heart.anna, heart.at(3), "heart", referral_id=referral)
    assert caught.value.extra == {"why": why}


def test_without_a_referral_with_anothers_and_with_one_that_changed(heart: Any) -> None:
    for named in ("", "nothing"):
        with pytest.raises(ReferralNeededError):
            heart.book(heart.anna, heart.at(3), "heart", referral_id=named)
    referral = heart.referral(heart.doctor)
    with pytest.raises(ReferralNeededError):
        heart.book(heart.boris, heart.at(3), "heart", referral_id=referral)
    use = Put(keys.referral_use(ANNA, referral), {"appointment": "another"})
    heart.tables.before_next_commit(lambda: heart.tables.commit([use]))
    with pytest.raises(ReferralNeededError):
        heart.book(heart.anna, heart.at(3), "heart", referral_id=referral)


def test_a_missed_visit_gives_the_referral_back_and_a_correction_takes_it(heart: Any) -> None:
    referral = heart.referral(heart.doctor)
    made = heart.book(heart.anna, heart.at(3), "heart", referral_id=referral)
    heart.clock.now = heart.at(3, "09:10")
    heart.clinic.step(heart.registrar, "heart", made["id"], 1, Step.MISS)
    heart.checked()
    heart.clock.advance(minutes=1)
    again = heart.book(heart.anna, heart.at(3), "heart", referral_id=referral)
    with pytest.raises(WrongStateError):
        heart.clinic.step(heart.registrar, "heart", made["id"], 2, Step.FULFIL)
    heart.appointments.cancel(heart.anna, again["id"], 1)
    heart.clinic.step(heart.registrar, "heart", made["id"], 2, Step.FULFIL)
    heart.checked()


# --- who represents a patient


@pytest.mark.requirement("ACC-8")
def test_a_representative_books_for_the_ward_unless_a_doctor_closed_something(world: Any) -> None:
    parent = world.patient(PersonId("mother"))
    until = world.clock() + timedelta(days=90)
    rows = representation(ANNA, parent.person_id, kind="parent", until=until, basis="case", now=world.clock())
    world.tables.commit(rows)
    acting = replace(parent, role=Role.REPRESENTATIVE, ward_id=ANNA)
    made = world.book(acting, world.at(3), reason="Кашель")
    assert world.appointments.upcoming(world.anna)[0]["id"] == made["id"]
    assert world.entries("appointment:book")[0].on_behalf_of == ANNA
    world.appointments.cancel(acting, made["id"], 1)
    assert world.told().count("appointment_cancelled") == 1
    world.tables.commit([Update(keys.representation(ANNA, parent.person_id), {"hidden": ["narcology"]})])
    for act in (lambda: world.appointments.upcoming(acting), lambda: world.book(acting, world.at(3))):
        with pytest.raises(AccessDeniedError):
            act()
    world.checked()


def test_all_appointments_a_page_at_a_time_the_latest_visit_first(world: Any) -> None:
    ids = []
    for number in (2, 0, 1):
        world.schedule(f"t{number}", specialty=f"specialty-{number}")
        ids.append(world.book(world.anna, world.at(3 + number), f"t{number}")["id"])
    first, after = world.appointments.listed(world.anna, 2, None)
    last, end = world.appointments.listed(world.anna, 2, after)
    assert [one["id"] for one in [*first, *last]] == [ids[0], ids[2], ids[1]]
    assert end is None
    assert [one["id"] for one in world.appointments.upcoming(world.anna)] == [ids[1], ids[2], ids[0]]
