"""How long a key lives in memory, and what many threads at once cost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.errors import (
    KeyUnavailableError,
)
from tests.unit.crypto_fakes import (
    Environment,
    refusal,
)

pytestmark = pytest.mark.requirement("SEC-1")
WINDOW = timedelta(days=35)


@pytest.fixture
def here() -> Environment:
    environment = Environment()
    environment.keys.enrol("p1")
    environment.cost()
    return environment


@pytest.mark.parametrize(
    ("wall", "monotonic", "calls"),
    [(299, 299, 0), (300, 300, 1), (300, 0, 1), (0, 300, 1), (-1, 0, 1), (0, -1, 1), (10**8, 1, 1)],
    ids=["fresh", "old", "frozen", "wall set still", "wall went back", "monotonic went back", "wall jumped"],
)
def test_a_key_lives_no_longer_than_either_clock_says(
    here: Environment, wall: float, monotonic: float, calls: int
) -> None:
    version = here.keys.active("p1").version
    here.cost()
    here.clock.now += timedelta(seconds=wall)
    here.ticks.now += monotonic
    here.keys.by_version("p1", version)
    assert here.kms.total == calls


def test_life_counts_from_the_beginning_of_the_load(here: Environment) -> None:
    here.kms.during_call = lambda: here.pass_time(200)
    version = here.keys.active("p1").version
    here.kms.during_call = lambda: None
    here.pass_time(150)
    here.cost()
    here.keys.by_version("p1", version)
    assert here.kms.total == 1


def test_cache_is_bounded_and_keeps_what_was_used_last() -> None:
    here = Environment(capacity=3)
    versions = {}
    for name in ("a", "b", "c", "d"):
        here.keys.enrol(name)
        versions[name] = here.keys.active(name).version
    here.cost()
    for name, calls in (("d", 0), ("c", 0), ("b", 0), ("a", 1), ("d", 1)):
        here.keys.by_version(name, versions[name])
        assert here.cost()[0] == calls, name


def together(environment: Environment, threads: int = 16) -> list[object]:
    """What each of the threads got from a cold ``active``: the load ends only when all of them are there."""
    everybody = threading.Barrier(threads)
    waiting = threading.Event()
    started = threading.Semaphore(0)

    def slow() -> None:
        waiting.wait(10)

    environment.kms.during_call = slow

    def ask(_: int) -> object:
        everybody.wait(10)
        started.release()
        try:
            return environment.keys.active("p1").version
        except KeyUnavailableError as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        answers = pool.map(ask, range(threads))
        for _ in range(threads):
            assert started.acquire(timeout=10)
        threading.Timer(0.1, waiting.set).start()
        return list(answers)


def test_stampede_is_one_call(here: Environment) -> None:
    assert len(set(together(here))) == 1
    assert here.kms.calls == {"decrypt": 1}


def test_stampede_on_a_failing_kms_is_one_call_and_everybody_gets_the_error(here: Environment) -> None:
    here.kms.fail_next(refusal("ThrottlingException"), 16)
    answers = together(here)
    assert all(isinstance(answer, KeyUnavailableError) and answer.retry_after == 1 for answer in answers)
    assert len({id(answer) for answer in answers}) == 16
    # Threads that come after the failed load make one of their own; those that waited do not.
    assert here.kms.total <= 2


def test_unexpected_failure_of_a_load_does_not_leave_waiters_hanging(here: Environment) -> None:
    here.kms.fail_next(RuntimeError("a bug"), 1)
    with pytest.raises(RuntimeError):
        here.keys.active("p1")
    assert here.keys.active("p1").version


def test_load_in_flight_is_not_kept_after_forget(here: Environment) -> None:
    here.kms.during_call = here.keys.forget
    version = here.keys.active("p1").version
    here.kms.during_call = lambda: None
    here.cost()
    here.keys.by_version("p1", version)
    assert here.kms.total == 1


def test_forgetting_one_person_keeps_the_others_warm(here: Environment) -> None:
    here.keys.enrol("p2")
    here.keys.active("p1")
    here.keys.active("p2")
    here.cost()
    here.keys.forget("p1")
    here.keys.active("p2")
    assert here.cost() == (0, 0)
    here.keys.active("p1")
    assert here.kms.total == 1
