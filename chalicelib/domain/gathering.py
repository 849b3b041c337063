"""Gathering a person's records from one source (ACT-3): its states, its patience, and which version is newer.

waiting -> running -> done -> running again when it is due
           running -> failed (given up for today) -> running again tomorrow
any -> paused by the person -> waiting when they switch it on
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

from chalicelib.domain.moments import stamp
from chalicelib.errors import WrongStateError


class State(StrEnum):
    """Values are stored: never rename, never reuse."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    PAUSED = "paused"


class Step(StrEnum):
    BEGIN = "begin"
    FINISH = "finish"
    GIVE_UP = "give-up"
    PAUSE = "pause"
    RESUME = "resume"
    REFRESH = "refresh"


_STEPS: Mapping[tuple[State, Step], State] = {
    **{(state, Step.BEGIN): State.RUNNING for state in (State.WAITING, State.DONE, State.FAILED)},
    (State.RUNNING, Step.FINISH): State.DONE,
    **{(state, Step.GIVE_UP): State.FAILED for state in State if state is not State.PAUSED},
    **{(state, Step.PAUSE): State.PAUSED for state in State if state is not State.PAUSED},
    (State.PAUSED, Step.RESUME): State.WAITING,
    **{(state, Step.REFRESH): State.WAITING for state in (State.WAITING, State.DONE, State.FAILED)},
}


def after(state: State, step: Step) -> State:
    """Raises WrongStateError."""
    try:
        return _STEPS[state, step]
    except KeyError:
        raise WrongStateError(f"the source is {state.value}", extra={"state": state.value}) from None


BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
"""Waits after failures in a row; after one more the run is given up."""

AGAIN_AFTER_FAILURE = timedelta(days=1)
LONGEST_WAIT = timedelta(days=1)
LEASE = timedelta(minutes=10)
"""When the next worker may take over from one that stopped without a word; longer than its function may run."""

OVERLAP = timedelta(days=1)
"""Records that changed so long before the last run began are asked for again: clocks differ, commits are late."""

COUNTS = ("added", "updated", "unchanged", "unmapped", "withdrawn", "refused")
"""What became of the records of a run. ``refused``: they were about another person, and were not kept."""


def wait(attempts: int, retry_after: int | None) -> timedelta | None:
    """Until the next try after so many failures in a row, not sooner than the source asked for; None: give up."""
    if attempts > len(BACKOFF):
        return None
    asked = timedelta(seconds=max(0, min(retry_after or 0, int(LONGEST_WAIT.total_seconds()))))
    return max(BACKOFF[attempts - 1], asked)


Order = tuple[str, int]


def order(updated: str, version: str) -> Order:
    """Of two versions of one record the greater is newer. ``updated``: RFC 3339 or empty; ``version`` any text.

    Raises ValueError for a moment that is none.
    """
    at = ""
    if updated:
        moment = datetime.fromisoformat(updated)
        if moment.tzinfo is None:
            raise ValueError("a moment without its zone")
        at = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    number = int(version) if version.isascii() and version.isdecimal() and len(version) <= 15 else 0  # noqa: PLR2004
    return at, number


def record_id(patient_id: str, source: str, reference: str) -> str:
    """The same record of a source has the same id here, however often it comes. The patient's id makes it unguessable:
    nobody without it can tell whether a reference of the source lies here.
    """
    return str(uuid5(NAMESPACE_URL, f"medkarta:gathered:{patient_id}:{source}:{reference}"))


def due_key(due: str, *who: str) -> str:
    """Key in a queue that is read in the order of time."""
    return "#".join((due, *who))


def since(last_begun: str) -> str:
    """From when on changes are asked for, by when the last whole run began; "" for everything."""
    return stamp(datetime.fromisoformat(last_begun) - OVERLAP) if last_begun else ""
