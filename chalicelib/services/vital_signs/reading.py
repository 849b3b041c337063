"""A series with its bands, out of days and months (docs/vital-signs.md has its price).

A range of few days is read reading by reading, a longer one as the extreme readings of each day: exact in count, least,
greatest, mean and share, and then it begins and ends with whole days of UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.vital_signs import rolls
from chalicelib.domain.vital_signs.bands import ADVICE, OUT, VERSION, Level, Rule, rules_of
from chalicelib.domain.vital_signs.rolls import Point
from chalicelib.domain.vital_signs.series import statistics, thinned
from chalicelib.domain.vital_signs.signs import SIGNS
from chalicelib.errors import FieldProblem, InvalidFieldsError
from chalicelib.ports import keys
from chalicelib.records.conditions import CHRONIC_CONDITION
from chalicelib.records.observation import VITAL_SIGN_SERIES
from chalicelib.services.vital_signs.knowledge import Knowledge, knowledge
from chalicelib.services.vital_signs.rows import KIND, Rows, Tools, place

FIRST_YEAR, LAST_YEAR = 1900, 2200
RAW_DAYS, RAW_READINGS = 62, 50_000
"""Up to so many days, and readings in them, every reading is looked at: two months, or one of minutes."""
USUAL = timedelta(days=30)
MOST_MONTHS = 98
"""Of a range, both ends counted: what one read of the store takes besides the profile and the state."""


@dataclass(frozen=True, slots=True)
class Range:
    """``code`` of a sign, from the first moment (within) to the last (not within), in UTC."""

    code: str
    since: datetime
    until: datetime

    def months(self) -> list[str]:
        first, last = self.since, self.until - timedelta(milliseconds=1)
        numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]

    def has(self, day: str) -> bool:
        return rolls.day_of(self.since) <= day <= rolls.day_of(self.until - timedelta(milliseconds=1))


@dataclass(frozen=True, slots=True)
class Found:
    """``points`` oldest first: all, or the extreme ones of each day. The counts are of all."""

    points: list[Point]
    count: int
    sums: dict[str, Decimal]
    levels: dict[Level, int]
    whole: bool
    known: Knowledge


def range_of(
    code: str,
    since: datetime | None,
    until: datetime | None,
    now: datetime,
    named: tuple[str, str] = ("?from", "?to"),
) -> Range:
    """Raises InvalidFieldsError for an unknown sign, and for a range that is empty, too long or out of this world.

    ``named``: what the caller calls the two ends.
    """
    if code not in SIGNS:
        raise _invalid("?code", "unknown", "one of: " + ", ".join(SIGNS))
    for moment, name in zip((since, until), named, strict=True):
        if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise _invalid(name, "range", f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    until = until or now
    since = since or until - USUAL
    if since >= until:
        raise _invalid(named[0], "range", "it begins before it ends")
    wanted = Range(code, since.astimezone(UTC), until.astimezone(UTC))
    if len(wanted.months()) > MOST_MONTHS:
        raise _invalid(named[0], "range", f"at most {MOST_MONTHS} months")
    return wanted


class Reading:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def series(
        self, actor: Actor, patient_id: PersonId, code: str, since: datetime | None, until: datetime | None, most: int
    ) -> dict[str, Any]:
        """``points`` (at most ``most``) with levels, ``bands``, ``statistics``. Raises InvalidFieldsError."""
        permits = self.permits(actor, patient_id)
        wanted = range_of(code, since, until, self._t.clock())
        return shown(wanted, self.found(permits, patient_id, wanted), most)

    def permits(self, actor: Actor, patient_id: PersonId) -> dict[str, Permit]:
        """Under one entry; limits of a doctor are known to who may read chronic conditions."""
        kinds = (VITAL_SIGN_SERIES, CHRONIC_CONDITION)
        return self._t.gate.admit_kinds(actor, patient_id, VITAL_SIGN_SERIES, kinds)

    def found(self, permits: Mapping[str, Permit], patient_id: PersonId, wanted: Range) -> Found:
        months = wanted.months()
        names = [place(patient_id, month) for month in months]
        rows = self._t.tables.get_many([*names, keys.profile(patient_id)])
        kept = Rows(self._t, patient_id)
        kept.load(permits[KIND], months, rows)
        known = knowledge(self._t.tables, self._t.vault, permits, patient_id, rows, self._t.clock())
        days = {
            f"{month}-{number}": of_day
            for month in months
            for number, of_day in sorted(kept.month(month).get(wanted.code, {}).items())
            if wanted.has(f"{month}-{number}")
        }
        if len(days) > RAW_DAYS or sum(int(of_day["count"]) for of_day in days.values()) > RAW_READINGS:
            return _of_days(days, known)
        kept.load(permits[KIND], days)
        points = [point for day in days for point in rolls.points(kept.day(day), wanted.code)]
        return _of_points([point for point in points if wanted.since <= point.at < wanted.until], known)


def _of_points(points: list[Point], known: Knowledge) -> Found:
    names = list(points[0].values) if points else []
    sums = {name: sum((point.values[name] for point in points), Decimal()) for name in names}
    levels = {level: sum(point.level is level for point in points) for level in OUT}
    return Found(points, len(points), sums, levels, True, known)


def _of_days(days: Mapping[str, Mapping[str, Any]], known: Knowledge) -> Found:
    sums: dict[str, Decimal] = {}
    levels = dict.fromkeys(OUT, 0)
    for of_day in days.values():
        for name, total in of_day["sums"].items():
            sums[name] = sums.get(name, Decimal()) + Decimal(total)
        for level in OUT:
            levels[level] += int(of_day["levels"].get(level.value, 0))
    points = [point for of_day in days.values() for point in rolls.kept_points(of_day)]
    return Found(points, sum(int(of_day["count"]) for of_day in days.values()), sums, levels, False, known)


def shown(wanted: Range, found: Found, most: int) -> dict[str, Any]:
    sign, points = SIGNS[wanted.code], thinned(found.points, most)
    return {
        "code": wanted.code,
        "loinc": sign.loinc,
        "unit": sign.unit,
        "labels": {"ru": sign.words.ru, "en": sign.words.en},
        "from": stamp(wanted.since),
        "to": stamp(wanted.until),
        "resolution": "reading" if found.whole else "day",
        "thinned": len(points) < found.count,
        "points": [point_shown(point) for point in points],
        "bands": bands_shown(rules_of(wanted.code, found.known.age, found.known.limits)),
        "bands_version": VERSION,
        "advice": {level.value: {"ru": said.ru, "en": said.en} for level, said in ADVICE.items()},
        "statistics": statistics(found.count, found.sums, found.points, found.levels),
    }


def point_shown(point: Point) -> dict[str, Any]:
    return {
        "record": point.record,
        "at": stamp(point.at),
        "values": {name: format(value, "f") for name, value in point.values.items()},
        "level": point.level.value,
        "place": point.place,
        "source": point.source,
    }


def bands_shown(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    return [
        {
            "part": rule.part,
            "level": rule.level.value,
            "relation": rule.relation,
            "limit": format(rule.limit, "f"),
            "when": {name: list(words) for name, words in rule.when.items()},
            "personal": rule.personal,
            "source": rule.source,
        }
        for rule in rules
    ]


def _invalid(name: str, code: str, message: str) -> InvalidFieldsError:
    return InvalidFieldsError(fields=(FieldProblem(name, code, message),))
