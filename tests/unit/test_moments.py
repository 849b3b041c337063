"""Moments as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.moments import stamp

ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - they get a zone


@given(one=MOMENTS, other=MOMENTS)
@example(one=datetime(300, 1, 1, tzinfo=UTC), other=datetime(2026, 1, 1, tzinfo=UTC))
def test_the_order_of_text_is_the_order_of_time(one: datetime, other: datetime) -> None:
    first, second = stamp(one), stamp(other)
    assert len(first) == len(second) == len("2026-01-01T00:00:00.000Z")
    if abs(one - other) >= timedelta(milliseconds=1):
        assert (first < second) == (one < other)
    assert timedelta(0) <= one - datetime.fromisoformat(first) < timedelta(milliseconds=1)
