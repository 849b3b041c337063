"""Timers of reminders that more than one service must know: of what ends, and of what is to be done by a day."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.access import ConsentState
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.reminders import end_moments, next_of
from chalicelib.domain.representation import KINDS, Kind
from chalicelib.ports.tables import Item, Write
from chalicelib.ports.timers import Timer, drop_timer, set_timer

OF_RECORD = frozenset({"test", "intake"})
"""Topics of which a record has a timer of its own."""
OF_PLAN = frozenset({"vaccination"})
"""Topics of which a person has one timer, by all records of several kinds."""
TERM = "case-term"


def end_reminder(owner: PersonId, topic: str, subject: str, until: datetime, now: datetime) -> list[Write]:
    """The timer of something that ends, in the place of an earlier one; what the person's hours are, its ring asks."""
    due = next_of(end_moments(until, topic), now)
    if due is None:
        return [drop_timer(owner, topic, subject)]
    return set_timer(Timer(owner, topic, subject, due, {"until": stamp(until)}), now)


def consent_reminder(row: Item, now: datetime) -> list[Write]:
    """Of a consent that was given: its owner is told before it ends. One that is not given, or no more, has none."""
    owner, member = PersonId(row["patient"]), str(row["member"])
    if row["state"] != ConsentState.GRANTED:
        return [drop_timer(owner, "consent", member)]
    return end_reminder(owner, "consent", member, datetime.fromisoformat(row["valid_until"]), now)


def representation_reminder(row: Item, now: datetime) -> list[Write]:
    """Of a representation that ends by itself: both sides are told before, and when it has ended (ACC-8). Any other,
    and one that was ended, has none.
    """
    topic = "representation-age" if KINDS[Kind(row["kind"])].by_age else "representation"
    owner, acting = PersonId(row["patient"]), str(row["person"])
    if row["state"] != "active" or "until" not in row:
        return [drop_timer(owner, topic, acting)]
    return end_reminder(owner, topic, acting, datetime.fromisoformat(row["until"]), now)


def term_reminder(case: Item, now: datetime) -> list[Write]:
    """Of a case that is to be done by ``due``: whoever it is about is told when it was not (DOC-5)."""
    due = datetime.fromisoformat(case["due"])
    return set_timer(Timer(PersonId(case["patient"]), TERM, str(case["id"]), due), now)


def no_term_reminder(case: Item) -> Write:
    """Of a case that the organisation has done, or that is closed."""
    return drop_timer(PersonId(case["patient"]), TERM, str(case["id"]))
