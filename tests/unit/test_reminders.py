"""Rules of reminders: when each comes, by the clock of the person's zone (APT-3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.intakes import Regimen, marked, may_mark, prescribed, regimen
from chalicelib.domain.reminders import (
    QUIET,
    SHIFTS,
    Quiet,
    Shift,
    Wishes,
    end_moments,
    moved,
    next_of,
    soonest,
    study_moments,
    study_notice,
    visit_moments,
    wishes_of,
)
from chalicelib.domain.texts import NOTICES
from tests.reminder_world import statement

pytestmark = pytest.mark.requirement("APT-3")

MOSCOW = "Europe/Moscow"
BERLIN = "Europe/Berlin"
ZONES = st.sampled_from([MOSCOW, BERLIN, "Asia/Kamchatka", "America/New_York", "Australia/Lord_Howe", "UTC"])
MOMENTS = st.integers(0, 5 * 366 * 86_400).map(lambda gone: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=gone))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def at(text: str, zone: str = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# --- out of quiet hours


@pytest.mark.parametrize(
    ("topic", "planned", "comes"),
    [
        ("visit", "2026-03-10T23:30", "2026-03-10T20:00"),
        ("visit", "2026-03-10T06:30", "2026-03-09T20:00"),
        ("visit", "2026-03-10T22:00", "2026-03-10T20:00"),
        ("visit", "2026-03-10T08:00", "2026-03-10T08:00"),
        ("visit", "2026-03-01T07:00", "2026-02-28T20:00"),
        ("test", "2026-03-10T23:30", "2026-03-11T08:00"),
        ("test", "2026-03-10T06:30", "2026-03-10T08:00"),
        ("consent", "2026-12-31T22:30", "2027-01-01T08:00"),
        ("intake", "2026-03-10T03:00", "2026-03-10T03:00"),
        ("vaccination", "2026-03-10T12:00", "2026-03-10T12:00"),
    ],
)
def test_what_would_come_at_night_is_moved_by_what_it_is_about(topic: str, planned: str, comes: str) -> None:
    assert moved(at(planned), topic) == at(comes)


@given(MOMENTS, st.sampled_from(sorted(SHIFTS)), ZONES, TIMES, TIMES)
def test_nobody_is_disturbed_and_the_side_is_kept(
    moment: datetime, topic: str, zone: str, start: time, end: time
) -> None:
    quiet = Quiet(start, end)
    comes = moved(moment, topic, zone, quiet)
    match SHIFTS[topic]:
        case Shift.KEPT:
            assert comes == moment
        case Shift.EARLIER:
            assert comes <= moment
        case Shift.LATER:
            assert comes >= moment
    assert abs(comes - moment) <= timedelta(hours=27)
    if SHIFTS[topic] is Shift.LATER and start != end:
        assert not quiet.holds(comes.astimezone(ZoneInfo(zone)).time()) or _in_gap(end, comes, zone)


def _in_gap(end: time, comes: datetime, zone: str) -> bool:
    """The hours end at a time that a change of clocks leaves out or repeats."""
    here = comes.astimezone(ZoneInfo(zone))
    return here.time() != end or here.fold == 1


def test_hours_of_the_day_and_none_at_all_are_wishes_too() -> None:
    nap = Quiet(time(13), time(15))
    assert moved(at("2026-03-10T14:00"), "test", MOSCOW, nap) == at("2026-03-10T15:00")
    assert moved(at("2026-03-10T14:00"), "visit", MOSCOW, nap) == at("2026-03-10T11:00")
    assert moved(at("2026-03-10T23:00"), "test", MOSCOW, Quiet(time(9), time(9))) == at("2026-03-10T23:00")


def test_every_topic_says_what_becomes_of_it_and_every_notice_is_there() -> None:
    assert set(SHIFTS.values()) == set(Shift)
    assert {"visit_soon", "test_soon", "test_overdue", "intake_due", "vaccination_due"} <= NOTICES.keys()


# --- visits


@pytest.mark.parametrize(
    ("start", "moments"),
    [
        ("2026-03-10T13:00", ["2026-03-09T13:00", "2026-03-10T11:00"]),
        ("2026-03-10T09:00", ["2026-03-09T09:00", "2026-03-09T20:00"]),
        ("2026-03-10T06:30", ["2026-03-08T20:00", "2026-03-09T20:00"]),
        ("2026-03-10T23:30", ["2026-03-09T20:00", "2026-03-10T21:30"]),
        ("2026-03-01T08:00", ["2026-02-28T08:00", "2026-02-28T20:00"]),
        ("2028-03-01T10:00", ["2028-02-29T10:00", "2028-03-01T08:00"]),
    ],
)
def test_a_visit_is_reminded_of_a_day_and_two_hours_before(start: str, moments: list[str]) -> None:
    assert visit_moments(at(start), at("2026-01-01T00:00"), MOSCOW) == [at(one) for one in moments]


def test_what_is_past_is_not_planned_and_a_visit_at_once_is_not_reminded_of() -> None:
    start = at("2026-03-10T13:00")
    assert visit_moments(start, at("2026-03-09T13:00")) == [at("2026-03-10T11:00")]
    assert visit_moments(start, at("2026-03-10T11:00")) == []


@given(MOMENTS, MOMENTS, ZONES)
def test_reminders_of_a_visit_lie_between_now_and_then_and_out_of_the_night(
    start: datetime, now: datetime, zone: str
) -> None:
    found = visit_moments(start, now, zone)
    assert found == sorted(set(found))
    assert len(found) <= 2
    assert all(now < one < start for one in found)
    assert not any(QUIET.holds(one.astimezone(ZoneInfo(zone)).time()) for one in found)


# --- tests, ends, vaccinations


def test_a_test_is_told_of_a_week_and_a_day_before_and_once_when_it_is_over() -> None:
    days = study_moments(date(2026, 3, 1), Wishes())
    assert days == [at("2026-02-22T10:00"), at("2026-02-28T10:00"), at("2026-03-08T10:00")]
    assert len(study_moments(date.max, Wishes())) == 1  # the calendar ends
    late = Wishes(quiet=Quiet(time(22), time(11)))
    assert study_moments(date(2026, 3, 1), late)[0] == at("2026-02-22T11:00")


@pytest.mark.parametrize(
    ("today", "notice"),
    [
        (date(2026, 2, 28), "test_soon"),
        (date(2026, 3, 1), ""),
        (date(2026, 3, 7), ""),
        (date(2026, 3, 8), "test_overdue"),
    ],
)
def test_which_notice_it_is_the_day_says(today: date, notice: str) -> None:
    assert study_notice(date(2026, 3, 1), today) == notice


def test_ends_are_told_of_beforehand_and_a_representation_at_its_end() -> None:
    end = at("2026-04-01T12:00")
    assert end_moments(end, "consent") == [at("2026-03-25T12:00"), at("2026-03-31T12:00")]
    assert end_moments(end, "representation") == [at("2026-03-25T12:00"), end]
    assert next_of([end], end) is None
    assert soonest([date(2026, 3, 1), date(2026, 5, 1), date(2026, 4, 1)], date(2026, 3, 1)) == date(2026, 4, 1)


def test_wishes_stand_on_the_profile_and_are_usual_without() -> None:
    assert wishes_of(None) == wishes_of({}) == Wishes(MOSCOW, QUIET)
    said = {"zone": "Asia/Kamchatka", "quiet": {"start": "23:00", "end": "07:30"}}
    assert wishes_of(said) == Wishes("Asia/Kamchatka", Quiet(time(23), time(7, 30)))


# --- intakes


def plan(*times: str, every: int = 1, first: str = "2026-01-31", last: str = "", zone: str = MOSCOW) -> Regimen:
    plain = {"times": list(times), "every": every, "first": first, "last": last, "zone": zone}
    return regimen(plain)


@pytest.mark.parametrize(
    ("found", "after", "comes"),
    [
        (plan("08:00", "20:00"), at("2026-03-01T08:00"), at("2026-03-01T20:00")),
        (plan("08:00", "20:00"), at("2026-03-01T20:00"), at("2026-03-02T08:00")),
        (plan("08:00", every=2), at("2026-01-31T09:00"), at("2026-02-02T08:00")),
        (plan("08:00", every=30), at("2026-01-31T09:00"), at("2026-03-02T08:00")),
        (plan("08:00", first="2028-02-29", every=366), at("2028-02-29T08:00"), at("2029-03-01T08:00")),
        (plan("08:00", first="2028-02-28"), at("2028-02-28T08:00"), at("2028-02-29T08:00")),
        (plan("08:00"), at("2025-06-01T00:00"), at("2026-01-31T08:00")),
        (plan("08:00", last="2026-02-28"), at("2026-02-28T07:59"), at("2026-02-28T08:00")),
        (plan("08:00", last="2026-02-28"), at("2026-02-28T08:00"), None),
        (plan(first="2026-02-28"), at("2026-02-28T08:00"), None),
    ],
)
def test_the_next_intake(found: Regimen, after: datetime, comes: datetime | None) -> None:
    assert found.after(after) == comes


def test_an_hour_that_the_clock_leaves_out_comes_an_hour_later_and_one_that_is_twice_is_once() -> None:
    spring = plan("02:30", "03:30", first="2026-03-28", zone=BERLIN)
    seen = _all(spring, at("2026-03-28T12:00", BERLIN), at("2026-03-30T12:00", BERLIN))
    assert [f"{one:%d %H:%M}" for one in seen] == ["29 01:30", "30 00:30", "30 01:30"]  # 29: 02:30 is 03:30
    autumn = plan("02:30", first="2026-10-24", zone=BERLIN)
    seen = _all(autumn, at("2026-10-24T12:00", BERLIN), at("2026-10-26T12:00", BERLIN))
    assert [f"{one:%d %H:%M}" for one in seen] == ["25 00:30", "26 01:30"]


def _all(found: Regimen, start: datetime, end: datetime) -> list[datetime]:
    seen: list[datetime] = []
    one = found.after(start)
    while one is not None and one < end:
        seen.append(one)
        one = found.after(one)
    return seen


@given(
    st.lists(TIMES, min_size=1, max_size=6, unique=True),
    st.integers(1, 366),
    st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    MOMENTS,
    ZONES,
)
def test_intakes_go_forward_on_days_of_the_regimen_and_none_between_is_left_out(
    times: list[time], every: int, first: date, after: datetime, zone: str
) -> None:
    found = Regimen(tuple(times), every, first, None, zone)
    one = found.after(after)
    assert one is not None
    assert one > after
    day = one.astimezone(ZoneInfo(zone)).date()
    assert day >= first
    assert (day - first).days % every == 0
    assert found.after(one - timedelta(microseconds=1)) == one
    assert regimen(found.plain()) == found


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_at_the_ends_of_the_calendar_plan_nothing_that_is_not_there(day: date) -> None:
    found = Regimen((time(0),), 1, day, None, "Asia/Kamchatka")
    assert (found.after(at("2026-03-01T00:00")) is None) == (day == date.max)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"status": "on-hold"}, False),
        ({"status": "stopped", "ended_on": "2026-03-02"}, False),
        ({"times": []}, False),
    ],
)
def test_what_is_taken_now_and_says_an_hour_is_planned(changes: dict, *, wanted: bool) -> None:
    assert (prescribed(statement(**changes), MOSCOW) is not None) == wanted
    assert prescribed({**statement(), "intake": None}, MOSCOW) is None


def test_a_later_mark_replaces_what_was_said_of_the_same_intake() -> None:
    one = {"medication_statement": "a", "when": "2026-03-01T05:00:00.000Z", "state": "taken"}
    other = {**one, "medication_statement": "b"}
    assert marked([one], {**one, "state": "skipped"}) == [{**one, "state": "skipped"}]
    assert marked([other], one) == [one, other]
    now = at("2026-03-10T12:00")
    assert may_mark(now - timedelta(days=7), now)
    assert not may_mark(now - timedelta(days=7, seconds=1), now)
    assert not may_mark(now + timedelta(hours=13), now)
