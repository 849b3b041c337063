"""What the provider of e-mail says of a message that was sent: it came, came back, or was complained of.

An address that came back for good, or whose owner complained, is not written to again until the person has another one;
their wish stays as it is, and the cabinet says so. Of an SMS the provider says no more than that it took it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from chalicelib.domain.deliveries import State, Word
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.ports import Clock, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Expect, Expected, Item, Put, Tables, Update, Write

EARLY = timedelta(minutes=1)
"""The provider may be faster than the sender that writes down what it sent."""
ASKED = 3
"""So often it is asked again; then the sender has died before it wrote that."""


STATES = {Word.DELIVERED: State.DELIVERED, Word.RETURNED: State.FAILED, Word.FAILED: State.FAILED}
CLOSING = {Word.RETURNED, Word.COMPLAINED}


class FeedbackService:
    def __init__(self, tables: Tables, new_id: Callable[[], str], clock: Clock) -> None:
        self._tables = tables
        self._new_id = new_id
        self._clock = clock

    def hear(self, word: Word, provider_id: str, received: int) -> timedelta | None:
        """None when it is done with, else after what wait to say it again. Repeatable.

        Raises ConflictError where the delivery changed at the same moment.
        """
        found = self._tables.get(keys.sent_as(provider_id))
        if found is None:
            return EARLY if received < ASKED else None
        key = keys.delivery(found["patient"], found["notice"], found["channel"])
        row = self._tables.get(key)
        if row is None:
            return None
        writes: list[Write] = []
        state = STATES.get(word)
        if state is not None and row["state"] == State.SENT:
            change: Item = {"state": state.value, "at": stamp(self._clock())}
            if state is State.FAILED:
                change |= {"reason": word.value, "react": ["delivery_failed"]}
            writes.append(Update(key, change, {"ver": 1}, expect={"ver": row["ver"]}))
        if word in CLOSING:
            writes += self._closed(found, word)
        if writes:
            self._tables.commit(writes)
        return None

    def _closed(self, found: Item, word: Word) -> list[Write]:
        """The address that it was sent to is closed; nothing where it is so already."""
        person_id, tag = PersonId(found["patient"]), found["tag"]
        key = keys.unreachable(person_id, found["channel"])
        before = self._tables.get(key)
        if not tag or (before is not None and before["tag"] == tag):
            return []
        now = self._clock()
        row: Item = {"tag": tag, "reason": word.value, "at": stamp(now), "ver": int(before["ver"]) + 1 if before else 1}
        expect: Expected = {"ver": before["ver"]} if before else Expect.ABSENT
        return [Put(key, row, expect), happened(person_id, self._new_id(), "address_unreachable", now)]
