"""Notices outside under any order of events (MSG-2): deciding and sending come twice, die half-way and overtake each
other; wishes change, quiet hours come, the provider fails, words of the mail arrive in any order.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.domain.deliveries import CHANNELS, MOST_A_DAY, TRIES, State, Word
from chalicelib.errors import MedkartaError
from chalicelib.ports import keys
from chalicelib.ports.outgoing import Outgoing
from chalicelib.ports.tables import Store
from chalicelib.services.timers import TimerService
from tests.effort import tried
from tests.outside_fakes import FakeParking
from tests.world import ANNA, World

NOTICES = {"n1": "prescription_dispensed", "n2": "factor_added", "n3": "new_record"}
NAMES, PLACES = st.sampled_from(sorted(NOTICES)), st.sampled_from(CHANNELS)
ENDED = {State.SENT, State.DELIVERED, State.FAILED, State.DROPPED, State.LIMITED}


class Outside(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.world.person(ANNA, email="anna@example.org")
        self.wish(["sms", "email"])
        ring = self.world.outside.deciding.topic
        self.timers = TimerService(
            self.world.gate, self.world.tables, FakeParking(), lambda: {"outside": ring}, self.world.clock
        )
        self.deaths: Counter[str] = Counter()
        self.ended: dict[str, str] = {}
        self.told: Counter[str] = Counter()

    # --- what happens

    @rule(name=NAMES)
    def decide(self, name: str) -> None:
        with suppress(MedkartaError):
            self.world.outside.deciding.decide(ANNA, NOTICES[name], name)

    @rule(name=NAMES)
    def decide_and_die(self, name: str) -> None:
        self.world.outside.queues.fail_next()
        self.decide(name)
        self.world.outside.queues._faults.clear()

    @rule(name=NAMES, channel=PLACES, received=st.integers(1, TRIES), fails=st.booleans())
    def send(self, name: str, channel: str, received: int, *, fails: bool) -> None:
        before = self._outbox()
        if fails:
            self.world.messenger.fail_next()
        self.world.outside.sending.send(Outgoing(ANNA, name, channel), received)
        self.world.messenger._faults.clear()
        self._seen(name, channel, before)

    @rule(name=NAMES, channel=PLACES, times=st.integers(1, 4))
    def send_and_die(self, name: str, channel: str, times: int) -> None:
        """After it was sent, and before that is written down; again and again, each when the lease has ended."""
        commit = self.world.tables.commit

        def dying(writes: Any) -> None:
            if any(write.key.sk == "SENT" for write in writes):
                raise SystemExit
            commit(writes)

        for _ in range(times):
            before = self._outbox()
            self.world.tables.commit = dying
            try:
                self.world.outside.sending.send(Outgoing(ANNA, name, channel), 1)
            except SystemExit:
                self.deaths[f"{name}-{channel}"] += 1
            finally:
                self.world.tables.commit = commit
            self._seen(name, channel, before)
            self.world.clock.advance(minutes=3)

    @rule(channels=st.lists(PLACES, unique=True))
    def wish(self, channels: list[str]) -> None:
        self.world.tables.tamper(keys.profile(ANNA), channels=channels, tags={"email": "tag"})

    @rule(quiet=st.sampled_from([("00:00", "23:59"), ("00:00", "00:00"), ("22:00", "08:00")]))
    def quiet_hours(self, quiet: tuple[str, str]) -> None:
        self.world.tables.tamper(keys.profile(ANNA), quiet={"start": quiet[0], "end": quiet[1]})

    @rule(minutes=st.sampled_from([1, 3, 60, 60 * 24]))
    def time_goes_on(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)
        self.timers.run()

    @rule()
    def streams(self) -> None:
        self.world.notifier.published.clear()
        self.world.pump()
        for person, event, notice in self.world.notifier.published:
            with suppress(MedkartaError):
                self.world.outside.deciding.decide(person, event, notice)

    @rule(word=st.sampled_from(Word), number=st.integers(1, 3))
    def word_of_the_mail(self, word: Word, number: int) -> None:
        self.world.outside.feedback.hear(word, f"email-{number}", 3)

    # --- what holds

    @invariant()
    def a_message_comes_once_and_once_more_for_a_death(self) -> None:
        for name, times in self.told.items():
            assert times <= 1 + min(self.deaths[name], 1), name

    @invariant()
    def what_has_ended_stays_so(self) -> None:
        for row in self._rows():
            before = self.ended.get(row["id"])
            if before is not None and before != row["state"]:
                assert before == State.SENT
                assert row["state"] in {State.DELIVERED, State.FAILED}
            if row["state"] in ENDED:
                self.ended[row["id"]] = row["state"]

    @invariant()
    def what_is_called_sent_was_sent_and_what_is_held_has_a_timer(self) -> None:
        for row in self._rows():
            if row["state"] in {State.SENT, State.DELIVERED}:
                assert self.told[row["id"]] >= 1
            if row["state"] == State.HELD and row["until"] > self.world.moment():
                assert self.world.tables.get(keys.timer(ANNA, "outside", row["notice"])) is not None
            if row["event"] == "factor_added":
                assert row["state"] not in {State.HELD, State.LIMITED}

    @invariant()
    def a_day_is_counted_within_its_limits(self) -> None:
        count = self.world.tables.get(keys.deliveries_today(ANNA)) or {}
        assert all(int(count.get(channel, 0)) <= most for channel, most in MOST_A_DAY.items())

    def teardown(self) -> None:
        """When all is well again, everything comes to its end."""
        self.quiet_hours(("00:00", "00:00"))
        for _ in range(4):
            self.time_goes_on(60 * 24)
            self.streams()
            for row in self._rows():  # those of a closed address too, which the word of the mail has told of
                self.send(row["notice"], row["channel"], 1, fails=False)
        assert {row["state"] for row in self._rows()} <= ENDED

    def _rows(self) -> list[Any]:
        rows = self.world.tables.rows(Store.CARD).items()
        return [row for key, row in rows if key.sk.startswith(keys.DELIVERIES)]

    def _outbox(self) -> int:
        return len(self.world.messenger.texts) + len(self.world.messenger.letters)

    def _seen(self, name: str, channel: str, before: int) -> None:
        self.told[f"{name}-{channel}"] += self._outbox() - before


@pytest.mark.requirement("MSG-2")
class TestOutside(Outside.TestCase):  # type: ignore[name-defined]  # made by Hypothesis
    settings = settings(
        max_examples=tried(40),
        stateful_step_count=25,
        deadline=timedelta(seconds=5),
        suppress_health_check=[HealthCheck.too_slow],
    )
