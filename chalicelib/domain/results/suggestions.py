"""What is put into a draft that a doctor makes from a result (REC-12): data, no decision.

The doctor reads, changes and accepts or discards it. No row names a drug: a draft of a prescription holds what the same
doctor prescribed last for the diagnosis that they name, or nothing.

Every row is Medkarta's own proposal, marked for clinicians to review; none is taken from a guideline (unverified).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.code_sets import CodeSet
from chalicelib.domain.observation import MARKS
from chalicelib.domain.results.comparison import Comparison, Line
from chalicelib.domain.texts.said import Said

EDITION = "2026-11"
SOURCE = "Medkarta, for clinicians to review; no guideline is cited (unverified)"
LOW, HIGH = frozenset({"L", "LL"}), frozenset({"H", "HH"})
BOTH = LOW | HIGH

ENDOCRINOLOGIST = Said("Эндокринолог", "Endocrinologist")
HAEMATOLOGIST = Said("Гематолог", "Haematologist")
CARDIOLOGIST = Said("Кардиолог", "Cardiologist")
NEPHROLOGIST = Said("Нефролог", "Nephrologist")
GASTROENTEROLOGIST = Said("Гастроэнтеролог", "Gastroenterologist")
UROLOGIST = Said("Уролог", "Urologist")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """For one analyte and flags: to whom, again after how many days, and what else to measure (codes of analytes)."""

    analyte: str
    flags: frozenset[str]
    specialty: Said
    days: int
    tests: tuple[str, ...]
    source: str = SOURCE


SUGGESTIONS: tuple[Suggestion, ...] = (
    Suggestion("haemoglobin", LOW, HAEMATOLOGIST, 30, ("ferritin", "iron", "vitamin-b12")),
    Suggestion("platelets", BOTH, HAEMATOLOGIST, 14, ()),
    Suggestion("glucose", HIGH, ENDOCRINOLOGIST, 14, ("hba1c",)),
    Suggestion("hba1c", HIGH, ENDOCRINOLOGIST, 90, ("glucose", "urine-albumin")),
    Suggestion("tsh", BOTH, ENDOCRINOLOGIST, 42, ("ft4", "anti-tpo")),
    Suggestion("cholesterol", HIGH, CARDIOLOGIST, 90, ("ldl", "hdl", "triglycerides")),
    Suggestion("ldl", HIGH, CARDIOLOGIST, 90, ("alt", "ck")),
    Suggestion("nt-probnp", HIGH, CARDIOLOGIST, 30, ("creatinine", "potassium")),
    Suggestion("creatinine", HIGH, NEPHROLOGIST, 14, ("urea", "potassium", "albumin-creatinine")),
    Suggestion("gfr", LOW, NEPHROLOGIST, 90, ("albumin-creatinine",)),
    Suggestion("alt", HIGH, GASTROENTEROLOGIST, 30, ("ast", "ggt", "bilirubin-total")),
    Suggestion("psa", HIGH, UROLOGIST, 42, ()),
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What every draft is made of. ``flagged``: newest values out of their range, in words of the result."""

    record: str
    panel: str
    at: datetime
    flagged: tuple[Line, ...]
    fitting: tuple[Suggestion, ...]
    now: datetime
    doctor: str
    diagnosis: Mapping[str, Any] | None
    language: str


def ground(found: Comparison, now: datetime, doctor: str, diagnosis: Mapping[str, Any] | None, language: str) -> Ground:
    """``found``: the comparison of the one result."""
    (result,) = found.results
    flagged = tuple(line for line in found.lines if line.points[-1].flag not in {None, "N"})
    fitting = tuple(one for line in flagged for one in _fitting(line))
    return Ground(result.record, result.panel, result.at, flagged, fitting, now, doctor, diagnosis, language)


def _fitting(line: Line) -> Iterable[Suggestion]:
    codes = {one.code for one in line.names}
    flag = line.points[-1].flag
    return (one for one in SUGGESTIONS if one.analyte in codes and flag in one.flags)


def _common(ground: Ground) -> dict[str, Any]:
    body: dict[str, Any] = {
        "occurred_at": ground.now.isoformat(),
        "doctor_name": ground.doctor,
        "related": [{"kind": "laboratory-result", "id": ground.record}],
    }
    return body | ({"diagnosis": dict(ground.diagnosis)} if ground.diagnosis else {})


def referral(ground: Ground) -> dict[str, Any]:
    """Without a row that fits, the doctor names the specialist."""
    body = _common(ground) | {"status": "active", "priority": "routine", "goal": _about(ground)}
    named = [one.specialty.to(ground.language) for one in ground.fitting]
    return body | ({"specialty": named[0]} if named else {})


def planned_study(ground: Ground) -> dict[str, Any]:
    """The same panel again; without a row that fits, the doctor says when."""
    body = _common(ground) | {"status": "active", "study": ground.panel, "reason": _about(ground)}
    return body | _planned(ground)


def laboratory_order(ground: Ground, analytes: CodeSet) -> dict[str, Any]:
    """What was out of its range, and what the rows add."""
    ordered = {line.title(ground.language): {"name": line.title(ground.language)} for line in ground.flagged}
    for code in dict.fromkeys(test for one in ground.fitting for test in one.tests):
        row = analytes.row(code)
        if row is not None:
            ordered.setdefault(row.name(ground.language), {"name": row.name(ground.language)})
    body = _common(ground) | {"status": "active", "panel": ground.panel, "analytes": list(ordered.values())}
    return body | _planned(ground)


def prescription(ground: Ground, last: Mapping[str, Any] | None) -> dict[str, Any]:
    """``last``: the doctor's own last prescription for the diagnosis; its form, period and drugs, nothing else."""
    kept = ("form", "validity", "special_purpose", "ground", "drugs")
    return _common(ground) | {name: last[name] for name in kept if last and last.get(name) is not None}


def _planned(ground: Ground) -> dict[str, Any]:
    days = [one.days for one in ground.fitting]
    return {"planned_for": (ground.now + timedelta(days=min(days))).date().isoformat()} if days else {}


def _about(ground: Ground) -> str:
    """Which result it is about, and its flagged values as the laboratory gave them."""
    day = f"{ground.at:%Y-%m-%d}" if ground.language == "en" else f"{ground.at:%d.%m.%Y}"
    values = "; ".join(_value(line, ground.language) for line in ground.flagged)
    start = Said("По результату «{panel}» от {day}", "About the result “{panel}” of {day}").to(ground.language)
    return start.format(panel=ground.panel, day=day) + (f": {values}" if values else "")


def _value(line: Line, language: str) -> str:
    newest = line.points[-1]
    return " ".join(
        word for word in (line.title(language), newest.text, newest.unit, MARKS.get(str(newest.flag), "")) if word
    )


def used(ground: Ground) -> list[dict[str, Any]]:
    """What a draft rests on, for whoever reads it."""
    found: Sequence[Suggestion] = ground.fitting
    return [
        {
            "analyte": one.analyte,
            "specialty": one.specialty.to(ground.language),
            "days": one.days,
            "tests": list(one.tests),
            "source": one.source,
            "edition": EDITION,
        }
        for one in found
    ]
