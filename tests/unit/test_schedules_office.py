"""The clinic's side of schedules (APT-1): who may, what is refused, what a change does to visits that are booked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.domain.identity import SYS, Role
from chalicelib.domain.schedule_forms import Change
from chalicelib.domain.schedules import State
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    OutcomeUnknownError,
    StaleVersionError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.tables import Put
from chalicelib.ports.timers import Timer
from chalicelib.services.schedules.displaced import BATCH, LISTED
from tests.schedules import FORM, KEY, WORKDAYS, Clinic

pytestmark = pytest.mark.requirement("APT-1")

MONDAY = "2026-03-09"
"""After the day on which the clock of tests stands still."""


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def rule(**changes: Any) -> dict[str, Any]:
    return {**FORM["rules"][0], **changes}


def leave(last: str, *hours: tuple[str, str]) -> dict[str, Any]:
    return {"last": last, "reason": "leave", "hours": [{"start": start, "end": end} for start, end in hours]}


def ring(clinic: Clinic, schedule_id: str) -> int:
    """Let the timer ring until it is silent; how often it rang."""
    for n in range(1, 20):
        rung = clinic.displaced.ring(Timer(SYS, schedule_rows.DISPLACED, schedule_id, clinic.clock()))
        assert not rung.staged, "the function that rings may write no entry"
        clinic.tables.commit(list(rung.writes))
        if rung.again is None:
            return n
    raise AssertionError("it rings for ever")


# --- entering


def test_a_schedule_its_fences_and_lists(clinic: Clinic) -> None:
    schedule_id = clinic.schedule()
    schedule = schedule_rows.read(clinic.tables, schedule_id)
    assert (schedule.version, schedule.state, schedule.referral) == (1, State.ACTIVE, False)
    assert (schedule.person_id, schedule.organisation_id) == (clinic.doctor.person_id, "clinic")
    for number in range(keys.FENCES):
        assert clinic.row(keys.schedule_fence(schedule_id, number))["ver"] == 1
    assert clinic.row(keys.schedule_in_organisation("clinic", schedule_id))["id"] == schedule_id
    assert clinic.row(keys.schedule_in_specialty("therapy", "clinic", schedule_id))["id"] == schedule_id
    assert len(clinic.entries("schedule:create")) == 1


def test_a_repeated_request_makes_one(clinic: Clinic) -> None:
    clinic.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        clinic.schedule()
    made, repeated = clinic.office.create(clinic.registrar, FORM, KEY, "ru")
    assert repeated
    assert [one["schedule_id"] for one in clinic.office.mine(clinic.registrar, 9, None, "ru")[0]] == [
        made["schedule_id"]
    ]
    with pytest.raises(IdempotencyKeyReusedError):
        clinic.schedule(slot_minutes=40)
    assert clinic.free.specialties("en") == [{"code": "therapy", "name": "Internal medicine", "schedules": 1}]


def test_what_was_not_stored_is_not_there(clinic: Clinic) -> None:
    clinic.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        clinic.schedule()
    assert clinic.office.mine(clinic.registrar, 9, None, "ru") == ([], None)
    assert clinic.entries("schedule:create") == []


def test_a_specialist_is_seen_by_a_referral_unless_the_clinic_says_otherwise(clinic: Clinic) -> None:
    clinic.works("colleague")
    usual = clinic.schedule(specialty="cardiology")
    without = clinic.schedule("another-key-of-1", specialty="cardiology", referral=False, member_id="member-colleague")
    assert schedule_rows.read(clinic.tables, usual).referral
    assert not schedule_rows.read(clinic.tables, without).referral


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"specialty": "alchemy"}, ["/specialty"]),
        ({"member_id": "member-registrar"}, ["/member_id"]),
        ({"member_id": "nobody"}, ["/member_id"]),
        ({"zone": "Europe/Atlantis"}, ["/zone"]),
        ({"zone": "UTC"}, ["/zone"]),
        ({"zone": "Etc/GMT+3"}, ["/zone"]),
        ({"zone": "Europe"}, ["/zone"]),
        ({"zone": "../../etc/passwd"}, ["/zone"]),
        ({"rules": [rule(start="22:00", end="06:00")]}, ["/rules/0/end"]),
        ({"rules": [rule(start="09:00", end="09:00")]}, ["/rules/0/end"]),
        ({"rules": [rule(start="09:00", end="09:29")]}, ["/rules/0/end"]),
        ({"rules": [rule(valid_from="2026-09-01", valid_until="2026-08-31")]}, ["/rules/0/valid_until"]),
        ({"rules": [rule(valid_from="0001-01-01")]}, ["/rules/0/valid_until"]),
        ({"rules": [rule(valid_from="9999-12-31")]}, ["/rules/0/valid_until"]),
        ({"rules": [rule(), rule(start="11:00", end="13:00")]}, ["/rules/1"]),
        ({"rules": [rule(), rule(weekdays=[7]), rule(weekdays=[5], every_weeks=2)]}, ["/rules/2"]),
        ({"rules": [rule(start="22:00", end="06:00")], "zone": "X/Y"}, ["/zone", "/rules/0/end"]),
    ],
)
def test_what_is_no_schedule(clinic: Clinic, changes: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(InvalidFieldsError) as raised:
        clinic.schedule(**changes)
    assert [one.field for one in raised.value.fields] == fields


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [rule(end="24:00")],
        [rule(), rule(start="12:00", end="13:00")],
        [rule(every_weeks=2), rule(every_weeks=2, valid_from="2026-01-08")],
        [rule(valid_until="2026-03-09"), rule(valid_from="2026-03-10", start="08:00")],
    ],
)
def test_what_is_one(clinic: Clinic, rules: list[dict[str, Any]]) -> None:
    assert clinic.schedule(rules=rules)


def test_a_doctor_who_left_meanwhile_gets_none(clinic: Clinic) -> None:
    key = keys.staff("clinic", clinic.doctor.member_id)
    clinic.tables.before_next_commit(lambda: clinic.tables.tamper(key, state="removed"))
    with pytest.raises(ConflictError):
        clinic.schedule()


def test_whose_schedules_are_whose(clinic: Clinic) -> None:
    schedule_id = clinic.schedule()
    other = clinic.staff("far-registrar", Role.REGISTRAR, "hospital")
    for attempt in (
        lambda: clinic.office.one(other, schedule_id, "ru"),
        lambda: clinic.office.close(other, schedule_id, Change(1)),
        lambda: clinic.office.one(clinic.works("colleague"), schedule_id, "ru"),
    ):
        with pytest.raises(AccessDeniedError):
            attempt()
    assert [event.reason for event in clinic.audit.events if event.outcome == "denied"] == ["scope"] * 3
    assert clinic.office.one(clinic.doctor, schedule_id, "ru")["version"] == 1
    assert clinic.office.mine(other, 9, None, "ru") == ([], None)
    assert len(clinic.office.mine(clinic.doctor, 9, None, "ru")[0]) == 1
    assert clinic.office.mine(clinic.staff("new", Role.DOCTOR), 9, None, "ru")[0] == []


# --- changing


def test_a_change_moves_every_fence_and_only_one_of_two_wins(clinic: Clinic) -> None:
    schedule_id = clinic.schedule()
    clinic.office.change(clinic.registrar, schedule_id, {**FORM, "room": "7"}, Change(1))
    assert {clinic.row(keys.schedule_fence(schedule_id, n))["ver"] for n in range(keys.FENCES)} == {2}
    with pytest.raises(StaleVersionError):
        clinic.office.change(clinic.registrar, schedule_id, FORM, Change(1))

    def somebody_else() -> None:
        clinic.office.change(clinic.registrar, schedule_id, {**FORM, "room": "8"}, Change(2))

    clinic.tables.before_next_commit(somebody_else)
    with pytest.raises(StaleVersionError):
        clinic.office.change(clinic.registrar, schedule_id, {**FORM, "room": "9"}, Change(2))
    assert schedule_rows.read(clinic.tables, schedule_id).room == "8"


def test_a_closed_schedule_is_found_by_the_clinic_alone(clinic: Clinic) -> None:
    schedule_id, patient = clinic.schedule(), clinic.patient()
    clinic.office.close(clinic.registrar, schedule_id, Change(1))
    assert clinic.free.specialties("ru") == []
    assert clinic.free.listed(patient, "therapy", "", (9, None), "ru") == ([], None)
    assert clinic.office.mine(clinic.registrar, 9, None, "ru")[0][0]["state"] == "closed"
    with pytest.raises(WrongStateError):
        clinic.office.change(clinic.registrar, schedule_id, FORM, Change(2))


def test_exceptions_come_and_go(clinic: Clinic) -> None:
    schedule_id, first = clinic.schedule(), date.fromisoformat(MONDAY)

    def put(day: date, form: dict[str, Any]) -> Any:
        return clinic.office.put_exception(clinic.registrar, schedule_id, day, form, clinic.change(schedule_id))

    put(first, leave("2026-03-20"))
    shown = put(first, leave("2026-03-12"))  # in the place of the one before
    assert [(one["first"], one["last"]) for one in shown["exceptions"]] == [(MONDAY, "2026-03-12")]
    put(date(2026, 3, 7), leave("2026-03-07", ("10:00", "11:00")))
    for day, form, field in (
        (date(2026, 3, 11), leave("2026-03-11"), "/last"),
        (date(2026, 3, 14), leave("2026-03-13"), "/last"),
        (date(2026, 3, 14), leave("2036-02-13"), "/last"),
        (date(2026, 3, 14), leave("2026-03-14", ("10:00", "12:00"), ("11:00", "13:00")), "/hours"),
        (date(2026, 3, 14), leave("2026-03-14", ("10:00", "09:00")), "/hours/0/end"),
    ):
        with pytest.raises(InvalidFieldsError) as raised:
            put(day, form)
        assert [one.field for one in raised.value.fields] == [field], form
    days = [one.first.isoformat() for one in schedule_rows.read(clinic.tables, schedule_id).exceptions]
    assert days == ["2026-03-07", MONDAY]
    clinic.office.delete_exception(clinic.registrar, schedule_id, first, clinic.change(schedule_id))
    with pytest.raises(NotFoundError):
        clinic.office.delete_exception(clinic.registrar, schedule_id, first, clinic.change(schedule_id))


# --- visits that lose their slot


def booked(clinic: Clinic, schedule_id: str, count: int) -> list[str]:
    """Visits in the first slots of so many Mondays and more: each half hour of its own."""
    names = [f"visit-{n:03d}" for n in range(count)]
    for n, name in enumerate(names):
        day, at = 10 + n // 20 % 20, n % 20
        start = f"2026-03-{day}T{4 + at // 2:02d}:{at % 2 * 30:02d}:00.000Z"
        until = f"2026-03-{day}T{4 + (at + 1) // 2:02d}:{(at + 1) % 2 * 30:02d}:00.000Z"
        clinic.book(schedule_id, start, until, name, f"patient-{n % 3}")
    return names


def test_trying_a_change_says_the_same_and_changes_nothing(clinic: Clinic) -> None:
    schedule_id = clinic.schedule()
    clinic.book(schedule_id, f"{MONDAY}T06:00:00.000Z", f"{MONDAY}T06:30:00.000Z", "early")
    clinic.book(schedule_id, f"{MONDAY}T10:00:00.000Z", f"{MONDAY}T10:30:00.000Z", "late")
    clinic.book(schedule_id, "2026-02-02T06:00:00.000Z", "2026-02-02T06:30:00.000Z", "past")
    rules = [rule(start="13:00", end="15:00")]
    before = clinic.tables.rows()
    tried = clinic.office.change(
        clinic.registrar, schedule_id, {**FORM, "rules": rules}, clinic.change(schedule_id, dry_run=True)
    )
    assert {key: row for key, row in clinic.tables.rows().items() if key.store != "audit_outbox"} == {
        key: row for key, row in before.items() if key.store != "audit_outbox"
    }
    done = clinic.office.change(clinic.registrar, schedule_id, {**FORM, "rules": rules}, clinic.change(schedule_id))
    expected = {"count": 1, "appointments": [{"appointment_id": "early", "start": f"{MONDAY}T06:00:00.000Z"}]}
    assert tried["displaced"] == done["displaced"] == expected
    assert (tried["dry_run"], done["dry_run"]) == (True, False)


def test_another_length_of_slots_displaces_what_does_not_fit(clinic: Clinic) -> None:
    schedule_id = clinic.schedule()
    clinic.book(schedule_id, f"{MONDAY}T06:00:00.000Z", f"{MONDAY}T06:30:00.000Z", "visit")
    done = clinic.office.change(clinic.registrar, schedule_id, {**FORM, "slot_minutes": 20}, Change(1))
    assert done["displaced"]["count"] == 1


def test_each_patient_is_told_once_in_batches(clinic: Clinic) -> None:
    schedule_id = clinic.schedule(rules=[rule(weekdays=[*WORKDAYS, 6, 7], start="07:00", end="17:00")])
    names = booked(clinic, schedule_id, 2 * BATCH + 30)
    done = clinic.office.close(clinic.registrar, schedule_id, Change(1))
    assert done["displaced"]["count"] == len(names)
    assert len(done["displaced"]["appointments"]) == LISTED
    assert clinic.row(keys.timer(SYS, schedule_rows.DISPLACED, schedule_id))["subject"] == schedule_id
    assert ring(clinic, schedule_id) == 3
    assert sorted(clinic.told("appointment_displaced")) == names
    assert ring(clinic, schedule_id) == 1
    assert len(clinic.told("appointment_displaced")) == len(names)
    (entry,) = clinic.entries("schedule:close")
    assert entry.details == {"displaced": len(names)}


def test_a_batch_that_was_not_stored_is_told_by_the_next_ring(clinic: Clinic) -> None:
    schedule_id = clinic.schedule()
    (name,) = booked(clinic, schedule_id, 1)
    clinic.office.close(clinic.registrar, schedule_id, Change(1))
    clinic.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        ring(clinic, schedule_id)
    ring(clinic, schedule_id)
    assert clinic.told("appointment_displaced") == [name]


def test_a_visit_that_was_booked_beside_the_change_is_told_too(clinic: Clinic) -> None:
    schedule_id = clinic.schedule()
    clinic.tables.before_next_commit(lambda: booked(clinic, schedule_id, 1))
    done = clinic.office.close(clinic.registrar, schedule_id, Change(1))
    assert done["displaced"]["count"] == 0
    ring(clinic, schedule_id)
    assert clinic.told("appointment_displaced") == ["visit-000"]


def test_a_visit_that_has_its_place_again_is_told_and_can_lose_it_again(clinic: Clinic) -> None:
    schedule_id, first = clinic.schedule(), date.fromisoformat(MONDAY)
    clinic.book(schedule_id, f"{MONDAY}T06:00:00.000Z", f"{MONDAY}T06:30:00.000Z", "visit")
    for n in (1, 2):
        change = clinic.change(schedule_id)
        clinic.office.put_exception(clinic.registrar, schedule_id, first, leave(MONDAY), change)
        ring(clinic, schedule_id)
        clinic.office.delete_exception(clinic.registrar, schedule_id, first, clinic.change(schedule_id))
        ring(clinic, schedule_id)
        assert clinic.told("appointment_displaced") == clinic.told("appointment_restored") == ["visit"] * n


def test_who_leaves_the_clinic_is_booked_no_more(clinic: Clinic) -> None:
    hours = [("09:00", "12:00"), ("13:00", "15:00"), ("16:00", "18:00")]
    own = [
        clinic.schedule(f"key-of-number-{n}", rules=[rule(start=start, end=end)])
        for n, (start, end) in enumerate(hours)
    ]
    clinic.works("colleague")
    other = clinic.schedule("key-of-another-1", member_id="member-colleague")
    booked(clinic, own[0], 1)
    left = {"organisation": "clinic", "member": clinic.doctor.member_id}
    for n in range(4):
        staged, writes = clinic.office.member_left(left)
        assert bool(writes) is (n < len(own))
        again = [one for one in writes if isinstance(one, Put) and one.item.get("react") == ["member_left"]]
        assert bool(again) is (n < len(own) - 1)
        clinic.gate.commit(list(staged), list(writes))
    states = {one: schedule_rows.read(clinic.tables, one).state for one in (*own, other)}
    assert states == {**dict.fromkeys(own, State.CLOSED), other: State.ACTIVE}
    ring(clinic, own[0])
    assert clinic.told("appointment_displaced") == ["visit-000"]
    assert [one["schedules"] for one in clinic.free.specialties("ru")] == [1]


def test_a_timer_of_no_schedule_is_silent(clinic: Clinic) -> None:
    assert ring(clinic, "nobody") == 1
