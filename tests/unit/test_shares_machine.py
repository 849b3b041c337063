"""Links in any order of events: never more openings than said, nothing after the end, an entry before each reading."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.domain.identity import Actor
from chalicelib.domain.shares import SESSION, WRONG_PASSCODES
from chalicelib.errors import (
    AuditUnavailableError,
    ConflictError,
    MedkartaError,
    OutcomeUnknownError,
    SessionEndedError,
    ShareClosedError,
    ShareExpiredError,
    ShareLockedError,
    SharePasscodeError,
    ShareRevokedError,
    ShareUsedUpError,
    UnavailableError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from tests.effort import tried
from tests.share_world import CODE, OUTSIDE, ShareWorld
from tests.world import ANNA

pytestmark = pytest.mark.requirement("DOC-4", "AUD-1")
PROTOCOL = "examination-protocol"
MOST = 3


class Links(RuleBasedStateMachine):
    """One link, three openings, a week; the model is a few numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.world = ShareWorld()
        self.record = self.world.protocol()
        self.link = self.world.share(openings=MOST)
        self.ends = self.world.clock() + timedelta(days=7)
        self.opened, self.wrong, self.revoked, self.suspended = 0, 0, False, False
        self.inside: list[tuple[Actor, object]] = []

    @property
    def locked(self) -> bool:
        return self.wrong >= WRONG_PASSCODES

    def ended(self) -> type[MedkartaError] | None:
        if self.revoked:
            return ShareRevokedError
        if self.locked:
            return ShareLockedError
        if self.world.clock() >= self.ends:
            return ShareExpiredError
        return ShareUsedUpError if self.opened >= MOST else None

    @rule()
    def open(self) -> None:
        expected = self.ended()
        if expected is not None:
            with pytest.raises(expected):
                self.world.open(self.link)
            return
        until = min(self.world.clock() + SESSION, self.ends)
        self.inside.append((self.world.open(self.link), until))
        self.opened += 1

    @rule()
    def guess(self) -> None:
        expected = self.ended() or SharePasscodeError
        self.wrong += expected is SharePasscodeError
        with pytest.raises(expected):
            self.world.open(self.link, "guess-1")

    @rule()
    def revoke(self) -> None:
        self.world.shares.revoke(self.world.anna, self.link[0])
        self.revoked = True

    @rule(minutes=st.sampled_from([1, 29, 30, 60 * 24, 60 * 24 * 6]))
    def wait(self, minutes: int) -> None:
        self.world.at(self.world.clock() + timedelta(minutes=minutes))

    @precondition(lambda self: self.inside)
    @rule(at=st.integers(0, MOST - 1), how=st.sampled_from(["list", "read", "contents"]))
    def read(self, at: int, how: str) -> None:
        holder, until = self.inside[at % len(self.inside)]
        act = {
            "list": lambda: self.world.shares.page(holder, PROTOCOL, 5, None),
            "read": lambda: self.world.shares.read(holder, PROTOCOL, self.record),
            "contents": lambda: self.world.shares.contents(holder),
        }[how]
        before = len(self.world.audit.events)
        if self.world.clock() >= until:
            with pytest.raises(SessionEndedError):
                act()
        elif self.revoked or self.locked:
            with pytest.raises(ShareClosedError):
                act()
        else:
            act()
        assert len(self.world.audit.events) == before + 1

    @invariant()
    def counted_is_what_was_opened(self) -> None:
        row = self.world.row_of(self.link)
        assert int(row["opened"]) == self.opened <= MOST
        stored = [key for key in self.world.tables.rows(Store.CARD) if key.sk.startswith(keys.OPENINGS)]
        assert sum(key.sk.count("#") == 2 for key in stored) == self.opened


Links.TestCase.settings = settings(max_examples=tried(25), stateful_step_count=25, deadline=None, database=None)
TestLinks = Links.TestCase


@pytest.mark.parametrize("openings", [MOST, 50])
def test_many_at_once_get_in_as_often_as_was_said_and_lock_nothing(openings: int) -> None:
    world = ShareWorld()
    link = world.share(openings=openings)
    inside, refused = [], []

    def come() -> None:
        try:
            inside.append(world.open(link))
        except (ShareUsedUpError, ConflictError) as error:
            refused.append(error)

    threads = [threading.Thread(target=come) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(inside) == int(world.row_of(link)["opened"]) <= openings
    assert len(inside) + len(refused) == 12
    assert world.row_of(link)["state"] == "active"
    assert int(world.row(keys.share_tries(link[0]))["count"]) == 0
    assert len({holder.share.opening_id for holder in inside}) == len(inside)


def test_of_two_at_the_same_moment_the_last_opening_is_one_persons() -> None:
    world = ShareWorld()
    link = world.share(openings=1)
    inside: list[Actor] = []
    world.tables.before_next_commit(lambda: inside.append(world.open(link)))
    with pytest.raises(ShareUsedUpError):
        world.open(link)
    assert (len(inside), int(world.row_of(link)["opened"])) == (1, 1)


def test_many_guesses_at_once_are_no_more_than_a_few_in_a_row() -> None:
    world = ShareWorld()
    link = world.share()
    answers = []

    def guess() -> None:
        try:
            world.open(link, "guess-1")
        except MedkartaError as error:
            answers.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(3 * WRONG_PASSCODES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(SharePasscodeError) == WRONG_PASSCODES
    assert {SharePasscodeError} < set(answers) <= {SharePasscodeError, ConflictError, ShareLockedError}
    assert world.row_of(link)["state"] == "locked"


# --- faults


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (lambda world: world.audit.fail_next(), AuditUnavailableError),
        (lambda world: world.tables.fail_next_commit(), UnavailableError),
    ],
    ids=["log", "tables"],
)
def test_what_fails_opens_nothing_and_counts_no_opening(fault, error) -> None:
    world = ShareWorld()
    link, notices = world.share(), len(world.tables.rows(Store.CARD))
    fault(world)
    with pytest.raises(error):
        world.open(link)
    assert int(world.row_of(link)["opened"]) == 0
    assert len(world.tables.rows(Store.CARD)) == notices + 1  # the counter of tries
    assert int(world.row(keys.share_tries(link[0]))["count"]) == 0
    assert world.open(link)
    assert world.journal(link) == ["opened"]


def test_a_lost_reply_costs_an_opening_and_never_gives_one() -> None:
    world = ShareWorld()
    link = world.share(openings=1)
    world.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        world.open(link)
    assert int(world.row_of(link)["opened"]) == 1
    with pytest.raises(ShareUsedUpError):
        world.open(link)


def test_a_wrong_passcode_is_told_after_its_entry_alone() -> None:
    world = ShareWorld()
    link = world.share()
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.open(link, "guess-1")
    assert int(world.row(keys.share_tries(link[0]))["count"]) == 1  # and it counts all the same
    assert world.journal(link) == []


def test_a_lock_that_was_not_laid_is_laid_by_the_next_wrong_try_and_no_right_one_opens() -> None:
    world = ShareWorld()
    link = world.share()
    for _ in range(WRONG_PASSCODES - 1):
        with pytest.raises(SharePasscodeError):
            world.open(link, "guess-1")
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.open(link, "guess-1")
    assert world.row_of(link)["state"] == "active"
    answers = set()
    for passcode, state in ((CODE, "active"), ("guess-1", "locked")):
        with pytest.raises(ConflictError) as caught:
            world.open(link, passcode)
        answers.add((caught.value.code, caught.value.detail))
        assert world.row_of(link)["state"] == state
    assert len(answers) == 1


def test_no_entry_no_reading() -> None:
    world = ShareWorld()
    record = world.protocol()
    link = world.share()
    holder = world.open(link)
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.shares.read(holder, PROTOCOL, record)
    assert world.journal(link) == ["opened"]


def test_revoked_at_the_same_moment_it_does_not_open() -> None:
    world = ShareWorld()
    link = world.share()
    world.tables.before_next_commit(lambda: world.shares.revoke(world.anna, link[0]))
    with pytest.raises(ShareRevokedError):
        world.shares.open(OUTSIDE, *link, CODE)
    assert int(world.row_of(link)["opened"]) == 0


def test_opened_at_the_same_moment_it_is_revoked_all_the_same() -> None:
    world = ShareWorld()
    link = world.share()
    inside: list[Actor] = []
    world.tables.before_next_commit(lambda: inside.append(world.open(link)))
    world.shares.revoke(world.anna, link[0])
    with pytest.raises(ShareClosedError):
        world.shares.contents(inside[0])
    assert world.row(keys.share(ANNA, link[0]))["state"] == "revoked"


def test_locked_at_the_same_moment_it_is_revoked_all_the_same() -> None:
    world = ShareWorld()
    link = world.share()

    def guess() -> None:
        with pytest.raises(SharePasscodeError):
            world.open(link, "guess-1")

    for _ in range(WRONG_PASSCODES - 1):
        guess()
    world.tables.before_next_commit(guess)
    world.shares.revoke(world.anna, link[0])
    assert world.row_of(link)["state"] == "revoked"
    assert len(world.entries("share:revoke")) == 1
