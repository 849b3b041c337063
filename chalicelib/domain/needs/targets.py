"""Control targets that a doctor set in a chronic condition: outside and not measured again, or not measured in time.

Of conditions that last, the newest record that names an indicator counts, as for alerts of readings
(services/vital_signs/knowledge.py). What a patient wrote binds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.domain.needs.facts import LASTING, Facts, Need, Unjudged, Why
from chalicelib.domain.needs.matching import RESULT, SIGN, Known
from chalicelib.domain.needs.table import CONDITION, REPEAT_TARGET_DAYS, TARGET_OUTSIDE, TARGET_UNMEASURED
from chalicelib.domain.needs.words import day, filled
from chalicelib.domain.results.analytes import asked, meant, named
from chalicelib.domain.results.units import converted
from chalicelib.domain.texts.said import Said
from chalicelib.domain.vital_signs.signs import PART_WORDS, SIGNS, WHOLE, indicator

OUTSIDE = Said(
    "{name}: {value} {unit}, запись от {day}; границы, которые задал врач {set}: {bounds}. Новой записи нет, с {due} "
    "это причина обсудить с врачом.",
    "{name}: {value} {unit} on {day}; bounds that a doctor set on {set}: {bounds}. No record since; from {due} on a "
    "reason to check.",
)
UNMEASURED = Said(
    "{name}: врач {set} записал измерять раз в {days} дн., последняя запись {last}. С {due} это причина обсудить с "
    "врачом.",
    "{name}: on {set} a doctor wrote to measure it every {days} days, last record {last}. From {due} on a reason to "
    "check.",
)
NEVER = Said("отсутствует", "none")


@dataclass(frozen=True, slots=True)
class Target:
    """``set_in``: the record of the condition. Bounds in ``unit``."""

    indicator: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    every: int | None
    set_in: Known

    @property
    def name(self) -> Said:
        found = indicator(self.indicator)
        if found is None:
            return Said(self.indicator, self.indicator)
        words, part = SIGNS[found[0]].words, PART_WORDS[found[1]]
        if found[1] == WHOLE:
            return words
        return Said(f"{words.ru}, {part.ru.lower()}", f"{words.en}, {part.en.lower()}")

    @property
    def bounds(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.low:f}–{self.high:f}"
        return f"≥ {self.low:f}" if self.low is not None else f"≤ {self.high:f}"

    def outside(self, value: Decimal) -> bool:
        return (self.low is not None and value < self.low) or (self.high is not None and value > self.high)


def targets(facts: Facts) -> Iterator[Need | Unjudged]:
    for target in _set(facts):
        last = _last(facts, target)
        kind = SIGN if indicator(target.indicator) else RESULT
        if last is not None and target.outside(last[1]):
            due = last[0].on + timedelta(days=target.every or REPEAT_TARGET_DAYS)
            if due <= facts.today:
                yield _outside(target, last, due)
        elif target.every is not None:
            since = last[0].on if last is not None else target.set_in.on
            due = since + timedelta(days=target.every)
            if due <= facts.today and facts.misses([kind], facts.today - timedelta(days=target.every)):
                yield Unjudged(TARGET_UNMEASURED, Why.MORE, (kind,))
            elif due <= facts.today:
                yield _unmeasured(target, last[0] if last else None, due, target.every)


def _outside(target: Target, last: tuple[Known, Decimal], due: date) -> Need:
    record, value = last
    pieces: dict[str, Said | str] = {
        "value": f"{value:f}",
        "unit": _unit(target),
        "day": day(record.on),
        "bounds": target.bounds,
    }
    reason = filled(OUTSIDE, name=target.name, set=day(target.set_in.on), due=day(due), **pieces)
    return Need(TARGET_OUTSIDE, due, reason, (record, target.set_in), target.indicator, target.name)


def _unmeasured(target: Target, last: Known | None, due: date, days: int) -> Need:
    told = day(last.on) if last is not None else NEVER
    pieces: dict[str, Said | str] = {"set": day(target.set_in.on), "days": str(days), "last": told, "due": day(due)}
    led = (last, target.set_in) if last is not None else (target.set_in,)
    reason = filled(UNMEASURED, name=target.name, **pieces)
    return Need(TARGET_UNMEASURED, due, reason, led, target.indicator, target.name)


def _unit(target: Target) -> Said:
    found = indicator(target.indicator)
    return SIGNS[found[0]].shown_unit if found else Said(target.unit, target.unit)


def _set(facts: Facts) -> list[Target]:
    """The newest word of a doctor about each indicator."""
    found: dict[str, Target] = {}
    for one in facts.of(CONDITION):
        if not one.doctor or one.body.get("clinical_status", "active") not in LASTING:
            continue
        for said in one.body.get("control_targets", ()):
            low, high = (Decimal(said[name]) if said.get(name) else None for name in ("low", "high"))
            made = Target(str(said["indicator"]), str(said["unit"]), low, high, said.get("every_days"), one)
            found.setdefault(made.indicator, made)
    return [found[name] for name in sorted(found)]


def _last(facts: Facts, target: Target) -> tuple[Known, Decimal] | None:
    """The newest record with the indicator, and its number in the unit of the target."""
    sign = indicator(target.indicator)
    if sign is not None:
        return next(_readings(facts, *sign, target.unit), None)
    return next(_values(facts, target), None)


def _readings(facts: Facts, sign: str, part: str, unit: str) -> Iterator[tuple[Known, Decimal]]:
    for one in facts.of(SIGN):
        if one.body.get("code") == sign and one.body.get(part) is not None and unit == SIGNS[sign].unit:
            yield one, Decimal(str(one.body[part]))


def _values(facts: Facts, target: Target) -> Iterator[tuple[Known, Decimal]]:
    codes, words = asked([target.indicator], facts.analytes)
    for one in facts.of(RESULT):
        for value in one.body.get("values", ()):
            name = named(value, str(one.body.get("category") or ""), facts.analytes)
            number = _number(value, target.unit) if meant(name, codes, words) else None
            if number is not None:
                yield one, number


def _number(value: Mapping[str, Any], unit: str) -> Decimal | None:
    if value.get("value") is None:
        return None
    return converted(Decimal(str(value["value"])), str(value.get("unit") or ""), unit)
