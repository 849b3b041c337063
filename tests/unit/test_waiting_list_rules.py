"""Rules of the waiting list (APT-2): whom a slot fits, how long an offer stands, until when a visit is answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.reminders import QUIET, Quiet
from chalicelib.domain.waiting_list import (
    LEAST,
    OFFER,
    Part,
    Wish,
    answer_by,
    ends_at,
    held_until,
    part_of,
    place,
    stands_until,
)

pytestmark = pytest.mark.requirement("APT-2")

MOSCOW, KAMCHATKA = "Europe/Moscow", "Asia/Kamchatka"
zones = st.sampled_from([MOSCOW, KAMCHATKA, "Europe/Kaliningrad", "Europe/Berlin", "America/New_York"])
minutes = st.integers(0, 2 * 365 * 24 * 60)
moments = minutes.map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


def here(text: str, zone: str = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


HELD = [
    # made, the slot can be booked until, the offer stands until
    ("2026-03-02T12:00", "2026-03-05T10:00", "2026-03-02T14:00"),
    ("2026-03-02T12:00", "2026-03-02T13:00", "2026-03-02T13:00"),
    ("2026-03-02T12:00", "2026-03-02T12:15", "2026-03-02T12:15"),
    ("2026-03-02T12:00", "2026-03-02T12:14", None),
    ("2026-03-02T20:00", "2026-03-05T10:00", "2026-03-03T08:00"),  # 22:00 is night already
    ("2026-03-02T21:00", "2026-03-05T10:00", "2026-03-03T09:00"),  # an hour of this day, an hour of the next
    ("2026-03-02T21:00", "2026-03-03T07:00", "2026-03-02T22:00"),  # it cannot wait: until the evening
    ("2026-03-02T21:50", "2026-03-03T07:00", None),
    ("2026-03-02T23:00", "2026-03-05T10:00", "2026-03-03T10:00"),  # who is asleep has two hours of the morning
    ("2026-03-03T03:00", "2026-03-05T10:00", "2026-03-03T10:00"),
    ("2026-03-03T03:00", "2026-03-03T08:10", None),
    ("2026-03-03T03:00", "2026-03-03T07:00", None),
]


@pytest.mark.parametrize(("made", "latest", "until"), HELD)
def test_an_offer_stands_for_two_hours_of_the_day(made: str, latest: str, until: str | None) -> None:
    found = held_until(here(made), here(latest), MOSCOW)
    assert found == (None if until is None else here(until))


def test_without_quiet_hours_it_is_two_hours() -> None:
    made = here("2026-03-02T23:00")
    assert held_until(made, made + timedelta(days=3), MOSCOW, Quiet(time(0), time(0))) == made + OFFER


@given(now=moments, ahead=st.integers(0, 5000), zone=zones)
def test_it_never_ends_in_the_night_nor_after_the_slot_can_be_booked(now: datetime, ahead: int, zone: str) -> None:
    latest = now + timedelta(minutes=ahead)
    until = held_until(now, latest, zone)
    if until is None:
        asleep = QUIET.holds(now.astimezone(ZoneInfo(zone)).time())
        assert asleep or latest - now < LEAST + timedelta(hours=11)
        return
    assert now + LEAST <= until <= latest
    at = until.astimezone(ZoneInfo(zone)).time()
    assert not QUIET.holds(at) or at == QUIET.start
    assert until - now <= OFFER + timedelta(hours=12)


@given(now=moments, ahead=st.integers(0, 5000), two=st.lists(zones, min_size=2, max_size=2))
def test_who_may_live_by_either_clock_gets_the_longest(now: datetime, ahead: int, two: list[str]) -> None:
    latest = now + timedelta(minutes=ahead)
    each = [held_until(now, latest, zone) for zone in two]
    until = stands_until(now, latest, two)
    assert (until is None) == (None in each)
    assert until is None or all(one is not None and one <= until <= latest for one in each)


FITS = [
    (Wish(date(2026, 3, 2), date(2026, 3, 8)), "2026-03-08T23:30", True),
    (Wish(date(2026, 3, 2), date(2026, 3, 8)), "2026-03-09T00:00", False),
    (Wish(date(2026, 3, 3), date(2026, 3, 8)), "2026-03-02T10:00", False),
    (Wish(date(2026, 3, 2), date(2026, 3, 8), frozenset({7})), "2026-03-08T10:00", True),
    (Wish(date(2026, 3, 2), date(2026, 3, 8), frozenset({1})), "2026-03-08T10:00", False),
    (Wish(date(2026, 3, 2), date(2026, 3, 8), frozenset(), frozenset({Part.EVENING})), "2026-03-08T17:00", True),
    (Wish(date(2026, 3, 2), date(2026, 3, 8), frozenset(), frozenset({Part.EVENING})), "2026-03-08T16:59", False),
]


@pytest.mark.parametrize(("wish", "start", "fits"), FITS)
def test_days_and_hours_are_those_of_the_clinics_clock(wish: Wish, start: str, *, fits: bool) -> None:
    for zone in (MOSCOW, KAMCHATKA):
        assert wish.fits(here(start, zone).astimezone(UTC), zone) is fits


def test_parts_of_the_day_follow_one_another() -> None:
    found = [part_of(time(hour)) for hour in range(24)]
    assert found == [Part.MORNING] * 12 + [Part.AFTERNOON] * 5 + [Part.EVENING] * 7


@given(days=st.integers(0, 400), zone=zones)
def test_the_last_day_is_whole(days: int, zone: str) -> None:
    last = date(2026, 3, 2) + timedelta(days=days)
    end = ends_at(Wish(last, last), zone).astimezone(ZoneInfo(zone))
    assert (end.date(), end.time()) == (last + timedelta(days=1), time())


def test_whom_a_registrar_put_first_stands_before_all_and_then_it_is_arrival() -> None:
    ids = ["0190-a", "0190-b", "0191-c"]
    order = sorted([place(ids[2], first=True), *(place(one, first=False) for one in ids[:2])])
    assert [one.partition("#")[2] for one in order] == [ids[2], ids[0], ids[1]]


ANSWERED = [
    ("2026-03-02T12:00", "2026-03-05T10:00", "2026-03-04T18:00"),
    ("2026-03-04T17:59", "2026-03-05T10:00", "2026-03-04T19:59"),  # two hours at least
    ("2026-03-05T07:00", "2026-03-05T10:00", "2026-03-05T09:00"),
    ("2026-03-05T09:00", "2026-03-05T10:00", "2026-03-05T10:00"),  # but not beyond the visit
]


@pytest.mark.parametrize(("now", "start", "until"), ANSWERED)
def test_a_displaced_visit_is_answered_by_the_evening_before(now: str, start: str, until: str) -> None:
    assert answer_by(here(start), here(now), MOSCOW) == here(until)
