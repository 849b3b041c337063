"""What goes outside, when and how often: the rules of domain/deliveries.py (MSG-2)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import deliveries
from chalicelib.domain.deliveries import (
    CHANNELS,
    MOST_A_DAY,
    State,
    Wishes,
    channels_for,
    day_of,
    other_channel,
    verdict,
    wishes_of,
)
from chalicelib.domain.reminders import QUIET, Quiet
from chalicelib.domain.texts import NOTICES, Notice, Said, Topic
from chalicelib.domain.zones import RUSSIA
from chalicelib.notify.mail_feedback import heard

pytestmark = pytest.mark.requirement("MSG-2")

SAY = Said("Медкарта", "Medkarta")
BOTH, NONE = ("sms", "email"), ()


def notice(topic: Topic, *, urgent: bool = False, everywhere: bool = False, at_once: bool = False) -> Notice:
    return Notice(SAY, SAY, SAY, topic, urgent, everywhere, at_once)


def wishes(channels: tuple[str, ...] = BOTH, quiet: str = "", zone: str = "Europe/Moscow", **topics: tuple) -> Wishes:
    begin, _, end = (quiet or "00:00-00:00").partition("-")
    return Wishes(zone, channels, Quiet(time.fromisoformat(begin), time.fromisoformat(end)), topics)


URGENT, CALM = notice(Topic.NEWS, urgent=True), notice(Topic.NEWS)
GUARD, CALM_GUARD = notice(Topic.SECURITY, urgent=True), notice(Topic.SECURITY)
LIFE = notice(Topic.NEWS, urgent=True, at_once=True)
ALARM = notice(Topic.SECURITY, urgent=True, everywhere=True)


@pytest.mark.parametrize(
    ("said", "wished", "goes"),
    [
        (URGENT, wishes(), BOTH),
        (CALM, wishes(), ("email",)),
        (URGENT, wishes(NONE), NONE),
        (URGENT, wishes(("sms",)), ("sms",)),
        (CALM, wishes(("sms",)), NONE),
        (CALM, wishes(NONE, news=("sms",)), ("sms",)),  # who chose it by topic, chose it for all of it
        (URGENT, wishes(news=NONE), NONE),
        (LIFE, wishes(news=NONE), NONE),
        (URGENT, wishes(visits=NONE), BOTH),
        (GUARD, wishes(NONE), BOTH),
        (GUARD, wishes(("email",)), ("email",)),
        (GUARD, wishes(security=("email",)), ("email",)),
        (GUARD, wishes(NONE, security=NONE), BOTH),
        (CALM_GUARD, wishes(), ("email",)),
        (ALARM, wishes(NONE, security=("email",)), BOTH),
    ],
)
def test_channels_are_the_persons_and_security_is_never_off(
    said: Notice, wished: Wishes, goes: tuple[str, ...]
) -> None:
    assert channels_for(said, wished) == goes


@pytest.mark.parametrize(
    ("now", "quiet", "zone", "until"),
    [
        ("2026-11-26T19:30Z", "22:00-08:00", "Europe/Moscow", "2026-11-27T05:00Z"),  # 22:30, over midnight
        ("2026-11-27T04:59Z", "22:00-08:00", "Europe/Moscow", "2026-11-27T05:00Z"),  # 07:59
        ("2026-11-27T05:00Z", "22:00-08:00", "Europe/Moscow", None),  # 08:00
        ("2026-11-26T18:59Z", "22:00-08:00", "Europe/Moscow", None),  # 21:59
        ("2026-11-26T10:30Z", "13:00-14:00", "Europe/Moscow", "2026-11-26T11:00Z"),  # a nap
        ("2026-12-31T21:30Z", "22:00-08:00", "Europe/Moscow", "2027-01-01T05:00Z"),
        ("2026-11-26T19:30Z", "00:00-00:00", "Europe/Moscow", None),  # none
        ("2026-11-26T12:30Z", "22:00-08:00", "Asia/Vladivostok", "2026-11-26T22:00Z"),
        # clocks go forward over the end, 02:00 to 03:00
        ("2026-03-29T00:30Z", "22:00-02:30", "Europe/Berlin", "2026-03-29T01:30Z"),
        ("2026-03-28T23:30Z", "22:00-08:00", "Europe/Berlin", "2026-03-29T06:00Z"),  # the night is an hour shorter
        # clocks go back over the end, 03:00 to 02:00: the first 02:30, then the second
        ("2026-10-25T00:10Z", "22:00-02:30", "Europe/Berlin", "2026-10-25T00:30Z"),
        ("2026-10-25T01:10Z", "22:00-02:30", "Europe/Berlin", "2026-10-25T01:30Z"),
        ("2026-10-24T22:30Z", "22:00-08:00", "Europe/Berlin", "2026-10-25T07:00Z"),  # and this one longer
    ],
)
def test_quiet_hours_end(now: str, quiet: str, zone: str, until: str | None) -> None:
    found = wishes(quiet=quiet).quiet.over(datetime.fromisoformat(now), zone)
    assert found == (until and datetime.fromisoformat(until))


ZONES = st.sampled_from([*sorted(RUSSIA), "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@given(MOMENTS, TIMES, TIMES, ZONES)
def test_quiet_hours_end_ahead_within_a_day_and_then_it_is_not_quiet(
    now: datetime, begin: time, end: time, zone: str
) -> None:
    quiet = Quiet(begin, end)
    until, since = quiet.over(now, zone), quiet.begun(now, zone)
    there = now.astimezone(ZoneInfo(zone)).time()
    inside = begin <= there < end if begin <= end else there >= begin or there < end
    assert (until is not None, since is not None) == (inside, inside)
    if until is not None:
        assert now < until <= now + timedelta(hours=26)
        gone = until.astimezone(ZoneInfo(zone)).time()
        assert gone == end or quiet.over(until, zone) is None or begin == gone  # a gap moves it on
    if since is not None:
        assert now - timedelta(hours=26) <= since < now + timedelta(hours=1)


@pytest.mark.parametrize(
    ("said", "channel", "wished", "sent", "state"),
    [
        (URGENT, "sms", wishes(), 0, State.QUEUED),
        (URGENT, "sms", wishes(), MOST_A_DAY["sms"] - 1, State.QUEUED),
        (URGENT, "sms", wishes(), MOST_A_DAY["sms"], State.LIMITED),
        (URGENT, "email", wishes(), MOST_A_DAY["sms"], State.QUEUED),
        (URGENT, "sms", wishes(quiet="22:00-08:00"), 0, State.HELD),
        (notice(Topic.INTAKE), "sms", wishes(quiet="22:00-08:00"), 0, State.QUEUED),  # the person chose the hour
        (notice(Topic.INTAKE), "sms", wishes(quiet="22:00-08:00"), MOST_A_DAY["sms"], State.LIMITED),
        (LIFE, "sms", wishes(quiet="22:00-08:00"), 0, State.QUEUED),
        (LIFE, "sms", wishes(quiet="22:00-08:00"), MOST_A_DAY["sms"], State.LIMITED),
        (GUARD, "sms", wishes(quiet="22:00-08:00"), 10_000, State.QUEUED),
        (CALM_GUARD, "email", wishes(quiet="22:00-08:00"), 10_000, State.QUEUED),
        (ALARM, "email", wishes(quiet="22:00-08:00"), 10_000, State.QUEUED),
    ],
)
def test_what_is_held_at_night_and_what_is_limited(
    said: Notice, channel: str, wished: Wishes, sent: int, state: State
) -> None:
    night = datetime(2026, 11, 26, 20, tzinfo=UTC)
    assert verdict(said, channel, wished, sent, night).state is state


def test_a_day_begins_at_midnight_of_the_person() -> None:
    moment = datetime(2026, 11, 26, 20, 59, 59, tzinfo=UTC)
    assert day_of(wishes(), moment) == "2026-11-26"
    assert day_of(wishes(), moment + timedelta(seconds=1)) == "2026-11-27"
    assert day_of(wishes(zone="Asia/Kamchatka"), moment) == "2026-11-27"


@pytest.mark.parametrize(
    ("said", "channel", "wished", "other"),
    [
        (URGENT, "email", wishes(), "sms"),
        (URGENT, "sms", wishes(("sms",)), ""),
        (URGENT, "sms", wishes(("sms",), visits=("email",)), "email"),
        (CALM, "email", wishes(), ""),
        (ALARM, "sms", wishes(NONE), "email"),
        (URGENT, "former-sms", wishes(), ""),
    ],
)
def test_an_urgent_notice_has_another_way(said: Notice, channel: str, wished: Wishes, other: str) -> None:
    assert other_channel(said, channel, wished) == other


def test_wishes_are_read_and_shown() -> None:
    usual = {"from": "22:00", "until": "08:00"}
    assert wishes_of({}).shown() == {"channels": [], "zone": "Europe/Moscow", "quiet": usual, "topics": {}}
    assert wishes_of({}).quiet == QUIET
    assert QUIET.over(datetime(2026, 11, 26, 20, tzinfo=UTC), "Europe/Moscow") == datetime(2026, 11, 27, 5, tzinfo=UTC)
    row = {"channels": ["sms"], "zone": "Asia/Omsk", "quiet": {"start": "22:00", "end": "08:00"}}
    row["topics"] = {"visits": ["email"]}
    shown = wishes_of(row).shown()
    assert shown["quiet"] == {"from": "22:00", "until": "08:00"}
    assert (shown["zone"], shown["topics"]) == ("Asia/Omsk", {"visits": ["email"]})
    assert wishes_of({"quiet": {"start": "00:00", "end": "00:00"}}).shown()["quiet"] == "none"


def test_a_lease_is_longer_than_a_sender_and_tries_are_those_of_the_queue() -> None:
    assert sum(deliveries.WAITS, timedelta()) < timedelta(hours=1)
    assert timedelta(minutes=1) < deliveries.LEASE
    assert set(MOST_A_DAY) == set(CHANNELS)
    assert all(notice.topic is Topic.SECURITY for notice in NOTICES.values() if notice.everywhere)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"eventType": "Delivery"}, "delivered"),
        ({"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}}, "returned"),
        ({"eventType": "Bounce", "bounce": {"bounceType": "Transient"}}, "failed"),
        ({"eventType": "Complaint"}, "complained"),
        ({"eventType": "Open"}, None),
    ],
)
def test_words_of_the_mail(body: dict, word: str | None) -> None:
    found = heard({**body, "mail": {"messageId": "m1", "destination": ["anna@example.org"]}})
    assert found == (word and (word, "m1"))
