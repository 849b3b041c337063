"""How long after an earlier dose a dose counts. Data: a clinic or the law may change them.

The order names only the schemes of hepatitis B (0-1-6, in risk groups 0-1-2-12 months from the first dose); for the
rest it refers to the instruction of the vaccine. ``COMMON`` are numbers of secondary texts, used only for a patient for
whom a doctor chose them (records/vaccination.py, kind ``vaccination-factors``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.vaccination_calendar.dates import Span
from chalicelib.domain.vaccination_calendar.national import NAME


@dataclass(frozen=True, slots=True)
class Interval:
    """``since_first``: counted from the first dose of the course, else from the one before. ``group`` as in Dose."""

    course: str
    stage: str
    least: Span
    source: str
    since_first: bool = False
    group: str = ""
    unless: str = ""
    younger: Span | None = None
    """Only for whom the dose before was given before this age."""


@dataclass(frozen=True, slots=True)
class Shortened:
    """Who begins a course at age ``since``, and before ``until``, needs these doses alone.

    ``until`` None: the source names no upper age; the course ends by its own (national.py).
    """

    course: str
    since: Span
    stages: tuple[str, ...]
    source: str
    until: Span | None = None

    def is_for(self, born: date, begun: date) -> bool:
        return begun >= self.since.after(born) and (self.until is None or begun < self.until.after(born))


@dataclass(frozen=True, slots=True)
class Intervals:
    least: tuple[Interval, ...] = ()
    shortened: tuple[Shortened, ...] = ()


GRACE_DAYS = 4
"""A dose so many days before its interval counts all the same. Source: common practice abroad (unverified)."""

UNVERIFIED = "secondary texts (unverified)"
_DAYS_30, _DAYS_56 = Span(0, 30), Span(0, 56)

_SCHEME = (
    Interval("hepatitis-b", "V2", Span(1), NAME, since_first=True),
    Interval("hepatitis-b", "V3", Span(6), NAME, since_first=True, unless="hepatitis-b"),
    Interval("hepatitis-b", "V3", Span(2), NAME, since_first=True, group="hepatitis-b"),
    Interval("hepatitis-b", "V4", Span(12), NAME, since_first=True, group="hepatitis-b"),
)
_COMMON = (
    *(Interval(course, stage, _DAYS_30, UNVERIFIED) for course in ("dtp", "polio") for stage in ("V2", "V3")),
    Interval("polio", "R1", Span(6), UNVERIFIED),
    Interval("pneumococcus", "V2", _DAYS_56, UNVERIFIED, younger=Span(6)),
    Interval("pneumococcus", "V2", Span(0, 28), UNVERIFIED, younger=Span(12)),
    Interval("pneumococcus", "V2", _DAYS_56, UNVERIFIED),
    Interval("pneumococcus", "R", Span(4), UNVERIFIED),
)
_SHORTENED = (
    Shortened("pneumococcus", Span(24), ("V1",), UNVERIFIED),
    Shortened("pneumococcus", Span(12), ("V1", "V2"), UNVERIFIED, until=Span(24)),
    Shortened("hib", Span(6), ("V1", "V2", "R"), UNVERIFIED, until=Span(12)),
)
"""Of Hib begun at one year or later the texts say nothing: the plan keeps the doses of the order, a doctor judges."""

INTERVALS: Mapping[str, Intervals] = {
    "order": Intervals(_SCHEME),
    "common": Intervals((*_SCHEME, *_COMMON), _SHORTENED),
}
"""Names are stored: never renamed, never reused."""
