"""What is known of a card on a day, and what a rule says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from chalicelib.domain.code_sets import CodeSet
from chalicelib.domain.needs.matching import RESULT, VISIT, Known
from chalicelib.domain.needs.table import CONDITION, Rule
from chalicelib.domain.results.analytes import named
from chalicelib.domain.texts.said import Said
from chalicelib.domain.vaccination_calendar.person import CourseState

LASTING = frozenset({"active", "recurrence", "remission"})
CATEGORY = 3
"""Characters of a category of ICD-10."""


class Why(StrEnum):
    """Why a rule could not be judged. Public: never rename."""

    CLOSED = "section-closed"
    PERSON = "person-unknown"
    MORE = "more-records"


@dataclass(frozen=True, slots=True)
class Condition:
    """A lasting condition. ``since``: when it began, as far as the card says; ``record``: the newest that names it."""

    code: str
    text: str
    since: date
    record: Known

    @property
    def category(self) -> str:
        return self.code[:CATEGORY]


@dataclass(frozen=True, slots=True)
class Facts:
    """``records``: by kind, of those that the reader may list; in any order, repeated ones count once.

    ``reach``: of a kind with more records than were read, the day of the oldest that was. ``courses``: the plan of
    vaccinations (domain/vaccination_calendar/plan.py).
    """

    today: date
    born: date | None
    sex: str
    records: Mapping[str, Sequence[Known]]
    analytes: CodeSet
    reach: Mapping[str, date] = field(default_factory=dict)
    courses: Sequence[CourseState] = ()

    def of(self, *kinds: str) -> list[Known]:
        """Those that stand and have happened, newest first."""
        found = {(one.kind, one.id): one for kind in kinds for one in self.records.get(kind, ())}
        standing = (one for one in found.values() if one.standing and one.on <= self.today)
        return sorted(standing, key=lambda one: one.order, reverse=True)

    def closed(self, rule: Rule) -> list[str]:
        return sorted(kind for kind in rule.kinds if kind not in self.records)

    def misses(self, kinds: Iterable[str], since: date) -> bool:
        """Whether there may be records of these kinds since that day that were not read."""
        return any(kind in self.reach and self.reach[kind] > since for kind in kinds)


@dataclass(frozen=True, slots=True)
class Need:
    """``subject``: what it is about within its rule, "" where a rule is about one thing. ``since``: due from that day
    on; ``by``: the day on which it is too late. ``records``: those that led to it.
    """

    rule: Rule
    since: date
    reason: Said
    records: tuple[Known, ...] = ()
    subject: str = ""
    what: Said | None = None
    by: date | None = None

    @property
    def id(self) -> str:
        """Says nothing of the card by itself but the rule."""
        if not self.subject:
            return self.rule.id
        return f"{self.rule.id}.{hashlib.sha256(self.subject.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Unjudged:
    rule: Rule
    why: Why
    kinds: tuple[str, ...] = ()


def conditions(facts: Facts) -> list[Condition]:
    """Lasting ones, one a code: those that are led as such, and diagnoses that a visit called chronic.

    The newest record of a code says whether it lasts; what is led as over is not brought back by an older visit.
    """
    found: dict[str, Condition] = {}
    led = facts.of(CONDITION)
    over = {one.body["diagnosis"]["code"] for one in _newest(led) if not _lasts(one)}
    for one in led:
        code = one.body["diagnosis"]["code"]
        began = one.body.get("since")
        since = min(one.on, date.fromisoformat(began)) if began else one.on
        if code not in over:
            _note(found, Condition(code, str(one.body["diagnosis"]["text"]), since, one))
    for one in facts.of(VISIT):
        for diagnosis in one.body.get("diagnoses", ()):
            if diagnosis.get("chronic") and diagnosis["code"] not in over:
                _note(found, Condition(diagnosis["code"], str(diagnosis["text"]), one.on, one))
    return [found[code] for code in sorted(found)]


def _note(found: dict[str, Condition], one: Condition) -> None:
    """The first that is noted is the newest; the day it began is the earliest of all."""
    known = found.get(one.code)
    if known is None:
        found[one.code] = one
    elif one.since < known.since:
        found[one.code] = Condition(known.code, known.text, one.since, known.record)


def _newest(led: Sequence[Known]) -> list[Known]:
    """Of each code, from records newest first."""
    seen: dict[str, Known] = {}
    for one in led:
        seen.setdefault(one.body["diagnosis"]["code"], one)
    return list(seen.values())


def _lasts(one: Known) -> bool:
    return one.body.get("clinical_status", "active") in LASTING


def with_analytes(record: Known, analytes: CodeSet) -> frozenset[str]:
    """Codes of the code set that a laboratory result has values of."""
    if record.kind != RESULT:
        return frozenset()
    category = str(record.body.get("category") or "")
    codes = (named(value, category, analytes).code for value in record.body.get("values", ()))
    return frozenset(code for code in codes if code)
