"""What the calendar has to know of a person, and what it says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Person:
    """``groups``: risk groups (national.GROUPS). ``had``: diseases that the person was ill with.

    ``complete``: every dose ever given is known, so what is not known was not given. ``intervals``: a name of
    ``intervals.INTERVALS``.
    """

    born: date
    sex: str
    groups: frozenset[str] = frozenset()
    had: frozenset[str] = frozenset()
    complete: bool = False
    intervals: str = "order"


@dataclass(frozen=True, slots=True)
class Given:
    """A dose as it was recorded. ``stages``: which dose it was, by disease; where nothing is said the dates say it."""

    id: str
    on: date
    vaccine: str
    stages: Mapping[str, str] = field(default_factory=dict)

    def stage_for(self, diseases: frozenset[str]) -> str:
        return next((self.stages[name] for name in sorted(diseases) if name in self.stages), "")


@dataclass(frozen=True, slots=True)
class Exemption:
    """No vaccination against ``diseases`` (all, when empty) from ``since`` to ``until`` (None: for good)."""

    id: str
    kind: str
    since: date
    until: date | None = None
    diseases: frozenset[str] = frozenset()

    def covers(self, diseases: frozenset[str], day: date) -> bool:
        named = not self.diseases or bool(self.diseases & diseases)
        return named and self.since <= day and (self.until is None or day <= self.until)


class VaccinationHistory(Protocol):
    """What a card says about vaccinations (services/vaccinations/history.py)."""

    @property
    def person(self) -> Person: ...
    @property
    def given(self) -> list[Given]: ...
    @property
    def exemptions(self) -> tuple[Exemption, ...]: ...


class Status(StrEnum):
    """Stored nowhere, public: never rename."""

    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"
    UPCOMING = "upcoming"
    EXEMPT = "exempt"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One dose of a course: given (``given`` names the record), taken for given elsewhere, or planned."""

    id: str
    stage: str
    row: int
    due: date
    until: date
    state: str
    given: Given | None = None
    vaccine: str = ""
    closes: date | None = None
    """From this day on it is not given any more."""


BEFORE_BIRTH = "before-birth"


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A recorded dose that stands outside of its course, and why.

    too-early, beyond-course, twice-a-day, before-birth, other-vaccine. ``earliest``: from when on it would have done.
    """

    given: Given
    reason: str
    earliest: date | None = None


@dataclass(frozen=True, slots=True)
class CourseState:
    """``next``: the dose that comes next, None when none does. ``because`` says more about the status."""

    course: str
    status: Status
    steps: tuple[Step, ...] = ()
    next: Step | None = None
    not_counted: tuple[NotCounted, ...] = ()
    because: str = ""
    exemption: Exemption | None = None
    rest: tuple[Step, ...] = ()
    """Planned doses after the next one, as the calendar has them."""
