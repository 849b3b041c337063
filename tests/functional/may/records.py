"""Routes of the kinds of record: one line a kind, written by hand; and a body for each model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.functional.may.people import CLINICIANS, EVERYBODY, OWNERS, READERS
from tests.world import PROTOCOL

WRITERS: dict[str, set[str]] = {
    "visit": {"doctor"},
    "examination-protocol": {"doctor"},
    "laboratory-order": CLINICIANS,
    "laboratory-result": CLINICIANS,
    "imaging-study": CLINICIANS,
    "planned-study": CLINICIANS,
    "referral": {"doctor"},
    "medication-statement": READERS,
    "allergy": READERS,
    "chronic-condition": READERS,
    "disability": {"doctor"},
    "family-history": READERS,
    "lifestyle": READERS,
    "surgery": {"doctor"},
    "implant": CLINICIANS,
    "vital-sign": READERS,
    "health-status": READERS,
    "vaccination": CLINICIANS,
    "vaccination-exemption": {"doctor"},
    "vaccination-factors": {"doctor"},
    "discharge-summary": {"doctor"},
    "sick-leave": {"doctor"},
    "attached-document": READERS,
}
RECEIVED = ("visits", "results", "medication", "allergies", "conditions", "vaccinations", "documents")
BY_A_PROCESS = ("prescription", "observation-series", "visit-form", *(f"received-{section}" for section in RECEIVED))
"""Read like the rest; who writes them stands beside their process."""
NOT_PRINTED = frozenset({"vital-sign", "health-status"})
"""Single readings and notes of a diary: a series of them is printed, and an export."""

MAY: dict[str, set[str]] = {
    "record-types": EVERYBODY,
    "overview-read": READERS,
    "start-read": {"patient", "stranger"},
    "person-read": READERS - OWNERS,
}
for _kind in (*WRITERS, *BY_A_PROCESS):
    MAY |= {f"{_kind}-{action}": READERS for action in ("list", "read", "history")}
    if _kind not in NOT_PRINTED:
        MAY[f"{_kind}-download"] = READERS
MAY["prescription-download"] = OWNERS  # paper shows the code: of staff, only who wrote the prescription
for _kind, _writers in WRITERS.items():
    MAY |= {f"{_kind}-create": _writers, f"{_kind}-amend": _writers}
    if "patient" in _writers:
        MAY[f"{_kind}-confirm"] = {"doctor"}

AT = (datetime.now(UTC) - timedelta(days=1)).isoformat()
DIAGNOSIS = {"code": "I10", "text": "Гипертензия"}
DRUG = {"inn": "Лизиноприл", "form": "таблетки", "strength": "10 мг"}
FILE = {"upload_id": "01890000-0000-7000-8000-000000000000", "title": "Снимок"}
DOCTOR = {"occurred_at": AT, "doctor_name": "Петров"}

BODIES: dict[str, Any] = {
    "Visit": {**DOCTOR, "reason": "Осмотр"},
    "ExaminationProtocol": {**PROTOCOL, "occurred_at": AT},
    "LaboratoryOrder": {**DOCTOR, "panel": "ОАК"},
    "LaboratoryResult": {
        "occurred_at": AT,
        "laboratory": "КДЛ",
        "category": "blood",
        "panel": "ОАК",
        "values": [{"name": "СОЭ", "value": "5", "unit": "mm/h"}],
    },
    "ImagingStudy": {**DOCTOR, "centre": "Центр", "modality": "US", "region": "Печень", "conclusion": "Без изменений"},
    "PlannedStudy": {**DOCTOR, "study": "УЗИ", "planned_for": "2027-01-10"},
    "Referral": {**DOCTOR, "specialty": "Кардиолог", "goal": "Консультация"},
    "MedicationStatement": {"occurred_at": AT, "drug": DRUG, "dosage": "1 раз в день", "started_on": "2026-01-10"},
    "Allergy": {"occurred_at": AT, "substance": "Пыльца", "category": "environment"},
    "ChronicCondition": {"occurred_at": AT, "diagnosis": DIAGNOSIS},
    "Disability": {
        "occurred_at": AT,
        "group": "3",
        "established_on": "2025-05-01",
        "certificate": "МСЭ-1",
        "commission": "Бюро № 1",
    },
    "FamilyHistory": {"occurred_at": AT, "relation": "mother", "condition": "Сахарный диабет"},
    "Lifestyle": {"occurred_at": AT, "smoking": "never"},
    "Surgery": {
        **DOCTOR,
        "operation": "Аппендэктомия",
        "diagnosis": {"code": "K35.8", "text": "Острый аппендицит"},
        "anaesthesia": "general",
        "course": "Без особенностей",
        "outcome": "Заживление первичным натяжением",
    },
    "Implant": {**DOCTOR, "device": "Стент", "manufacturer": "Завод", "serial": "7", "site": "Коронарная артерия"},
    "VitalSign": {"occurred_at": AT, "code": "pulse", "value": "70", "unit": "/min"},
    "Vaccination": {
        "occurred_at": AT,
        "vaccine": "influenza",
        "targets": [{"disease": "influenza", "stage": "V"}],
        "lot": "У-12",
        "organisation": "Поликлиника № 1",
    },
    "VaccinationExemption": {**DOCTOR, "kind": "refusal", "since": "2026-11-01", "permanent": True},
    "VaccinationFactors": {**DOCTOR, "groups": ["influenza"]},
    "DischargeSummary": {
        **DOCTOR,
        "department": "Терапия",
        "admitted_on": "2026-10-01",
        "discharged_on": "2026-10-09",
        "diagnoses": [DIAGNOSIS],
        "course": "Лечение",
        "outcome": "improved",
        "recommendations": "Наблюдение",
    },
    "SickLeave": {
        **DOCTOR,
        "number": "910000000001",
        "reason": "01",
        "periods": [{"from_date": "2026-11-02", "to_date": "2026-11-09", "doctor_name": "Петров"}],
    },
    "AttachedDocument": {"occurred_at": AT, "title": "Выписка", "category": "summary", "attachments": [FILE]},
}
