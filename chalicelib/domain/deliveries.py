"""What goes outside of a notice: by which channels, when, how often (MSG-2). Rules:

1. The cabinet has every notice. Outside it goes by what the person wishes for its topic, and where they said nothing
   of the topic, by the channels that they take; by SMS then only what is urgent.
2. A notice about security goes out whatever was wished of topics, by every channel where the person takes none; one
   that is for ``everywhere`` by every channel. It is never held and never limited.
3. In quiet hours of the person's zone (``QUIET`` without a wish) all else is held until they end, but for intakes: the
   person chose their hour; and for what a life may hang on (``at_once``). What is about a moment that would be over by
   then is not held.
4. A channel takes so many a day and person (``MOST_A_DAY``); what is over that stays in the cabinet alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain import reminders
from chalicelib.domain.moments import local_day
from chalicelib.domain.reminders import Quiet
from chalicelib.domain.texts import Notice, Topic

CHANNELS = ("sms", "email")
FORMER = "former-"
"""Before a channel: the telephone or address that somebody had before a recovery (services/desk_recovery.py)."""
EVERY = (*CHANNELS, *(FORMER + channel for channel in CHANNELS))

MOST_A_DAY: Mapping[str, int] = {"sms": 10, "email": 30}
"""Ours: nobody is to be flooded by a fault, and an SMS costs money. A day is one of the person's zone."""
WAITS = (timedelta(seconds=15), *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30)))
"""How long a sender waits after a try that failed, time after time."""
TRIES = len(WAITS) + 1
"""As often as a queue gives a message out before it goes to the dead letters (infra/stores.yaml)."""
LEASE = timedelta(minutes=2)
"""For so long a message is one sender's: longer than the senders' functions may run."""
DOUBTS = 1
"""So often a message is tried again whose sender died between sending and saying so: it may come twice, never more."""
KEPT = timedelta(days=400)
"""Rows of deliveries. Notices themselves stay with the card."""


class State(StrEnum):
    """Of a delivery. Values are stored: never rename, never reuse."""

    QUEUED = "queued"
    HELD = "held"
    LIMITED = "limited"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class Word(StrEnum):
    """What a provider says of a message. ``RETURNED``: the address does not exist; ``FAILED``: not this time."""

    DELIVERED = "delivered"
    RETURNED = "returned"
    FAILED = "failed"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``until``: when what is held goes out."""

    state: State
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """``quiet``: in local time; those that end as they begin are none at all. ``topics``: channels of those topics that
    the person spoke of.
    """

    zone: str
    channels: tuple[str, ...]
    quiet: Quiet
    topics: Mapping[str, tuple[str, ...]]

    def shown(self) -> dict[str, Any]:
        begin, end = (f"{moment:%H:%M}" for moment in (self.quiet.start, self.quiet.end))
        quiet = "none" if begin == end else {"from": begin, "until": end}
        topics = {topic: list(channels) for topic, channels in sorted(self.topics.items())}
        return {"channels": list(self.channels), "zone": self.zone, "quiet": quiet, "topics": topics}


def wishes_of(profile: Mapping[str, Any]) -> Wishes:
    """As the row of a profile has them."""
    hours = reminders.wishes_of(profile)
    return Wishes(
        zone=hours.zone,
        channels=tuple(profile.get("channels", ())),
        quiet=hours.quiet,
        topics={topic: tuple(channels) for topic, channels in profile.get("topics", {}).items()},
    )


def channels_for(notice: Notice, wishes: Wishes) -> tuple[str, ...]:
    """Rules 1 and 2."""
    if notice.everywhere:
        return CHANNELS
    chosen = wishes.topics.get(notice.topic.value)
    if notice.topic is Topic.SECURITY:
        chosen = chosen or wishes.channels or CHANNELS
        return tuple(channel for channel in chosen if channel != "sms" or notice.urgent)
    if chosen is not None:
        return chosen
    return tuple(channel for channel in wishes.channels if channel != "sms" or notice.urgent)


def verdict(
    notice: Notice, channel: str, wishes: Wishes, sent_today: int, now: datetime, about: datetime | None = None
) -> Verdict:
    """Rules 3 and 4; ``sent_today``: by this channel, those that are limited alone. ``about``: the notice's moment."""
    if unlimited(notice):
        return Verdict(State.QUEUED)
    until = None if notice.at_once or notice.topic is Topic.INTAKE else wishes.quiet.over(now, wishes.zone)
    if until is not None and not (about is not None and now < about <= until):
        return Verdict(State.HELD, until)
    return Verdict(State.QUEUED if sent_today < MOST_A_DAY[channel] else State.LIMITED)


def unlimited(notice: Notice) -> bool:
    return notice.everywhere or notice.topic is Topic.SECURITY


def day_of(wishes: Wishes, now: datetime) -> str:
    return local_day(now, wishes.zone).isoformat()


def other_channel(notice: Notice, channel: str, wishes: Wishes) -> str:
    """Where an urgent notice goes when a channel failed for good: the other one, if it is taken; "" for nowhere."""
    other = {"sms": "email", "email": "sms"}.get(channel, "")
    taken = {*wishes.channels, *(one for channels in wishes.topics.values() for one in channels)}
    return other if notice.urgent and (other in taken or unlimited(notice)) else ""
