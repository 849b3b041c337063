"""Timers: something is to happen for a person at a moment, once (services/timers.py rings them).

A timer is set by writes that go into the transaction of what it is for; setting it again moves it, and nobody has to
know where it stood. What it does when it rings, the topic says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Expected, Item, Key, Put, Write


@dataclass(frozen=True, slots=True)
class Timer:
    """``subject``: id of what it is about; a person has one timer a topic and subject. ``about``: what the ring needs,
    ids and moments only, for it is stored as it is.
    """

    owner: PersonId
    topic: str
    subject: str
    due: datetime
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rung:
    """What is stored together with the timer's end. ``staged``: entries (``services.gate.Staged``). ``again``: it is to
    ring once more, then, with ``about`` in the place of what it had (None: the same).
    """

    writes: Sequence[Write] = ()
    staged: Sequence[Any] = ()
    again: datetime | None = None
    about: Mapping[str, Any] | None = None


Found = Mapping[Key, Item]
MOST_WANTED = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """A ring that looks at rows which the timer's owner and subject name: they are read for many timers at once.

    ``wants``: their keys, ``MOST_WANTED`` at most. ``ring`` gets those that are there, as they were a moment before. So
    who ends what a timer is about drops the timer too: one that was dropped meanwhile does not ring.
    """

    ring: Callable[[Timer, Found], Rung]
    wants: Callable[[PersonId, str], Sequence[Key]]


Ring = Callable[[Timer], Rung] | Topic
"""What happens when a timer of a topic rings. It may read; it is called again when its writes met a conflict, so it
changes nothing by itself. Raises MedkartaError when it cannot be done now.
"""


def topic_of(ring: Ring) -> Topic:
    """A ring that wants nothing read is a topic as well."""
    return ring if isinstance(ring, Topic) else Topic(lambda timer, _: ring(timer), lambda *_: ())


def set_timer(timer: Timer, now: datetime, *, tries: int = 0, still: Expected = None) -> list[Write]:
    """In the place of the one that was set before; ``still``: as which it must stand, None for whichever it is. One for
    the past rings with the next run.
    """
    due = stamp(max(timer.due, now))
    row: Item = {
        "id": f"{timer.topic}-{timer.subject}-{due}",
        "patient": timer.owner,
        "topic": timer.topic,
        "subject": timer.subject,
        "due": due,
        "about": dict(timer.about),
        "ver": 1 + tries,
    }
    place = keys.timer_due(due, timer.owner, timer.topic, timer.subject)
    found: Item = {"patient": timer.owner, "topic": timer.topic, "subject": timer.subject, "due": due}
    return [Put(keys.timer(timer.owner, timer.topic, timer.subject), row, still), Put(place, found, None)]


def drop_timer(owner: PersonId, topic: str, subject: str) -> Write:
    """Repeatable. Where the trigger would find it, a row stays that nobody answers."""
    return Delete(keys.timer(owner, topic, subject))


def timer_of(row: Item) -> Timer:
    due = datetime.fromisoformat(row["due"])
    return Timer(PersonId(row["patient"]), row["topic"], row["subject"], due, row["about"])
