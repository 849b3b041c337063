"""Bodies of every kind for the mapping: the full ones of the printed documents, and what a value may be beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from chalicelib.interop.mapping.forms import FORMS
from chalicelib.interop.mapping.placing import checked
from chalicelib.interop.mapping.rules import Unfit
from chalicelib.records.bodies.words import Options
from chalicelib.records.places import model_of
from chalicelib.records.registry import record_type
from tests.unit.printing.samples import AT, DIAGNOSIS, DRUG, SAMPLES

PATIENT = "01890000000070008000000000000007"
RECORD = "01890000-0000-7000-8000-0000000000b1"

MORE: dict[str, dict[str, Any]] = {
    "vital-sign": {
        "occurred_at": AT,
        "code": "blood-pressure",
        "systolic": "128",
        "diastolic": "82.50",
        "unit": "mm[Hg]",
        "place": "home",
        "device": "Omron M3",
        "note": "После отдыха.",
    },
    "health-status": {
        "occurred_at": AT,
        "mood": "fair",
        "pain": 4,
        "complaints": ["headache", "weakness"],
        "note": "К вечеру хуже.",
    },
    "prescription": {
        "occurred_at": AT,
        "doctor_name": "Петров Пётр Иванович",
        "form": "107-1/у",
        "validity": "1y",
        "special_purpose": {"reason": "Хроническое заболевание", "dispensing_period": "monthly"},
        "drugs": [
            {**DRUG, "dosage": "1 раз в день", "packs": 2, "course_days": 60},
            {"inn": "Аторвастатин", "form": "таблетки", "strength": "20 мг", "dosage": "На ночь", "packs": 1},
        ],
        "diagnosis": DIAGNOSIS,
        "edition": "2026-1",
        "expires_at": "2027-11-20T09:30:00+03:00",
        "warnings": [],
    },
    "vaccination-certificate": {
        "occurred_at": AT,
        "language": "ru",
        "vaccinations": [
            {
                "on": "2026-11-01",
                "vaccine": "mmr",
                "stages": "V",
                "lot": "В-17",
                "organisation": "Поликлиника № 1",
                "in_code": True,
            }
        ],
        "qr": "shc:/5676",
    },
}
SIGNS: tuple[dict[str, Any], ...] = (
    {"code": "pulse", "value": "70", "unit": "/min"},
    {"code": "glucose", "value": "5.10", "unit": "mmol/L", "specimen": "capillary-blood", "timing": "fasting"},
    {"code": "glucose", "value": "5.10", "unit": "mmol/L", "specimen": "venous-plasma", "timing": "any-time"},
    {"code": "glucose", "value": "5.10", "unit": "mmol/L", "specimen": "unknown", "timing": "unknown"},
    {"code": "weight", "value": "71.50", "unit": "kg"},
    {"code": "height", "value": "171", "unit": "cm"},
    {"code": "temperature", "value": "36.6", "unit": "Cel"},
    {"code": "saturation", "value": "97", "unit": "%", "breathing": "air"},
    {"code": "respiration", "value": "16", "unit": "/min"},
)


def bodies() -> dict[str, dict[str, Any]]:
    """A full body of every kind that has a form."""
    found = {kind: deepcopy(body) for kind, body in {**SAMPLES, **MORE}.items() if kind in FORMS}
    for value in found["laboratory-result"]["values"]:
        value.pop("interpretation", None)  # it is computed
    return found


def varied(kind: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The body as the model has it; without each field that it may miss; with every word of every closed list."""
    model = model_of(record_type(kind).stored or record_type(kind).body)
    candidates = [dict(body)]
    for name, field in model.model_fields.items():
        if not field.is_required():
            candidates.append({key: value for key, value in body.items() if key != name})
        marks = [mark for mark in field.metadata if isinstance(mark, Options)]
        if marks and isinstance(body.get(name), str):
            candidates += [{**body, name: word} for word in marks[0].words]
    if kind == "vital-sign":
        candidates += [{"occurred_at": AT, **sign} for sign in SIGNS]
    for one in candidates:
        try:
            yield checked(kind, one) if not record_type(kind).stored else one
        except Unfit:
            continue


def record(kind: str, body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """As services/records.py shows it."""
    return {
        "id": RECORD,
        "kind": kind,
        "created_at": "2026-11-21T10:00:00.000Z",
        "updated_at": "2026-11-21T10:00:00.000Z",
        "source": "staff",
        "version": 1,
        "author": {"role": "doctor", "organisation": "org-1", "person": "9" * 32},
        "summary_only": False,
        "body": dict(body),
        **more,
    }
