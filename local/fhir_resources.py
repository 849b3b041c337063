"""What the stand-in for a clinic holds of anybody: resources in the form of the examples of FHIR R4, all invented."""

from __future__ import annotations

from typing import Any

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFIED = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"

LABORATORY = [{"display": "КДЛ демо-поликлиники"}]


def records(patient: str) -> list[dict[str, Any]]:
    """All that is there of one patient, in their own names."""
    return [
        {**one, "id": f"{patient}-{number}", "meta": _meta(number), **_whose(one["resourceType"], patient)}
        for number, one in enumerate((*KNOWN, *UNKNOWN))
    ]


def _meta(number: int) -> dict[str, str]:
    return {"versionId": "1", "lastUpdated": f"2026-10-{number + 1:02d}T08:00:00.000+03:00"}


def _whose(kind: str, patient: str) -> dict[str, Any]:
    name = "patient" if kind in {"AllergyIntolerance", "Immunization"} else "subject"
    return {name: {"reference": f"Patient/{patient}"}}


def _coded(system: str, code: str, display: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def _quantity(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


KNOWN: tuple[dict[str, Any], ...] = (
    {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": _coded(CLINICAL, "active"),
        "verificationStatus": _coded(VERIFIED, "confirmed"),
        "category": ["medication"],
        "criticality": "high",
        "code": {**_coded("http://www.whocc.no/atc", "J01CA04"), "text": "Амоксициллин"},
        "recordedDate": "2024-03-05",
        "reaction": [{"manifestation": [{"text": "Крапивница"}]}],
    },
    {
        "resourceType": "Observation",
        "status": "final",
        "category": [_coded(CATEGORY, "vital-signs")],
        "code": _coded(LOINC, "85354-9", "Blood pressure panel"),
        "effectiveDateTime": "2026-09-15T09:30:00+03:00",
        "component": [
            {"code": _coded(LOINC, "8480-6"), "valueQuantity": _quantity(128, "mm[Hg]")},
            {"code": _coded(LOINC, "8462-4"), "valueQuantity": _quantity(82, "mm[Hg]")},
        ],
    },
    {
        "resourceType": "Observation",
        "status": "final",
        "category": [_coded(CATEGORY, "vital-signs")],
        "code": _coded(LOINC, "29463-7", "Body weight"),
        "effectiveDateTime": "2026-09-15T09:35:00+03:00",
        "valueQuantity": _quantity(71.5, "kg"),
    },
    {
        "resourceType": "Observation",
        "status": "final",
        "category": [_coded(CATEGORY, "laboratory")],
        "code": {**_coded(LOINC, "718-7", "Hemoglobin"), "text": "Гемоглобин"},
        "effectiveDateTime": "2026-09-16T08:00:00+03:00",
        "performer": LABORATORY,
        "valueQuantity": _quantity(131, "g/L"),
        "referenceRange": [{"low": _quantity(120, "g/L"), "high": _quantity(150, "g/L")}],
    },
    {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "category": [_coded(SECTION, "LAB")],
        "code": {"text": "Липидный профиль"},
        "effectiveDateTime": "2026-09-16T08:00:00+03:00",
        "performer": LABORATORY,
        "conclusion": "Без отклонений",
        "contained": [
            {
                "resourceType": "Observation",
                "id": "r1",
                "status": "final",
                "code": {**_coded(LOINC, "2093-3"), "text": "Холестерин общий"},
                "valueQuantity": _quantity(4.7, "mmol/L"),
                "referenceRange": [{"high": _quantity(5.2, "mmol/L")}],
            }
        ],
        "result": [{"reference": "#r1"}],
    },
    {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "period": {"start": "2026-09-15T09:00:00+03:00", "end": "2026-09-15T09:40:00+03:00"},
        "participant": [{"individual": {"display": "Орлова Ирина Павловна"}}],
        "reasonCode": [{**_coded(ICD10, "I10", "Эссенциальная гипертензия"), "text": "Плановый осмотр"}],
        "serviceProvider": {"display": "Демо-поликлиника (внешняя)"},
    },
)
"""What the card has a kind of record for."""

UNKNOWN: tuple[dict[str, Any], ...] = (
    {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"text": "Электрокардиография"},
        "performedDateTime": "2026-09-15T10:00:00+03:00",
    },
    {
        "resourceType": "Observation",
        "status": "final",
        "category": [_coded(CATEGORY, "vital-signs")],
        "code": _coded(LOINC, "8310-5", "Body temperature"),
        "effectiveDateTime": "2026-09-15T09:36:00+03:00",
        "valueQuantity": _quantity(97.9, "[degF]"),
    },
)
"""What it has none for, and a unit that it does not take."""
