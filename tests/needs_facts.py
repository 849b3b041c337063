"""Facts that rules of overdue care are tried on: made of records by hand, no store and no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from chalicelib.domain.needs.facts import Facts, Need, Unjudged, with_analytes
from chalicelib.domain.needs.judging import judged
from chalicelib.domain.needs.matching import Analyte, Image, Known, Match, Measured
from chalicelib.domain.needs.table import KINDS, Periodic
from chalicelib.storage.code_sets import FileCodeSets

ANALYTES = FileCodeSets()("analytes")
TODAY = date(2026, 11, 27)
_NUMBERS = count(1)


def known(kind: str, on: date, body: Any, **more: Any) -> Known:
    made = Known(kind, more.pop("id", f"r{next(_NUMBERS)}"), on, body, **more)
    return replace(made, analytes=with_analytes(made, ANALYTES))


def result(on: date, name: str, value: str = "5", **more: Any) -> Known:
    """A laboratory result with one value that has no range."""
    status = more.pop("status", "final")
    category = more.pop("category", "urine" if "моче" in name else "biochemistry")
    values = [{"name": name, "value": value, "unit": more.pop("unit", "mmol/L"), **more}]
    body = {"occurred_at": f"{on}T09:00:00+03:00", "laboratory": "Л", "category": category, "panel": name}
    return known("laboratory-result", on, {**body, "values": values, "status": status})


def condition(code: str, on: date, **more: Any) -> Known:
    doctor = more.pop("doctor", True)
    diagnosis = {"code": code, "text": "как записано", "role": "main", "chronic": True}
    return known("chronic-condition", on, {"diagnosis": diagnosis, **more}, doctor=doctor)


def satisfying(match: Match, on: date) -> Known:
    """A record that satisfies, and says nothing else."""
    if isinstance(match, Analyte):
        return result(on, ANALYTES.row(min(match.codes)).name("ru"))  # type: ignore[union-attr]
    if isinstance(match, Image):
        region = "Органы грудной клетки" if match.region else "Молочные железы"
        return known("imaging-study", on, {"modality": min(match.modalities), "region": region})
    if isinstance(match, Measured):
        return known("vital-sign", on, {"code": match.sign, "systolic": "120", "diastolic": "80"})
    named = {"кал": "Кал на скрытую кровь", "цитолог": "Цитология: мазок с шейки матки"}
    for beginning, name in named.items():
        if beginning in match.groups[0]:  # type: ignore[attr-defined]
            return result(on, name)
    return known("examination-protocol", on, {"specialty": "ophthalmology", "examination": "Осмотр"})


def facts(*records: Known, born: date | None = date(1970, 5, 5), sex: str = "female", **more: Any) -> Facts:
    """Every section is open, unless ``closed`` names kinds."""
    closed = more.pop("closed", ())
    by_kind: dict[str, list[Known]] = {kind: [] for kind in KINDS if kind not in closed}
    for one in records:
        if one.kind in by_kind:
            by_kind[one.kind].append(one)
    return Facts(more.pop("today", TODAY), born, sex, by_kind, ANALYTES, **more)


def due(found: Facts) -> dict[str, Need]:
    return {one.rule.id: one for one in judged(found).needs}


def unjudged(found: Facts) -> dict[str, Unjudged]:
    return {one.rule.id: one for one in judged(found).unjudged}


def whom(rule: Periodic) -> dict[str, Any]:
    """Birth date and sex of somebody whom the rule is for."""
    age = max(rule.ages & frozenset(range(110)), default=50)
    return {"born": date(TODAY.year - age, 3, 1), "sex": rule.sex or "male"}


def made_for(rule: Periodic) -> Iterable[Known]:
    """The condition that a rule is about, noted long ago."""
    return [condition(f"{min(rule.codes)}.9", date(2020, 1, 1))] if rule.codes else []
