"""Chat of a patient and a doctor (MSG-1) as pure rules.

    open ──close──▶ closed ──reopen, within 30 days──▶ open            by either side

Rules:
  1. a thread has two sides: whoever acts for the card, and one doctor under one membership
  2. who may read and write at all, the gate decides (domain/access.py); beside it, either side writes only while the
     doctor has consent: no message to whom cannot read it, and by a broken glass none to whom cannot answer
  3. ids of messages grow within a thread, whatever clocks say: whoever has all up to one has missed none
  4. a message is edited or withdrawn by who wrote it, within 15 minutes; an answer by itself by nobody
  5. what one side has seen is a place that moves forward alone
  6. a side is told once of a thread, and again when it has read what it was told of
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from chalicelib.domain.identity import OWNERS, Actor
from chalicelib.domain.search.words import plain
from chalicelib.errors import ChatClosedError, ChatTooOldError, MessageFixedError, WrongStateError

EDIT_WINDOW = timedelta(minutes=15)
MOST_EDITS = 20  # of one message
REOPENED_WITHIN = timedelta(days=30)
LONGEST_ABSENCE = timedelta(days=365)
LONGEST_WAIT = 20  # seconds: the gateway gives an answer 29
LOOKED_BACK = 50  # messages before a known one that are looked through for changes
LOOKED_THROUGH = 200  # messages that one request of a search opens


class Side(StrEnum):
    """Stored: never rename, never reuse."""

    PATIENT = "patient"
    DOCTOR = "doctor"

    @property
    def other(self) -> Side:
        return Side.DOCTOR if self is Side.PATIENT else Side.PATIENT

    @property
    def seen(self) -> str:
        """Attribute of a thread: up to which message this side has read."""
        return f"seen_{self.value}"

    @property
    def unread(self) -> str:
        """Attribute of a thread: how many messages of the other side lie behind that."""
        return f"unread_{self.value}"


class State(StrEnum):
    """Of a thread. Stored: never rename, never reuse."""

    OPEN = "open"
    CLOSED = "closed"


SENT, WITHDRAWN = "sent", "withdrawn"
"""States of a message."""


def side_of(actor: Actor) -> Side:
    return Side.PATIENT if actor.role in OWNERS else Side.DOCTOR


def following(last: str, made: str) -> str:
    """Rule 3: an id (UUIDv7) behind ``last``, which is "" in a new thread: the one that was made, or the next one."""
    return made if made > last else str(UUID(int=UUID(last).int + 1))


def before(moment: datetime) -> str:
    """What stands before all ids (UUIDv7) that are made from a moment on, and behind all earlier ones."""
    milliseconds = f"{max(0, int(moment.timestamp() * 1000)):012x}"
    return f"{milliseconds[:8]}-{milliseconds[8:12]}"


def writable(thread: Mapping[str, Any]) -> None:
    """Raises ChatClosedError."""
    if thread["state"] != State.OPEN.value:
        raise ChatClosedError


def reopenable(thread: Mapping[str, Any], now: datetime) -> None:
    """Raises WrongStateError for a thread that is open, ChatTooOldError."""
    if thread["state"] != State.CLOSED.value:
        raise WrongStateError("the chat is open")
    if now >= reopened_until(thread):
        raise ChatTooOldError


def reopened_until(thread: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(thread["closed_at"]) + REOPENED_WITHIN


def changeable(message: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Rule 4. Raises MessageFixedError."""
    theirs = message["person"] == actor.person_id and message["by"] == side_of(actor).value
    if not theirs or "auto" in message or message["state"] != SENT or now >= changed_until(message):
        raise MessageFixedError


def editable(message: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Rule 4, and no more often than all its texts are read with one request. Raises MessageFixedError."""
    changeable(message, actor, now)
    if int(message["ver"]) > MOST_EDITS:
        raise MessageFixedError


def changed_until(message: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(message["at"]) + EDIT_WINDOW


def counts(message: Mapping[str, Any], reader: Side) -> bool:
    """Whether it is to be read by a side: of the other one, and not an answer by itself."""
    return message["by"] != reader.value and "auto" not in message


def away(absence: Mapping[str, Any] | None, now: datetime) -> bool:
    return absence is not None and now < datetime.fromisoformat(absence["until"])


def words(text: str) -> list[str]:
    """Words of a text as they are compared."""
    return re.findall(r"\w+", plain(text))


def has_all(text: str, wanted: list[str]) -> bool:
    """Whether each wanted word begins a word of the text."""
    there = words(text)
    return bool(wanted) and all(any(one.startswith(word) for one in there) for word in wanted)
