"""Destruction of one human's keys: at once, for good, whatever stops it half-way and whatever a restore brings back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.crypto.erasure import active_key, kek_key
from chalicelib.errors import ConflictError, ErasedError, OutcomeUnknownError, UnavailableError
from chalicelib.ports.tables import Check, Key, Put, Store
from tests.unit.crypto_fakes import Environment, keks

pytestmark = pytest.mark.requirement("SPC-8")
WINDOW = timedelta(days=35)


@pytest.fixture
def here() -> Environment:
    environment = Environment()
    environment.keys.enrol("p1")
    return environment


def test_destruction_leaves_a_tombstone_and_no_key(here: Environment) -> None:
    here.keys.rotate("p1")
    here.keys.enrol("p2")
    version = here.keys.active("p1").version
    final = here.keys.destroy("p1", "entry-7")
    assert final == here.clock() + WINDOW
    assert keks(here) == []
    stone = here.tables.rows()[active_key("p1")]
    assert stone["state"] == "destroyed"
    assert stone["entry_id"] == "entry-7"
    assert "version" not in stone
    for use in (here.keys.active, here.keys.enrol, here.keys.rotate, lambda p: here.keys.by_version(p, version)):
        with pytest.raises(ErasedError):
            use("p1")
    assert here.keys.active("p2").version


def test_other_warm_environments_close_within_the_ttl(here: Environment) -> None:
    there = Environment(here)
    version = there.keys.active("p1").version
    here.keys.destroy("p1", "e")
    assert there.keys.by_version("p1", version).version == version
    here.clock.advance(seconds=300)
    with pytest.raises(ErasedError):
        there.keys.by_version("p1", version)


def test_warm_writer_is_stopped_at_once_by_the_check(here: Environment) -> None:
    there = Environment(here)
    there.keys.active("p1")
    content = Put(Key(Store.CARD, "P#p1", "R#x"), {"sealed": b"..."})
    here.tables.commit([content, there.keys.alive("p1")])
    here.keys.destroy("p1", "e")
    late = Put(Key(Store.CARD, "P#p1", "R#y"), {"sealed": b"..."})
    with pytest.raises(ConflictError) as told:
        here.tables.commit([late, there.keys.alive("p1")])
    assert told.value.index == 1
    assert isinstance(there.keys.alive("p1"), Check)


def test_repeated_destruction_keeps_the_first_tombstone(here: Environment) -> None:
    final = here.keys.destroy("p1", "first")
    stone = here.tables.rows()[active_key("p1")]
    here.clock.advance(days=3)
    assert here.keys.destroy("p1", "second") == final
    assert here.tables.rows()[active_key("p1")] == stone


def test_all_pages_of_key_rows_are_deleted(here: Environment) -> None:
    for _ in range(120):
        here.keys.rotate("p1")
    assert len(keks(here)) == 121
    here.keys.destroy("p1", "e")
    assert keks(here) == []


def test_rotation_between_reading_and_tombstone_leaves_no_live_key(here: Environment) -> None:
    there = Environment(here)
    here.tables.before_next_commit(lambda: there.keys.rotate("p1"))
    here.keys.destroy("p1", "e")
    assert keks(here) == []
    assert here.tables.rows()[active_key("p1")]["versions"] == 2


def test_rotation_overtaken_by_a_destruction_is_refused(here: Environment) -> None:
    there = Environment(here)
    there.tables.before_next_commit(lambda: here.keys.destroy("p1", "e"))
    with pytest.raises(ErasedError):
        there.keys.rotate("p1")
    assert keks(here) == []


@pytest.mark.parametrize("stopped_at", range(3), ids=["tombstone", "deletion", "finish"])
@pytest.mark.parametrize("lost", [False, True], ids=["not done", "done, reply lost"])
def test_destruction_stopped_at_any_step_is_closed_or_untouched_and_can_be_run_again(
    here: Environment, *, stopped_at: int, lost: bool
) -> None:
    version = here.keys.active("p1").version
    done = 0
    real = here.tables.commit

    def crashing(writes: list) -> None:
        nonlocal done
        done += 1
        if done == stopped_at + 1:
            if lost:
                real(writes)
            raise SystemExit

    def commit(writes: list) -> None:
        crashing(writes)
        real(writes)

    here.tables.commit = commit
    with pytest.raises(SystemExit):
        here.keys.destroy("p1", "e")
    here.tables.commit = real
    again = Environment(here)
    if (stopped_at, lost) == (0, False):
        assert again.keys.by_version("p1", version).version == version
    else:
        with pytest.raises(ErasedError):
            again.keys.by_version("p1", version)
        if stopped_at > 0:
            with pytest.raises(ErasedError):
                here.keys.by_version("p1", version)
    here.clock.advance(days=4)
    final = again.keys.destroy("p1", "e")
    assert keks(here) == []
    known_done = (stopped_at, lost) == (2, True)
    assert final == here.clock() + WINDOW - (timedelta(days=4) if known_done else timedelta(0))


def test_store_failing_in_the_middle_is_told_and_repeatable(here: Environment) -> None:
    here.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        here.keys.destroy("p1", "e")
    here.tables.lose_reply_next()
    here.keys.destroy("p1", "e")
    assert keks(here) == []


def after_commit(environment: Environment, number: int, then: Callable[[], None]) -> None:
    """Let ``then`` happen once, right after commit ``number`` (from 1) was applied."""
    real, done = environment.tables.commit, []

    def commit(writes: list) -> None:
        real(writes)
        done.append(writes)
        if len(done) == number:
            environment.tables.commit = real
            then()

    environment.tables.commit = commit


def lose_reply() -> None:
    raise OutcomeUnknownError


@pytest.mark.parametrize("number", [1, 3], ids=["tombstone", "finish"])
def test_lost_reply_does_not_fail_the_destruction(here: Environment, number: int) -> None:
    after_commit(here, number, lose_reply)
    assert here.keys.destroy("p1", "e") == here.clock() + WINDOW
    assert keks(here) == []


def test_destruction_overtaken_between_its_steps_agrees_with_the_other(here: Environment) -> None:
    there = Environment(here)
    finals = []
    after_commit(here, 1, lambda: finals.append(there.keys.destroy("p1", "there")))
    finals.append(here.keys.destroy("p1", "here"))
    assert finals[0] == finals[1]
    assert here.tables.rows()[active_key("p1")]["entry_id"] == "here"


def test_end_told_by_two_destructions_at_once_is_the_later_one(here: Environment) -> None:
    there = Environment(here)

    def other_is_later() -> None:
        here.clock.advance(minutes=1)
        there.tables.commit([Put(kek_key("p1", "0" * 16), {"wrapped": b"x"})])
        there.keys.destroy("p1", "there")

    after_commit(here, 2, other_is_later)
    assert here.keys.destroy("p1", "here") == here.clock() + WINDOW
    assert keks(here) == []


def test_key_row_that_appears_during_the_deletion_goes_too(here: Environment) -> None:
    after_commit(here, 2, lambda: here.tables.commit([Put(kek_key("p1", "0" * 16), {"wrapped": b"x"})]))
    here.keys.destroy("p1", "e")
    assert keks(here) == []


def test_end_never_moves_back_with_a_clock_that_does(here: Environment) -> None:
    final = here.keys.destroy("p1", "e")
    here.tables.commit([Put(kek_key("p1", "0" * 16), {"wrapped": b"x"})])
    here.clock.advance(hours=-1)
    assert here.keys.destroy("p1", "e") == final


@pytest.mark.parametrize("first", [0, 2], ids=["tombstone", "finish"])
def test_store_that_never_says_what_it_did_ends_as_unavailable(here: Environment, first: int) -> None:
    def no_more_answers() -> None:
        here.tables.fail_next_commit(4, OutcomeUnknownError())

    if first:
        after_commit(here, first, no_more_answers)
    else:
        no_more_answers()
    with pytest.raises(UnavailableError):
        here.keys.destroy("p1", "e")
    assert here.keys.destroy("p1", "e") == here.clock() + WINDOW


def test_load_in_flight_during_a_destruction_is_not_cached(here: Environment) -> None:
    def destroy_meanwhile() -> None:
        here.kms.during_call = lambda: None
        here.keys.destroy("p1", "e")

    here.kms.during_call = destroy_meanwhile
    version = here.keys.active("p1").version
    with pytest.raises(ErasedError):
        here.keys.by_version("p1", version)


def test_restored_backup_is_closed_by_replaying_the_list_of_the_erased(here: Environment) -> None:
    version = here.keys.active("p1").version
    backup = here.tables.rows(Store.KEYS)
    first = here.keys.destroy("p1", "e")
    here.clock.advance(days=10)
    for key, row in backup.items():
        here.tables.commit([Put(key, row, expect=None)])
    final = here.keys.destroy("p1", "e")
    assert final == first + timedelta(days=10)
    with pytest.raises(ErasedError):
        Environment(here).keys.by_version("p1", version)


def test_key_rows_restored_beside_a_tombstone_stay_closed(here: Environment) -> None:
    version = here.keys.active("p1").version
    backup = here.tables.rows(Store.KEYS)[kek_key("p1", version)]
    first = here.keys.destroy("p1", "e")
    here.tables.commit([Put(kek_key("p1", version), backup, expect=None)])
    with pytest.raises(ErasedError):
        Environment(here).keys.by_version("p1", version)
    here.clock.advance(days=2)
    assert here.keys.destroy("p1", "e") == first + timedelta(days=2)
    assert keks(here) == []


def test_replay_for_a_person_whom_the_restored_table_never_knew_leaves_a_tombstone() -> None:
    here = Environment()
    here.keys.destroy("p9", "e")
    with pytest.raises(ErasedError):
        here.keys.enrol("p9")


def test_two_destructions_at_once_agree(here: Environment) -> None:
    there = Environment(here)
    finals = []
    here.tables.before_next_commit(lambda: finals.append(there.keys.destroy("p1", "there")))
    finals.append(here.keys.destroy("p1", "here"))
    assert finals[0] == finals[1]
    assert here.tables.rows()[active_key("p1")]["entry_id"] == "there"


def test_backup_window_is_a_setting() -> None:
    here = Environment(backup_window=timedelta(days=7))
    here.keys.enrol("p1")
    assert here.keys.destroy("p1", "e") == here.clock() + timedelta(days=7)
