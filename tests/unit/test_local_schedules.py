"""Schedule expressions against a slow reading of the same rules, minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.schedules import Cron, ScheduleError, parse
from tests.effort import tried

NOON = datetime(2026, 2, 27, 12, 0, tzinfo=UTC)  # a Friday


def test_rate():
    assert parse("rate(1 hour)").after(NOON) == NOON + timedelta(hours=1)
    assert parse("rate(15 minutes)").after(NOON) == NOON + timedelta(minutes=15)
    assert parse("rate(2 days)").after(NOON) == NOON + timedelta(days=2)


@pytest.mark.parametrize(
    ("expression", "then"),
    [
        ("cron(0 12 * * ? *)", datetime(2026, 2, 28, 12, 0, tzinfo=UTC)),  # strictly later
        ("cron(5/20 * * * ? *)", datetime(2026, 2, 27, 12, 5, tzinfo=UTC)),
        ("cron(0 3 ? * MON-FRI *)", datetime(2026, 3, 2, 3, 0, tzinfo=UTC)),
        ("cron(0 3 ? * 1 *)", datetime(2026, 3, 1, 3, 0, tzinfo=UTC)),  # 1 is Sunday
        ("cron(0 0 29 2 ? *)", datetime(2028, 2, 29, 0, 0, tzinfo=UTC)),
        ("cron(30 9 1,15 JAN-MAR ? *)", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("cron(0 0 1 1 ? 2028)", datetime(2028, 1, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_cron(expression, then):
    assert parse(expression).after(NOON) == then


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "every hour",
        "rate(0 hours)",
        "rate(1 week)",
        "cron(0 12 * * *)",
        "cron(0 12 * * * *)",
        "cron(0 12 ? * ? *)",
        "cron(60 12 * * ? *)",
        "cron(0 12 L * ? *)",
        "cron(0 12 ? * 6#3 *)",
        "cron(0 12 ? * FUN *)",
        "cron(0 5-2 * * ? *)",
    ],
)
def test_what_cannot_be_read_is_said(expression):
    with pytest.raises(ScheduleError):
        parse(expression)


def test_a_date_that_never_comes_is_said():
    with pytest.raises(ScheduleError):
        parse("cron(0 0 31 2 ? *)").after(NOON)


FIELD = st.one_of(st.just("*"), st.integers(0, 23).map(str), st.integers(1, 11).map(lambda n: f"*/{n}"))


@settings(max_examples=tried(60), deadline=None)
@given(
    minute=FIELD,
    hour=FIELD,
    weekday=st.one_of(st.just("*"), st.integers(1, 7).map(str)),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_the_next_moment_is_the_first_that_fits(minute, hour, weekday, start):
    cron = parse(f"cron({minute} {hour} ? * {weekday} *)")
    assert isinstance(cron, Cron)
    moment = start.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while not (
        moment.minute in cron.minutes
        and moment.hour in cron.hours
        and (weekday == "*" or moment.isoweekday() % 7 + 1 == int(weekday))
    ):
        moment += timedelta(minutes=1)
    assert cron.after(start) == moment
