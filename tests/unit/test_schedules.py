"""Schedules and their slots (APT-1): properties over rules, zones and changes of the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.public_holidays import is_holiday
from chalicelib.domain.schedules import (
    DayRule,
    Hours,
    Interval,
    Reason,
    Rule,
    Schedule,
    State,
    bookable,
    free,
    minutes,
    slot_at,
    slots,
)
from chalicelib.domain.zones import MOSCOW, RUSSIA, is_zone
from tests.effort import tried

pytestmark = pytest.mark.requirement("APT-1")

EVERY_DAY = frozenset(range(1, 8))
ROW: Mapping[str, Any] = {
    "id": "s1",
    "organisation": "clinic",
    "member": "member-doctor",
    "person": "staff-doctor",
    "doctor": "Петров Пётр Петрович",
    "position": "врач-терапевт",
    "specialty": "therapy",
    "room": "214",
    "zone": "Europe/Moscow",
    "slot_minutes": 30,
    "rules": [{"weekdays": [1, 3], "start": "09:00", "end": "12:00", "valid_from": "2026-01-01", "every_weeks": 1}],
    "exceptions": [],
    "horizon_days": 30,
    "notice_minutes": 60,
    "cancel_hours": 3,
    "referral": False,
    "works_on_holidays": False,
    "state": "active",
    "ver": 1,
}


def made(**changes: Any) -> Schedule:
    return Schedule.from_row({**ROW, **changes})


def rule(start: str, end: str, weekdays: frozenset[int] = EVERY_DAY, **changes: Any) -> Rule:
    return Rule(weekdays, minutes(start), minutes(end), changes.pop("valid_from", date(2020, 1, 1)), **changes)


def berlin(day: date, start: str, end: str, length: int) -> list[str]:
    """Starts by the clock on the wall, with the offset."""
    schedule = replace(made(zone="Europe/Berlin", slot_minutes=length), rules=(rule(start, end),))
    there = ZoneInfo("Europe/Berlin")
    return [f"{one.start.astimezone(there):%H:%M%z}" for one in slots(schedule, day, day)]


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "start", "end", "length", "expected"),
    [
        (SPRING, "01:00", "04:00", 30, ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]),
        (SPRING, "01:30", "03:30", 60, ["01:30+0100"]),  # it lasts till 03:30 on the wall
        (SPRING, "02:00", "03:00", 30, []),
        (SPRING, "01:00", "02:00", 30, ["01:00+0100", "01:30+0100"]),
        (SPRING, "01:00", "02:30", 45, ["01:00+0100"]),  # the next would end at 03:30
        (AUTUMN, "01:30", "03:30", 30, ["01:30+0200", "02:00+0200", "02:30+0200", "03:00+0100"]),
        (AUTUMN, "02:00", "03:00", 60, ["02:00+0200"]),
        (AUTUMN, "02:30", "03:00", 30, ["02:30+0200"]),
        (date(2026, 7, 1), "23:00", "24:00", 30, ["23:00+0200", "23:30+0200"]),
    ],
)
def test_when_the_clock_changes(day: date, start: str, end: str, length: int, expected: list[str]) -> None:
    assert berlin(day, start, end, length) == expected


def test_the_leap_day_is_a_day() -> None:
    schedule = replace(made(), rules=(rule("09:00", "10:00", valid_from=date(2028, 2, 28)),))
    days = [one.start.date() for one in slots(schedule, date(2028, 2, 28), date(2028, 3, 1))]
    assert sorted(set(days)) == [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]


def test_every_second_week_is_counted_from_the_first() -> None:
    one = rule("09:00", "10:00", frozenset({1, 5}), valid_from=date(2026, 12, 3), every_weeks=2)  # a Thursday
    held = [day for n in range(40) if one.holds_on(day := date(2026, 12, 1) + timedelta(days=n))]
    assert held == [date(2026, 12, 4), date(2026, 12, 14), date(2026, 12, 18), date(2026, 12, 28), date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),  # at another time
        ({"start": 660, "end": 700}, True),
        ({"start": 660, "end": 700, "weekdays": frozenset({2})}, False),
        ({"start": 660, "end": 700, "valid_until": date(2025, 12, 31)}, False),
        ({"start": 660, "end": 700, "every_weeks": 2, "valid_from": date(2026, 1, 12)}, False),
        ({"start": 660, "end": 700, "every_weeks": 2, "valid_from": date(2026, 1, 19)}, True),
    ],
)
def test_which_rules_overlap(changes: dict[str, Any], *, expected: bool) -> None:
    one = Rule(frozenset({1}), 600, 720, date(2026, 1, 5), every_weeks=2)
    other = replace(Rule(frozenset({1}), 720, 800, date(2020, 1, 1)), **changes)
    assert one.overlaps(other) is expected
    assert other.overlaps(one) is expected


def test_exceptions_and_holidays_come_before_rules() -> None:
    schedule = replace(
        made(works_on_holidays=False),
        rules=(rule("09:00", "10:00"),),
        exceptions=(
            DayRule(date(2026, 12, 7), date(2026, 12, 8), Reason.LEAVE),
            DayRule(date(2026, 12, 9), date(2026, 12, 9), Reason.OTHER, (Hours(900, 960), Hours(840, 870))),
            DayRule(date(2027, 1, 2), date(2027, 1, 2), Reason.OTHER, (Hours(600, 660),)),
        ),
    )
    assert schedule.hours_on(date(2026, 12, 6)) == [Hours(540, 600)]
    assert schedule.hours_on(date(2026, 12, 8)) == []
    assert schedule.hours_on(date(2026, 12, 9)) == [Hours(840, 870), Hours(900, 960)]
    assert schedule.hours_on(date(2027, 1, 1)) == []
    assert schedule.hours_on(date(2027, 1, 2)) == [Hours(600, 660)]  # who works on that one day
    assert replace(schedule, works_on_holidays=True).hours_on(date(2027, 1, 1)) == [Hours(540, 600)]


def test_fourteen_days_a_year_are_public_holidays() -> None:
    days = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]
    assert sum(map(is_holiday, days)) == 14


@pytest.mark.parametrize(("name", "from_moscow"), RUSSIA.items())
def test_zones_of_russia_are_as_the_database_has_them(name: str, from_moscow: int) -> None:
    assert is_zone(name)
    for month in (1, 7):
        offset = datetime(2026, month, 1, tzinfo=ZoneInfo(name)).utcoffset()
        assert offset == timedelta(hours=MOSCOW + from_moscow), name


def test_russia_has_eleven_zones() -> None:
    assert sorted(set(RUSSIA.values())) == list(range(-1, 10))


# --- properties

LENGTHS = st.integers(5, 240)
ZONES = st.sampled_from([*RUSSIA, "Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Africa/Cairo"])
DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31)) | st.sampled_from(
    [SPRING, AUTUMN, date(2028, 2, 29), date(2026, 4, 5), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 24)]
)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Rules that do not overlap: the day is cut, and each piece has its own rule."""
    cuts = sorted(draw(st.sets(st.integers(0, 288), min_size=2, max_size=6)))
    rules = [
        Rule(
            frozenset(draw(st.sets(st.integers(1, 7), min_size=1))),
            start * 5,
            end * 5,
            draw(st.dates(date(2025, 12, 1), date(2026, 2, 1))),
            every_weeks=draw(st.integers(1, 2)),
        )
        for start, end in pairwise(cuts)
        if draw(st.booleans())
    ]
    exceptions = draw(st.lists(st.tuples(DAYS, st.integers(0, 5)), max_size=2, unique_by=lambda one: one[0].year))
    return replace(
        made(slot_minutes=draw(LENGTHS), zone=draw(ZONES), works_on_holidays=draw(st.booleans())),
        rules=tuple(draw(st.permutations(rules))),
        exceptions=tuple(DayRule(day, day + timedelta(days=n), Reason.LEAVE) for day, n in exceptions),
    )


@settings(deadline=None, max_examples=tried(60))
@given(schedules(), DAYS, st.integers(0, 3))
def test_slots_are_in_order_apart_whole_and_within_hours(schedule: Schedule, day: date, more: int) -> None:
    found, there = list(slots(schedule, day, day + timedelta(days=more))), ZoneInfo(schedule.zone)
    for one in found:
        assert one.end - one.start == timedelta(minutes=schedule.slot_minutes)
        assert one.start.tzinfo is UTC
        local, last = one.start.astimezone(there), (one.end - timedelta(seconds=1)).astimezone(there)
        of_day = local.date()
        assert day <= of_day <= day + timedelta(days=more)
        hours = schedule.hours_on(of_day)
        assert any(
            each.start <= local.hour * 60 + local.minute and last.hour * 60 + last.minute < each.end for each in hours
        )
        assert last.date() == of_day
    assert all(slot_at(schedule, one.start) == one for one in found[:1] + found[-1:])
    assert all(earlier.end <= later.start for earlier, later in pairwise(found))
    walls = [one.start.astimezone(there).replace(tzinfo=None) for one in found]
    assert len(set(walls)) == len(walls)  # no time of the clock twice


@settings(deadline=None, max_examples=tried(60))
@given(schedules(), DAYS)
def test_the_order_of_rules_does_not_matter(schedule: Schedule, day: date) -> None:
    turned = replace(schedule, rules=schedule.rules[::-1], exceptions=schedule.exceptions[::-1])
    assert list(slots(schedule, day, day)) == list(slots(turned, day, day))


@settings(deadline=None, max_examples=tried(60))
@given(schedules(), DAYS)
def test_closed_days_have_none(schedule: Schedule, day: date) -> None:
    closed = replace(schedule, exceptions=(DayRule(day, day, Reason.SICKNESS),))
    assert list(slots(closed, day, day)) == []


@settings(deadline=None, max_examples=tried(60))
@given(schedules(), DAYS, st.integers(1, 1439))
def test_no_slot_begins_where_the_schedule_has_none(schedule: Schedule, day: date, minute: int) -> None:
    moment = datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=minute)
    around = slots(schedule, day - timedelta(days=1), day + timedelta(days=1))
    assert slot_at(schedule, moment) == next((one for one in around if one.start == moment), None)


@settings(deadline=None, max_examples=tried(60))
@given(schedules(), DAYS, st.data())
def test_what_is_free_is_what_nothing_taken_meets(schedule: Schedule, day: date, data: st.DataObject) -> None:
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    spans = data.draw(st.lists(st.tuples(st.integers(-600, 3000), st.integers(1, 600)), max_size=8))
    taken = [
        Interval(midnight + timedelta(minutes=begins), midnight + timedelta(minutes=begins + lasts))
        for begins, lasts in spans
    ]
    now = midnight - timedelta(minutes=data.draw(st.integers(-600, 3000)))
    all_of_it = list(slots(schedule, day, day + timedelta(days=1)))
    expected = [
        one for one in all_of_it if bookable(schedule, one, now) and not any(one.meets(other) for other in taken)
    ]
    assert list(free(all_of_it, taken, now, schedule)) == expected
    assert not list(free(all_of_it, taken, now, replace(schedule, state=State.CLOSED)))


@pytest.mark.parametrize(
    ("minutes_ahead", "expected"), [(59, False), (60, True), (30 * 24 * 60, True), (31 * 24 * 60, False)]
)
def test_how_late_and_how_far_ahead(minutes_ahead: int, *, expected: bool) -> None:
    now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    start = now + timedelta(minutes=minutes_ahead)
    assert bookable(made(), Interval(start, start + timedelta(minutes=30)), now) is expected
