"""A bulletin as a MeasureReport of FHIR R4: type ``summary``, a group for each category, a stratum for each number.

There is no total: the sum of hidden and shown would tell what is hidden, and the sum of what is shown is no population.
So the count of a group is absent and says why (data-absent-reason ``masked``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from chalicelib.domain.aggregates.periods import ZONE, end_of, start_of
from chalicelib.domain.bulletins.content import DIAGNOSES, DRUGS, VACCINATIONS
from chalicelib.domain.bulletins.words import PARTS, age_words, category_words
from chalicelib.domain.vaccination_calendar.vaccines import VACCINES

MEASURE = "urn:medkarta:measure:bulletin"
SYSTEM = "urn:medkarta:bulletin"
ORGANISATION = "urn:medkarta:organisation"
ATC = "http://www.whocc.no/atc"
POPULATION = "http://terminology.hl7.org/CodeSystem/measure-population"
GENDER = "http://hl7.org/fhir/administrative-gender"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UCUM = "http://unitsofmeasure.org"
INITIAL, NUMERATOR, DENOMINATOR = "initial-population", "numerator", "denominator"


def as_measure_report(bulletin: Mapping[str, Any], language: str) -> dict[str, Any]:
    period = bulletin["period"]
    groups = [group for part in bulletin["parts"] for group in _groups(part, language)]
    return {
        "resourceType": "MeasureReport",
        "id": bulletin["digest"][:64],
        "language": language,
        "identifier": [{"system": f"{SYSTEM}:sha-256", "value": bulletin["digest"]}],
        "status": "complete",
        "type": "summary",
        "measure": MEASURE,
        "date": bulletin["published_at"],
        "reporter": {
            "type": "Organization",
            "identifier": {"system": ORGANISATION, "value": bulletin["organisation_id"]},
            "display": bulletin["organisation"],
        },
        "period": {"start": _day(start_of(period)), "end": _day(end_of(period) - timedelta(days=1))},
        "group": groups,
    }


def _day(moment: datetime) -> str:
    """The end of a Period is in it (R4, datatypes)."""
    return moment.astimezone(ZONE).date().isoformat()


def _groups(part: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """One group a category; of a part without numbers one that says so."""
    name, cells = part["part"], part["cells"]
    if not cells:
        return [{"code": _concept(f"{SYSTEM}:part", name, PARTS[name].to(language)), "population": [_masked(name)]}]
    return [
        _group(name, category, list(mine), language) for category, mine in groupby(cells, lambda one: one["category"])
    ]


def _group(part: str, category: str, cells: Sequence[Mapping[str, Any]], language: str) -> dict[str, Any]:
    return {
        "code": _coded(part, category, language),
        "population": [_masked(part)],
        "stratifier": [
            {
                "code": [_concept(f"{SYSTEM}:stratifier", "age-sex", "")],
                "stratum": [_stratum(part, cell, language) for cell in cells],
            }
        ],
    }


def _stratum(part: str, cell: Mapping[str, Any], language: str) -> dict[str, Any]:
    age = _concept(f"{SYSTEM}:age", cell["age"], age_words(cell["age"], language))
    made: dict[str, Any] = {
        "component": [
            {"code": _concept(f"{SYSTEM}:stratifier", "age", ""), "value": age},
            {"code": _concept(f"{SYSTEM}:stratifier", "sex", ""), "value": _concept(GENDER, cell["sex"], "")},
        ],
        "population": [_population(_of(part), cell["persons"])],
    }
    if cell.get("of"):
        made["population"].append(_population(DENOMINATOR, cell["of"]))
        made["measureScore"] = {"value": float(cell["percent"]), "unit": "%", "system": UCUM, "code": "%"}
    return made


def _of(part: str) -> str:
    return NUMERATOR if part == VACCINATIONS else INITIAL


def _population(code: str, count: int) -> dict[str, Any]:
    return {"code": _concept(POPULATION, code, ""), "count": count}


def _masked(part: str) -> dict[str, Any]:
    why = {"extension": [{"url": ABSENT, "valueCode": "masked"}]}
    return {"code": _concept(POPULATION, _of(part), ""), "_count": why}


def _coded(part: str, category: str, language: str) -> dict[str, Any]:
    said = category_words(part, category, language)
    coding = [{"system": f"{SYSTEM}:{part}", "code": category or part}]
    if part == VACCINATIONS and category in VACCINES:
        coding.append({"system": ATC, "code": VACCINES[category].atc})
    elif part == DRUGS and len(category) == 1:
        coding = [{"system": ATC, "code": category}]
    elif part == DIAGNOSES:
        coding = [{"system": "urn:medkarta:icd-10-chapter", "code": category}]
    return {"coding": coding, "text": f"{PARTS[part].to(language)}: {said}"}


def _concept(system: str, code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}
