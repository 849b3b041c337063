from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import limits
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import LockedOutError, TooManyRequestsError
from chalicelib.ports.tables import Store
from chalicelib.services.limits import LimitService
from tests.accounts import repeat
from tests.fakes import FixedClock, MemoryTables

pytestmark = pytest.mark.requirement("SEC-3")

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
RULES = st.builds(limits.Rule, st.just("test"), st.integers(1, 1000), st.integers(1, 100_000))


@given(RULES, MOMENTS, st.integers(1, 2000))
def test_a_refusal_says_when_the_next_window_begins(rule, now, count):
    verdict = limits.decide(rule, count, now)
    assert verdict.allowed == (count <= rule.limit)
    assert verdict.remaining == max(0, rule.limit - count)
    assert 1 <= verdict.retry_after <= rule.window
    later = now + timedelta(seconds=verdict.retry_after)
    assert limits.window_of(rule, later) == limits.window_of(rule, now) + 1


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def tables():
    return MemoryTables()


@pytest.fixture
def service(tables, clock):
    return LimitService(tables, clock)


def test_the_counter_starts_anew_with_the_window(service, clock):
    rule = limits.Rule("test", 2, 60)
    for _ in range(3):
        service.spend(rule, "a")
        service.spend(rule, "a")
        with pytest.raises(TooManyRequestsError) as caught:
            service.spend(rule, "a")
        clock.advance(seconds=caught.value.retry_after)
    service.spend(rule, "b")


def test_a_rule_that_locks_says_so(service):
    with pytest.raises(LockedOutError):
        repeat(limits.PASSWORD.limit + 1, lambda: service.spend(limits.PASSWORD, "a"))


def test_a_cleared_counter_counts_from_nothing(service, tables):
    for _ in range(limits.PASSWORD.limit):
        service.spend(limits.PASSWORD, "a")
    tables.commit([service.cleared(limits.PASSWORD, "a")])
    service.spend(limits.PASSWORD, "a")


def test_counters_vanish_by_themselves(service, tables, clock):
    service.spend(limits.SMS_PERSON, "a")
    ((key, row),) = tables.rows(Store.IDENTITY).items()
    assert key.pk == "LIMIT#sms-person#a"
    assert clock().timestamp() < row["expires"] <= clock().timestamp() + 2 * limits.SMS_PERSON.window


def anonymous(ip: str) -> Actor:
    return Actor(PersonId("anonymous"), Role.ANONYMOUS, ip=ip)


@pytest.mark.parametrize("operation", sorted(limits.PER_ADDRESS))
def test_open_routes_are_limited_for_each_address(service, tables, operation):
    rule = limits.PER_ADDRESS[operation]
    with pytest.raises(TooManyRequestsError):
        repeat(rule.limit + 1, lambda: service.throttle(anonymous("192.0.2.1"), operation))
    service.throttle(anonymous("192.0.2.2"), operation)
    assert b"192.0.2" not in tables.raw_bytes()


def test_an_ipv6_customer_is_one_address():
    assert limits.address_tag("2001:db8::1") == limits.address_tag("2001:db8::ffff:2")
    assert limits.address_tag("2001:db8::1") != limits.address_tag("2001:db8:0:1::1")
    assert limits.address_tag("") == limits.address_tag("nonsense")


def test_one_caller_cannot_take_everything(service, tables):
    actor = Actor(PersonId("p"), Role.DOCTOR, session_id="s")
    with pytest.raises(TooManyRequestsError):
        repeat(limits.EVERYTHING.limit + limits.SAMPLE, lambda: service.throttle(actor, "record-read"))
    service.throttle(Actor(PersonId("q"), Role.DOCTOR), "record-read")


def test_the_usual_request_costs_no_round_trip(service, tables):
    actor = Actor(PersonId("p"), Role.DOCTOR, session_id="s")
    for _ in range(limits.SAMPLE - 1):
        service.throttle(actor, "record-read")
    assert tables.calls == []
    service.throttle(actor, "record-read")
    assert len(tables.calls) == 1


def test_several_environments_share_the_large_limit(tables, clock):
    actor = Actor(PersonId("p"), Role.DOCTOR)
    environments = [LimitService(tables, clock) for _ in range(4)]
    turns = cycle(environments)
    most = limits.EVERYTHING.limit + 5 * limits.SAMPLE
    with pytest.raises(TooManyRequestsError):
        repeat(most, lambda: next(turns).throttle(actor, "record-read"))
