"""How a reading is judged: rules as data, each with its source. A level is no diagnosis and no text says one.

A rule holds for one number of a sign, where its ``when`` fits. Of all rules that a reading breaks the worst counts.
    no rules for anybody below ``ADULT``: age tables are not ours to make up; a doctor's personal limits still hold
    personal limits replace the rules of ``attention``; guard rails (``urgent``) stay, and one that would begin inside
    of the limits begins where they end
Not for pregnancy, of which nothing is known here. NEWS2 is the National Early Warning Score of the Royal College of
Physicians (2017), a score for hospitals from the age of 16; single scores of 3 are taken as guard rails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.texts.said import Said
from chalicelib.domain.vital_signs.signs import SIGNS, WHOLE, Reading

VERSION = "2026-11-2"
"""Raise it with every change of a rule: it is stored with each judgement."""
ADULT = 16


class Level(StrEnum):
    """Stored and public: never rename, never reuse. ``none``: nothing to judge by."""

    NONE = "none"
    NORMAL = "normal"
    ATTENTION = "attention"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        return tuple(Level).index(self)


OUT = (Level.ATTENTION, Level.URGENT)

LEVEL_WORDS: Mapping[Level, Said] = {
    Level.NONE: Said("не оценивается", "not judged"),
    Level.NORMAL: Said("в границах", "within limits"),
    Level.ATTENTION: Said("вне границ", "out of limits"),
    Level.URGENT: Said("далеко вне границ", "far out of limits"),
}
ADVICE: Mapping[Level, Said] = {
    Level.ATTENTION: Said("Повторите измерение и покажите врачу.", "Measure again and show it to a doctor."),
    Level.URGENT: Said(
        "Повторите измерение. Если значение подтвердилось или вам плохо, обратитесь за неотложной помощью: 112.",
        "Measure again. If it is so again or you feel unwell, seek emergency care: 112.",
    ),
}
"""Reviewed as data with ``VERSION``: what to do, never what it is."""

AT_LEAST, AT_MOST, BELOW, ABOVE = ">=", "<=", "<", ">"


@dataclass(frozen=True, slots=True)
class Rule:
    """``when``: ``place`` and fields of ``how``, each with the words that fit. Not ``told``: shown, told to nobody."""

    sign: str
    level: Level
    relation: str
    limit: Decimal
    source: str
    part: str = WHOLE
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: bool = True
    personal: bool = False

    def fits(self, place: str, how: Mapping[str, str]) -> bool:
        said = {**how, "place": place}
        return all(said.get(name, "") in words for name, words in self.when.items())

    def broken_by(self, value: Decimal) -> bool:
        match self.relation:
            case ">=":
                return value >= self.limit
            case "<=":
                return value <= self.limit
            case "<":
                return value < self.limit
            case _:
                return value > self.limit


@dataclass(frozen=True, slots=True)
class Limit:
    """A doctor's personal range for one number of a sign; either end may be open."""

    sign: str
    part: str
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``rule`` is the one that was broken; None when none was. ``told``: whether anybody is to hear of it."""

    level: Level
    rule: Rule | None = None

    @property
    def told(self) -> bool:
        return self.rule is not None and self.rule.told


ESH = "ESH 2023"
ESC = "ESC 2024"
NEWS2 = "NEWS2, RCP 2017"
WHO = "WHO"
OFFICE: Mapping[str, tuple[str, ...]] = {"place": ("office",)}
AT_HOME: Mapping[str, tuple[str, ...]] = {"place": ("home", "device")}
FASTING: Mapping[str, tuple[str, ...]] = {"timing": ("fasting",)}
FASTING_PLASMA: Mapping[str, tuple[str, ...]] = {"timing": ("fasting",), "specimen": ("venous-plasma",)}
FASTING_OTHER: Mapping[str, tuple[str, ...]] = {
    "timing": ("fasting",),
    "specimen": ("capillary-blood", "unknown"),
}
ANY_TIME: Mapping[str, tuple[str, ...]] = {"timing": ("any-time", "unknown")}


def _rule(
    sign: str,
    level: Level,
    relation: str,
    limit: str,
    source: str,
    *,
    part: str = WHOLE,
    when: Mapping[str, tuple[str, ...]] | None = None,
    told: bool = True,
) -> Rule:
    return Rule(sign, level, relation, Decimal(limit), source, part, when or {}, told)


A, U = Level.ATTENTION, Level.URGENT
UNVERIFIED_CAPILLARY = f"{WHO}, limit of venous plasma taken for capillary blood (unverified)"
TWO_POINTS = f"{NEWS2}, two points taken for attention (unverified)"

RULES: tuple[Rule, ...] = (
    _rule("blood-pressure", A, AT_LEAST, "130", f"{ESH}, high normal", part="systolic", when=OFFICE),
    _rule("blood-pressure", A, AT_LEAST, "85", f"{ESH}, high normal", part="diastolic", when=OFFICE),
    _rule("blood-pressure", U, AT_LEAST, "180", f"{ESH}, grade 3", part="systolic", when=OFFICE),
    _rule("blood-pressure", U, AT_LEAST, "110", f"{ESH}, grade 3", part="diastolic", when=OFFICE),
    _rule("blood-pressure", A, AT_LEAST, "135", ESC, part="systolic", when=AT_HOME),
    _rule("blood-pressure", A, AT_LEAST, "85", ESC, part="diastolic", when=AT_HOME),
    _rule("blood-pressure", U, AT_LEAST, "180", f"{ESC} (unverified for home)", part="systolic", when=AT_HOME),
    _rule("blood-pressure", U, AT_LEAST, "110", f"{ESC} (unverified for home)", part="diastolic", when=AT_HOME),
    _rule("blood-pressure", A, BELOW, "100", NEWS2, part="systolic"),
    _rule("blood-pressure", U, AT_MOST, "90", NEWS2, part="systolic"),
    _rule("pulse", A, AT_LEAST, "111", TWO_POINTS),
    _rule("pulse", A, AT_MOST, "50", f"{NEWS2}, one point taken for attention (unverified)"),
    _rule("pulse", U, AT_LEAST, "131", NEWS2),
    _rule("pulse", U, AT_MOST, "40", NEWS2),
    _rule("respiration", A, AT_LEAST, "21", TWO_POINTS),
    _rule("respiration", U, AT_LEAST, "25", NEWS2),
    _rule("respiration", U, AT_MOST, "8", NEWS2),
    _rule("saturation", A, AT_MOST, "93", TWO_POINTS),
    _rule("saturation", U, AT_MOST, "91", f"{NEWS2}, scale 1"),
    _rule("temperature", A, AT_LEAST, "38.1", f"{NEWS2}, one point taken for attention (unverified)"),
    _rule("temperature", A, AT_LEAST, "39.1", TWO_POINTS),
    _rule("temperature", U, AT_MOST, "35.0", NEWS2),
    # From 7.0 on WHO says "repeat, see a doctor", which is what attention advises; it is no emergency.
    _rule("glucose", A, AT_LEAST, "6.1", WHO, when=FASTING_PLASMA),
    _rule("glucose", A, AT_LEAST, "6.1", UNVERIFIED_CAPILLARY, when=FASTING_OTHER),
    _rule("glucose", A, AT_LEAST, "11.1", WHO, when=ANY_TIME),
    _rule("glucose", U, AT_LEAST, "16.7", "(unverified)"),  # fasting as well: then it is farther out, not less far
    _rule("glucose", A, BELOW, "3.9", "ADA"),
    _rule("glucose", U, BELOW, "3.0", "ADA (unverified)"),
    _rule("body-mass-index", A, BELOW, "18.5", f"{WHO} (unverified)", told=False),
    _rule("body-mass-index", A, AT_LEAST, "25", f"{WHO} (unverified)", told=False),
)

TARGETED_SATURATION: tuple[Rule, ...] = (
    _rule("saturation", U, AT_MOST, "83", f"{NEWS2}, scale 2"),
    _rule("saturation", U, AT_LEAST, "97", f"{NEWS2}, scale 2", when={"breathing": ("oxygen",)}),
)
"""Guard rails in place of scale 1 where a doctor set a target of saturation that reaches down to ``TARGET_LOW``."""
TARGET_LOW = Decimal(88)


def rules_of(sign: str, age: int | None, limits: Sequence[Limit] = ()) -> tuple[Rule, ...]:
    """All rules for a sign of one person, wherever and however it is measured: what a chart draws its bands from."""
    own = [limit for limit in limits if limit.sign == sign]
    known = [rule for rule in RULES if rule.sign == sign] if age is not None and age >= ADULT else []
    if known and sign == "saturation" and any(limit.low is not None and limit.low <= TARGET_LOW for limit in own):
        known = list(TARGETED_SATURATION)
    ours = {limit.part: limit for limit in own}
    kept = (_beside(rule, ours.get(rule.part)) for rule in known)
    return (*(rule for rule in kept if rule is not None), *(rule for limit in own for rule in _of(limit)))


def judge(reading: Reading, age: int | None, limits: Sequence[Limit] = ()) -> Verdict:
    """The worst level of a reading, and the rule that says so."""
    rules = [rule for rule in rules_of(reading.sign, age, limits) if rule.fits(reading.place, reading.how)]
    if not rules:
        return Verdict(Level.NONE)
    digits = Decimal(1).scaleb(-SIGNS[reading.sign].digits)
    broken = [
        rule for rule in rules if rule.part in reading.values and rule.broken_by(_round(reading, rule.part, digits))
    ]
    worst = max(broken, key=lambda rule: rule.level.rank, default=None)
    return Verdict(Level.NORMAL) if worst is None else Verdict(worst.level, worst)


def _round(reading: Reading, part: str, digits: Decimal) -> Decimal:
    return reading.values[part].quantize(digits)


def _beside(rule: Rule, limit: Limit | None) -> Rule | None:
    """Beside a personal limit only guard rails stay; one that begins inside of the limit begins at its end."""
    if limit is None:
        return rule
    if rule.level is not Level.URGENT:
        return None
    if rule.relation in {AT_LEAST, ABOVE}:
        outside, end, relation = limit.high is None or rule.limit > limit.high, limit.high, ABOVE
    else:
        outside, end, relation = limit.low is None or rule.limit < limit.low, limit.low, BELOW
    return rule if outside or end is None else replace(rule, limit=end, relation=relation)


def _of(limit: Limit) -> list[Rule]:
    found = []
    if limit.low is not None:
        found.append(Rule(limit.sign, Level.ATTENTION, BELOW, limit.low, "doctor", limit.part, personal=True))
    if limit.high is not None:
        found.append(Rule(limit.sign, Level.ATTENTION, ABOVE, limit.high, "doctor", limit.part, personal=True))
    return found
