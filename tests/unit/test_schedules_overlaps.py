"""Nobody works by two schedules of one organisation at one time (APT-1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.identity import Role
from chalicelib.domain.schedule_forms import Change
from chalicelib.domain.schedule_overlaps import LEAST, clash, without, worked
from chalicelib.domain.schedules import Interval, Schedule
from chalicelib.errors import ConflictError, InvalidFieldsError, StaleVersionError
from chalicelib.errors.sentences import GENERAL
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.tables import Put
from tests.schedules import FORM, WORKDAYS, Clinic

pytestmark = pytest.mark.requirement("APT-1")

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""
OTHER = "key-of-another-1"


def one(start: str, end: str, **changes: Any) -> list[dict[str, Any]]:
    said = {"weekdays": WORKDAYS, "valid_from": "2026-01-01", "every_weeks": 1}
    return [{**said, "start": start, "end": end, **changes}]


def schedule(name: str = "s1", **changes: Any) -> Schedule:
    row = {**FORM, "id": name, "organisation": "clinic", "member": "m", "person": "p", "exceptions": [], "ver": 1}
    return Schedule.from_row({**row, "referral": False, "state": "active", "rules": one("09:00", "12:00"), **changes})


# --- the rule

MEETING: dict[str, tuple[dict[str, Any], bool]] = {
    "the same hours": ({}, True),
    "a minute of them": ({"rules": one("11:59", "13:00")}, True),
    "one after the other": ({"rules": one("12:00", "15:00")}, False),
    "other days": ({"rules": one("09:00", "12:00", weekdays=[6, 7])}, False),
    "closed": ({"state": "closed"}, False),
    "over": ({"rules": one("09:00", "12:00", valid_until="2026-03-01")}, False),
    "on the last day that is looked at": ({"rules": one("09:00", "12:00", valid_from="2026-04-01")}, True),
    "after it": ({"rules": one("09:00", "12:00", valid_from="2026-04-02")}, False),
    "after it, but open that far": (
        {"rules": one("09:00", "12:00", valid_from="2026-04-02"), "horizon_days": 31},
        True,
    ),
    "on leave all the time": (
        {"exceptions": [{"first": "2026-03-02", "last": "2026-05-01", "reason": "leave", "hours": []}]},
        False,
    ),
    "by the wall the same, in another zone": ({"zone": "Asia/Yekaterinburg", "rules": one("09:00", "11:00")}, False),
    "by the wall apart, at one moment": ({"zone": "Asia/Yekaterinburg", "rules": one("13:00", "16:00")}, True),
    "on the day before, in a zone far away": (
        {"zone": "America/Los_Angeles", "rules": one("23:30", "24:00", weekdays=[7])},
        True,
    ),
}


@pytest.mark.parametrize("case", MEETING)
def test_who_would_be_at_two_places(case: str) -> None:
    changes, meets = MEETING[case]
    other = schedule("s2", **changes)
    for new, old in ((schedule(), other), (other, schedule())):
        assert (clash(new, None, [old], NOW) is not None) is meets, case
    assert clash(schedule(), None, [schedule()], NOW) is None, "itself"


def test_four_weeks_are_looked_at_however_near_the_horizon() -> None:
    near = schedule("s1", horizon_days=1)
    last = (NOW + LEAST).date()
    for day, meets in ((last, True), (last + timedelta(days=1), False)):
        rules = one("09:00", "12:00", valid_from=day.isoformat())
        assert bool(clash(schedule("s2", horizon_days=1, rules=rules), None, [near], NOW)) is meets


def test_only_what_a_change_adds_is_judged() -> None:
    """Two schedules that met before there was this rule can have leaves, other rooms and fewer hours."""
    old, other = schedule(), schedule("s2", rules=one("11:00", "14:00"))
    leave = [{"first": "2026-03-09", "last": "2026-03-09", "reason": "leave", "hours": []}]
    for changes in ({"room": "7"}, {"exceptions": leave}, {"rules": one("10:00", "11:30")}):
        assert clash(schedule(**changes), old, [other], NOW) is None
    assert clash(schedule(rules=one("09:00", "12:30")), old, [other], NOW) == other
    assert clash(old, schedule(exceptions=leave), [other], NOW) == other


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6)), max_size=6)


@settings(deadline=None)
@given(SPANS, SPANS)
def test_what_is_left_is_left_minute_by_minute(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    def whole(spans: list[tuple[int, int]]) -> list[Interval]:
        minutes = sorted({start + n for start, length in spans for n in range(length)})
        made: list[Interval] = []
        for minute in minutes:
            at = NOW + timedelta(minutes=minute)
            begun = made.pop().start if made and made[-1].end == at else at
            made.append(Interval(begun, at + timedelta(minutes=1)))
        return made

    def minutes(intervals: list[Interval]) -> set[datetime]:
        spans = ((one.start, (one.end - one.start) // timedelta(minutes=1)) for one in intervals)
        return {start + timedelta(minutes=n) for start, length in spans for n in range(length)}

    a, b = whole(first), whole(second)
    left = without(a, b)
    assert minutes(left) == minutes(a) - minutes(b)
    assert left == sorted(left)
    assert (left == a) is not bool(minutes(a) & minutes(b))


def test_an_hour_that_the_clock_repeats_belongs_to_the_hours_twice() -> None:
    berlin = schedule(zone="Europe/Berlin", rules=one("02:00", "03:00", weekdays=[7]))
    autumn = date(2026, 10, 25)
    midnight = datetime(2026, 10, 25, tzinfo=UTC)
    assert worked(berlin, autumn, autumn) == [Interval(midnight, midnight + timedelta(hours=2))]


# --- the clinic


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def refused(call: Any, field: str, other: str) -> None:
    with pytest.raises(InvalidFieldsError) as raised:
        call()
    (problem,) = raised.value.fields
    assert (problem.field, problem.code) == (field, "overlap")
    assert other in problem.message
    shown = problem.shown()["message_ru"]
    assert shown != GENERAL
    assert other in shown


def test_a_second_schedule_at_the_same_time_is_refused_and_names_the_first(clinic: Clinic) -> None:
    first = clinic.schedule()
    refused(lambda: clinic.schedule(OTHER, specialty="cardiology"), "/rules", first)
    assert len(clinic.entries("schedule:create")) == 1
    clinic.schedule(OTHER, rules=one("15:00", "18:00"))
    clinic.office.close(clinic.registrar, first, Change(1))
    clinic.schedule("key-of-the-third", rules=one("09:00", "12:00"))


def test_colleagues_and_other_clinics_may_work_then(clinic: Clinic) -> None:
    clinic.schedule()
    clinic.works("colleague")
    clinic.schedule(OTHER, member_id="member-colleague")
    far = clinic.staff("far-registrar", Role.REGISTRAR, "hospital")
    row = {"member": "m-far", "person": clinic.doctor.person_id, "role": "doctor", "state": "active"}
    clinic.tables.commit([Put(keys.staff("hospital", "m-far"), row)])
    assert clinic.schedule("key-of-far-away1", actor=far, member_id="m-far")


def test_one_person_with_two_memberships_is_one_person(clinic: Clinic) -> None:
    row = {"member": "m-second", "person": clinic.doctor.person_id, "role": "nurse", "state": "active"}
    clinic.tables.commit([Put(keys.staff("clinic", "m-second"), row)])
    first = clinic.schedule()
    refused(lambda: clinic.schedule(OTHER, member_id="m-second"), "/rules", first)


@pytest.mark.parametrize("dry_run", [True, False])
def test_changes_and_exceptions_that_add_hours_are_refused(clinic: Clinic, *, dry_run: bool) -> None:
    first, second = clinic.schedule(), clinic.schedule(OTHER, rules=one("15:00", "18:00"))
    day = date(2026, 3, 10)
    form = {**FORM, "rules": one("14:30", "18:00")}
    change, office, who = clinic.change(second, dry_run=dry_run), clinic.office, clinic.registrar
    refused(lambda: office.change(who, second, form, change), "/rules", first)
    hours = [{"start": "10:00", "end": "11:00"}]
    exception = {"last": "2026-03-10", "reason": "other", "hours": hours}
    refused(lambda: office.put_exception(who, second, day, exception, change), "/hours", first)
    leave = {"last": "2026-03-10", "reason": "leave", "hours": []}
    office.put_exception(who, first, day, leave, clinic.change(first))
    office.put_exception(who, second, day, exception, clinic.change(second))
    back = clinic.change(first, dry_run=dry_run)
    refused(lambda: office.delete_exception(who, first, day, back), "/first", second)


def test_of_two_at_one_moment_one_is_done_anew(clinic: Clinic) -> None:
    clinic.tables.before_next_commit(lambda: clinic.schedule(OTHER))
    with pytest.raises(ConflictError):
        clinic.schedule()
    (only,) = clinic.office.mine(clinic.registrar, 9, None, "ru")[0]
    refused(clinic.schedule, "/rules", only["schedule_id"])

    first, second = only["schedule_id"], clinic.schedule("key-of-the-third", rules=one("15:00", "16:00"))
    longer = {**FORM, "rules": one("15:00", "18:00")}
    later = {**FORM, "rules": one("16:00", "18:00")}
    change = clinic.change(first)
    clinic.tables.before_next_commit(
        lambda: clinic.office.change(clinic.registrar, second, longer, clinic.change(second))
    )
    with pytest.raises(StaleVersionError):
        clinic.office.change(clinic.registrar, first, later, change)
    assert schedule_rows.read(clinic.tables, first).version == 1
    refused(lambda: clinic.office.change(clinic.registrar, first, later, change), "/rules", second)
