"""Chat in any order of events (MSG-1): two sides write, edit, withdraw, mark, close; consent comes and goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.domain.chat import EDIT_WINDOW
from chalicelib.domain.identity import Actor
from chalicelib.errors import (
    ChatClosedError,
    ChatEndedError,
    ConsentRequiredError,
    MedkartaError,
    MessageFixedError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from tests.chat_world import TEXT, ChatWorld
from tests.effort import tried
from tests.world import ANNA

pytestmark = pytest.mark.requirement("MSG-1")
SIDES = st.sampled_from(["anna", "doctor"])


@dataclass
class Said:
    """A message as both sides should see it."""

    id: str
    by: str
    at: Any
    texts: list[str] = field(default_factory=list)
    withdrawn: bool = False


class Conversation(RuleBasedStateMachine):
    """One thread; the model is a list of messages, two marks and two flags."""

    def __init__(self) -> None:
        super().__init__()
        self.world = ChatWorld()
        self.thread = self.world.open()
        first = str(self.world.thread(self.thread)["last"])
        self.said = [Said(first, "anna", self.world.clock(), [TEXT])]
        self.read = {"anna": 0, "doctor": 0}  # how many messages lie before the mark
        self.told = {"anna": 0, "doctor": 1}
        self.closed, self.consented, self.number = False, True, 0
        self.versions: list[int] = []

    def actor(self, side: str) -> Actor:
        return getattr(self.world, side)

    def refused(self, side: str) -> type[MedkartaError] | None:
        """Why this side cannot write."""
        if side == "doctor" and not self.consented:
            return ConsentRequiredError
        if self.closed:
            return ChatClosedError
        return None if self.consented else ChatEndedError

    def unread(self, side: str) -> int:
        return sum(one.by != side for one in self.said[self.read[side] :])

    @rule(side=SIDES, reply=st.booleans())
    def send(self, side: str, reply: bool) -> None:  # noqa: FBT001
        self.number += 1
        text = f"Сообщение {self.number}"
        to = self.said[self.number % len(self.said)].id if reply else None
        if error := self.refused(side):
            with pytest.raises(error):
                self.world.send(self.actor(side), self.thread, text, reply_to=to)
            return
        other = "doctor" if side == "anna" else "anna"
        self.told[other] += not self.unread(other)
        sent = self.world.send(self.actor(side), self.thread, text, reply_to=to)
        self.said.append(Said(sent, side, self.world.clock(), [text]))

    @rule(side=SIDES, at=st.integers(0, 40))
    def edit(self, side: str, at: int) -> None:
        one = self.said[at % len(self.said)]
        if error := self._fixed(one, side) or (ChatClosedError if self.closed else None):
            with pytest.raises((error, ChatClosedError)):
                self._edited(one, side)
        elif not self.consented:
            with pytest.raises(ChatEndedError):
                self._edited(one, side)
        else:
            one.texts.append(self._edited(one, side))

    def _edited(self, one: Said, side: str) -> str:
        text = f"{one.texts[-1]}!"
        self.world.chat.edit(self.actor(side), ANNA, self.thread, one.id, text, len(one.texts))
        return text

    @rule(side=SIDES, at=st.integers(0, 40))
    def withdraw(self, side: str, at: int) -> None:
        one = self.said[at % len(self.said)]

        def act() -> None:
            self.world.chat.withdraw(self.actor(side), ANNA, self.thread, one.id, len(one.texts))

        if error := self._fixed(one, side):
            with pytest.raises(error):
                act()
        else:
            act()
            one.withdrawn = True

    def _fixed(self, one: Said, side: str) -> type[MedkartaError] | None:
        if side == "doctor" and not self.consented:
            return ConsentRequiredError
        late = self.world.clock() >= one.at + EDIT_WINDOW
        return MessageFixedError if late or one.withdrawn or one.by != side else None

    @rule(side=SIDES, at=st.integers(0, 40))
    def mark(self, side: str, at: int) -> None:
        at %= len(self.said)
        if side == "doctor" and not self.consented:
            with pytest.raises(ConsentRequiredError):
                self.world.chat.mark(self.actor(side), ANNA, self.thread, self.said[at].id)
            return
        self.world.chat.mark(self.actor(side), ANNA, self.thread, self.said[at].id)
        self.read[side] = max(self.read[side], at + 1)

    @rule(side=SIDES)
    def close(self, side: str) -> None:
        if side == "doctor" and not self.consented:
            return
        if self.closed:
            with pytest.raises(ChatClosedError):
                self.world.chat.close(self.actor(side), ANNA, self.thread, "other")
            return
        self.world.chat.close(self.actor(side), ANNA, self.thread, "other")
        self.closed = True

    @rule(side=SIDES)
    def reopen(self, side: str) -> None:
        if side == "doctor" and not self.consented:
            return
        error = None if self.closed else WrongStateError
        error = ChatEndedError if self.closed and not self.consented else error
        if error:
            with pytest.raises(error):
                self.world.chat.reopen(self.actor(side), ANNA, self.thread)
        else:
            self.world.chat.reopen(self.actor(side), ANNA, self.thread)
            self.closed = False

    @rule()
    def consent_goes_or_comes(self) -> None:
        (self.world.end_consent if self.consented else self.world.renew_consent)()
        self.consented = not self.consented

    @precondition(lambda self: self.world.clock().hour < 20)
    @rule(minutes=st.sampled_from([1, 7, 15]))
    def wait(self, minutes: int) -> None:
        self.world.clock.now += timedelta(minutes=minutes)

    @invariant()
    def both_see_the_same(self) -> None:
        expected = ["" if one.withdrawn else one.texts[-1] for one in self.said]
        for side in ("anna", "doctor"):
            if side == "anna" or self.consented:
                assert self.world.texts(self.actor(side), self.thread) == expected

    @invariant()
    def counted_is_what_the_other_wrote_since(self) -> None:
        row = self.world.thread(self.thread)
        assert int(row["unread_patient"]) == self.unread("anna")
        assert int(row["unread_doctor"]) == self.unread("doctor")
        line = self.world.row(keys.chat_of(self.world.doctor.member_id, self.thread))
        assert (int(line["unread"]), line["state"]) == (self.unread("doctor"), row["state"])

    @invariant()
    def told_is_once_until_it_was_read(self) -> None:
        assert self.world.told_of(ANNA, "message_received") == self.told["anna"]
        assert self.world.told_of(self.world.doctor.person_id, "patient_message_received") == self.told["doctor"]

    @invariant()
    def earlier_texts_are_kept_and_steps_grow(self) -> None:
        kept = [key for key in self.world.tables.rows(Store.CARD) if key.sk.startswith(keys.MESSAGE_VERSIONS)]
        assert len(kept) == sum(len(one.texts) - 1 for one in self.said)
        self.versions.append(int(self.world.thread(self.thread)["step"]))
        assert self.versions == sorted(self.versions)


Conversation.TestCase.settings = settings(max_examples=tried(40), stateful_step_count=30, deadline=None, database=None)
TestConversation = Conversation.TestCase
