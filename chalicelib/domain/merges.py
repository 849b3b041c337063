"""Merging two cards of one person (SPC-5): states, periods, and what is compared, as pure rules.

proposed ──approve──▶ running ──complete──▶ merged ──undo──▶ undoing ──returned──▶ undone
    └────refuse─────▶ refused                  │
                                               └── after UNDO_DAYS it stands
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.access import CardState
from chalicelib.domain.matching import Comparison
from chalicelib.errors import WrongStateError

FOUR_EYES = True
"""Whether another member of staff than the one who proposed must approve. A clinic's choice; two pairs by default."""

_CARD = re.compile(r"Patient/[0-9a-z]{25}\b")

UNDO_DAYS = 30
"""How long a merge can be undone. A clinic's choice."""

SETTLED = timedelta(seconds=35)
"""A write admitted before the card was closed has arrived or failed by then: the API answers within 29 s."""

MOST_COMPARED = 2_000
"""Records of each card that a comparison looks at."""


class MergeState(StrEnum):
    """Values are stored: never rename, never reuse."""

    PROPOSED = "proposed"
    RUNNING = "running"
    MERGED = "merged"
    UNDOING = "undoing"
    UNDONE = "undone"
    REFUSED = "refused"


class Step(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    COMPLETE = "complete"
    UNDO = "undo"
    RETURNED = "returned"


NEXT: Mapping[tuple[MergeState, Step], MergeState] = {
    (MergeState.PROPOSED, Step.APPROVE): MergeState.RUNNING,
    (MergeState.PROPOSED, Step.REFUSE): MergeState.REFUSED,
    (MergeState.RUNNING, Step.COMPLETE): MergeState.MERGED,
    (MergeState.MERGED, Step.UNDO): MergeState.UNDOING,
    (MergeState.UNDOING, Step.RETURNED): MergeState.UNDONE,
}
"""Whatever is not here is no step."""

WORKING = frozenset({MergeState.RUNNING, MergeState.UNDOING})

PERSONS = frozenset({"active", "unclaimed", "ward"})
"""States of a profile whose card can go into another one."""

CARDS = frozenset({CardState.ACTIVE, CardState.SUSPENDED})
"""States of such a card. The card that goes on must be active."""

STAY = frozenset({"phone", "email"})
"""Identifiers by which one signs in: they are not led to the other person's account."""

MUST_AGREE = frozenset({"first_name", "birth_date"})
"""Two registrars together could give somebody another's records. Where one of these differs (domain/matching.py), no
merge is approved: what is wrong in a profile is put right first, by a document (SPC-4).
"""

PROFILE = (
    "last_name",
    "first_name",
    "middle_name",
    "birth_date",
    "sex",
    "snils",
    "passport_series",
    "passport_number",
    "phone",
)
"""What the registrar sees side by side where it differs."""


def after(state: MergeState, step: Step) -> MergeState:
    """Raises WrongStateError when the step is not possible now."""
    found = NEXT.get((state, step))
    if found is None:
        raise WrongStateError(f"a merge that is {state.value} does not take this step", extra={"state": state.value})
    return found


def check_match(found: Comparison) -> None:
    """Raises WrongStateError for profiles that cannot be one person's.

    Nobody has two SNILS: where both are given and differ, these are namesakes, whatever the papers looked like.
    """
    differs = sorted((MUST_AGREE & {*found.differs}) | ({found.veto} & {"snils"}))
    if differs:
        raise WrongStateError("the profiles are of two people", extra={"differs": " ".join(differs)})


def undo_until(merged_at: datetime) -> datetime:
    return merged_at + timedelta(days=UNDO_DAYS)


def check_undoable(state: MergeState, until: datetime, now: datetime) -> None:
    """Raises WrongStateError for another state, and when the time is over."""
    after(state, Step.UNDO)
    if now >= until:
        raise WrongStateError("the time for undoing is over", extra={"state": state.value})


def fingerprint(body: Mapping[str, Any]) -> str:
    """Equal bodies have equal ones, wherever they came from; kept nowhere. Of a resource that was delivered to both
    cards the one name of its patient is as good as the other.
    """
    told = {name: value for name, value in body.items() if name != "provenance"}
    if isinstance(text := told.get("resource"), str):
        told["resource"] = _CARD.sub("Patient/", text)
    whole = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(whole).hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """A record as a comparison sees it, without its content."""

    kind: str
    occurred: str
    record_id: str


@dataclass
class Overlap:
    """What is the same on both cards: exact duplicates, and records of one kind and moment that differ."""

    duplicates: list[tuple[Line, Line]] = field(default_factory=list)
    near: list[tuple[Line, Line]] = field(default_factory=list)


def line_of(kd: str) -> Line:
    """Out of the attribute of the index by date (``ports.keys.record_date``)."""
    kind, rest = kd.split("#", 1)
    occurred, record_id = rest.rsplit("#", 1)
    return Line(kind, occurred, record_id)


def pairs(source: Iterable[Line], target: Iterable[Line]) -> list[tuple[Line, Line]]:
    """Records of one kind and moment on both cards: these alone need to be opened."""
    there: dict[tuple[str, str], list[Line]] = {}
    for line in target:
        there.setdefault((line.kind, line.occurred), []).append(line)
    return [(mine, other) for mine in source for other in there.get((mine.kind, mine.occurred), ())]


def overlap(found: Sequence[tuple[Line, Line]], prints: Mapping[str, str]) -> Overlap:
    """``prints``: fingerprint by record id. A record with an exact duplicate is not listed among the near ones."""
    result = Overlap()
    for mine, other in found:
        if prints[mine.record_id] == prints[other.record_id]:
            result.duplicates.append((mine, other))
    exact = {mine.record_id for mine, _ in result.duplicates}
    result.near = [(mine, other) for mine, other in found if mine.record_id not in exact]
    return result


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[dict[str, str]]:
    """Fields of the profiles that differ, with both values; "" where there is none."""
    return [
        {"field": name, "stays": one.get(name, ""), "goes": other.get(name, "")}
        for name in PROFILE
        if one.get(name, "") != other.get(name, "")
    ]
