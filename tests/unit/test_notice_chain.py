"""From the timer to the telephone (APT-3, MSG-2): whoever dies at whatever step, and with every hop before it repeated,
one notice stands in the cabinet and one message comes; two only where a sender died between sending and saying so.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from chalicelib.domain.deliveries import LEASE
from chalicelib.ports import keys
from tests.unit.test_reminder_deaths import Mortal, visit
from tests.world import ANNA

pytestmark = pytest.mark.requirement("APT-3", "MSG-2")


class Chain(Mortal):
    """A visit's reminder is due, and Anna takes SMS. What a hop handed over stays in its queue."""

    def __init__(self) -> None:
        super().__init__()
        self.wish(channels=["sms"])
        visit(self)
        self.pump()
        self.waits_for("visit")
        self.outgoing: list[Any] = []
        self.outside.queues.publish = self.outgoing.append
        self.messenger.texts.clear()
        self.notifier.published.clear()
        self.tables.steps, self.tables.calls = 0, []

    def run(self) -> None:
        """Every hop, with all that ever came from the hop before it."""
        self.timers.run()
        self.pump()
        for person, event, notice in list(self.notifier.published):
            self.outside.deciding.decide(person, event, notice)
        for message in list(self.outgoing):
            self.outside.sending.send(message, 1)

    def sent(self) -> int:
        return len(self.messenger.texts)

    def told(self) -> int:
        return sum(key.sk.startswith(keys.NOTICES) for key in self.tables.rows())


@cache
def steps() -> tuple[int, int]:
    """Of the first hop to the end, and the one at which it is written down that it was sent."""
    chain = Chain()
    chain.run()
    assert (chain.told(), chain.sent()) == (1, 1)
    calls = chain.tables.calls
    return calls.index("get_many") + 1, len(calls)


def test_the_chain_has_steps() -> None:
    first, last = steps()
    assert last - first > 12


def test_whoever_dies_one_notice_and_one_message_come() -> None:
    """At each call of the tables, before it is done: that is after the one before it, and after what came between."""
    first, last = steps()
    twice = []
    for step in range(first, last + 1):
        chain = Chain()
        chain.tables.dies_at = step
        with suppress(SystemExit):
            chain.run()
        chain.tables.revive()
        for _ in range(3):
            chain.run()
            chain.clock.advance(seconds=(LEASE + timedelta(minutes=1)).total_seconds())
        assert chain.told() == 1, step
        assert chain.sent() in {1, 2}, step
        twice += [step] if chain.sent() == 2 else []
        states = [row["state"] for key, row in chain.tables.rows().items() if key.sk.startswith(keys.DELIVERIES)]
        assert states == ["sent"], step
    assert twice == [last]  # it was sent, and nobody wrote that down


def test_two_of_each_at_once_tell_once() -> None:
    chain = Chain()
    chain.tables.before_next_commit(chain.timers.run)
    chain.timers.run()
    chain.tables.before_next_commit(chain.pump)
    chain.pump()
    [(person, event, notice)] = {*chain.notifier.published}
    chain.tables.before_next_commit(lambda: chain.outside.deciding.decide(person, event, notice))
    chain.outside.deciding.decide(person, event, notice)
    message = chain.outgoing[0]
    chain.tables.before_next_commit(lambda: chain.outside.sending.send(message, 1))
    chain.outside.sending.send(message, 1)
    chain.run()
    assert (chain.told(), chain.sent()) == (1, 1)
    assert chain.row(keys.deliveries_today(ANNA))["sms"] == 1
