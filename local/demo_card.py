"""The card of the first demo patient: some years of a woman with diabetes and hypertension. Everything is made up."""

from __future__ import annotations

from typing import Any

DOCTOR_NAME = "Петров Пётр Петрович"
DIABETES = {"code": "E11.9", "text": "Сахарный диабет 2 типа без осложнений", "role": "main", "chronic": True}
HYPERTENSION = {"code": "I10", "text": "Эссенциальная гипертензия", "role": "secondary", "chronic": True}


def _biochemistry(day: str, glucose: str, glycated: str, creatinine: str) -> dict[str, Any]:
    return {
        "occurred_at": f"{day}T08:10:00+03:00",
        "laboratory": "КДЛ поликлиники № 1",
        "category": "biochemistry",
        "panel": "Биохимический анализ крови",
        "values": [
            {"name": "Глюкоза", "loinc": "14771-0", "value": glucose, "unit": "mmol/L", "low": "3.9", "high": "6.1"},
            {"name": "Гликированный гемоглобин", "loinc": "4548-4", "value": glycated, "unit": "%", "high": "6.0"},
            {"name": "Креатинин", "loinc": "14682-9", "value": creatinine, "unit": "umol/L", "low": "58", "high": "96"},
        ],
    }


def _blood_count(day: str) -> dict[str, Any]:
    """All of it within the norm."""
    return {
        "occurred_at": f"{day}T08:10:00+03:00",
        "laboratory": "КДЛ поликлиники № 1",
        "category": "blood",
        "panel": "Общий анализ крови",
        "values": [
            {"name": "Гемоглобин", "loinc": "718-7", "value": "134", "unit": "g/L", "low": "120", "high": "150"},
            {"name": "Лейкоциты", "loinc": "6690-2", "value": "6.1", "unit": "10*9/L", "low": "4.0", "high": "9.0"},
            {"name": "Тромбоциты", "loinc": "777-3", "value": "246", "unit": "10*9/L", "low": "150", "high": "400"},
        ],
    }


def _pressure(day: str, systolic: str, diastolic: str) -> dict[str, Any]:
    return {
        "occurred_at": f"{day}T07:30:00+03:00",
        "code": "blood-pressure",
        "systolic": systolic,
        "diastolic": diastolic,
        "unit": "mm[Hg]",
    }


HISTORY: list[tuple[str, str, dict[str, Any]]] = [
    (
        "patient",
        "allergies",
        {
            "occurred_at": "2019-05-10T09:00:00+03:00",
            "substance": "Пенициллин",
            "category": "drug",
            "criticality": "high",
            "reaction": "Крапивница через час после приёма",
        },
    ),
    (
        "doctor",
        "visits",
        {
            "occurred_at": "2026-08-12T10:20:00+03:00",
            "doctor_name": DOCTOR_NAME,
            "reason": "Диспансерное наблюдение",
            "diagnoses": [DIABETES, HYPERTENSION],
            "recommendations": "Контроль давления утром и вечером, дневник глюкозы",
        },
    ),
    (
        "doctor",
        "examination-protocols",
        {
            "occurred_at": "2026-08-12T10:25:00+03:00",
            "doctor_name": DOCTOR_NAME,
            "examination": "Осмотр терапевта",
            "complaints": "Утомляемость, жажда по вечерам",
            "findings": "АД 148/92 мм рт. ст., пульс 78, ИМТ 31. Отёков нет. Чувствительность стоп сохранена.",
            "conclusion": "Сахарный диабет 2 типа, целевые показатели не достигнуты. Гипертензия 1 степени.",
            "follow_up_plan": "Гликированный гемоглобин через 3 месяца, осмотр офтальмолога, приём 12.11.2026",
            "diagnoses": [DIABETES, HYPERTENSION],
        },
    ),
    *(
        ("doctor", "laboratory-results", _biochemistry(day, glucose, glycated, creatinine))
        for day, glucose, glycated, creatinine in (
            ("2025-11-18", "7.1", "7.0", "74"),
            ("2026-03-04", "7.8", "7.4", "77"),
            ("2026-08-13", "8.4", "7.9", "81"),
        )
    ),
    ("doctor", "laboratory-results", _blood_count("2026-05-20")),
    *(
        ("patient", "vital-signs", _pressure(day, *numbers))
        for day, numbers in (
            ("2026-11-14", ("142", "88")),
            ("2026-11-16", ("136", "84")),
            ("2026-11-18", ("134", "82")),
            ("2026-11-20", ("138", "86")),
        )
    ),
    (
        "doctor",
        "chronic-conditions",
        {
            "occurred_at": "2026-08-12T10:30:00+03:00",
            "diagnosis": DIABETES,
            "since": "2021-02-01",
            "plan": "Диета, ходьба 30 минут в день, метформин; осмотр офтальмолога раз в год.",
            "control_targets": [
                {"indicator": "Гликированный гемоглобин", "high": "7.0", "unit": "%", "every_days": 90},
            ],
            "next_review": "2026-11-12",
            "follow_up": True,
        },
    ),
    (
        "doctor",
        "referrals",
        {
            "occurred_at": "2026-08-12T10:45:00+03:00",
            "doctor_name": DOCTOR_NAME,
            "specialty": "Офтальмолог",
            "goal": "Осмотр глазного дна при сахарном диабете",
            "diagnosis": DIABETES,
        },
    ),
    (
        "doctor",
        "vaccinations",
        {
            "occurred_at": "2019-10-02T11:00:00+03:00",
            "vaccine": "td",
            "targets": [{"disease": "diphtheria", "stage": "R"}, {"disease": "tetanus", "stage": "R"}],
            "lot": "Д-204",
            "organisation": "Поликлиника № 1",
        },
    ),
    (
        "patient",
        "family-histories",
        {"occurred_at": "2026-08-01T12:00:00+03:00", "relation": "mother", "condition": "Сахарный диабет 2 типа"},
    ),
    (
        "doctor",
        "prescriptions",
        {
            "occurred_at": "2026-08-12T10:40:00+03:00",
            "doctor_name": DOCTOR_NAME,
            "form": "107-1/у",
            "validity": "60d",
            "drugs": [
                {
                    "inn": "Метформин",
                    "atc": "A10BA02",
                    "form": "таблетки",
                    "strength": "1000 мг",
                    "dosage": "по 1 таблетке 2 раза в день во время еды",
                    "packs": 2,
                }
            ],
            "diagnosis": DIABETES,
        },
    ),
    (
        "doctor",
        "medication-statements",
        {
            "occurred_at": "2026-08-12T10:35:00+03:00",
            "drug": {"inn": "Метформин", "atc": "A10BA02", "form": "таблетки", "strength": "1000 мг"},
            "dosage": "по 1 таблетке 2 раза в день во время еды",
            "intake": {"times": ["08:00", "20:00"], "dose": "1", "unit": "таблетка", "food": "with"},
            "started_on": "2021-02-01",
            "prescriber": DOCTOR_NAME,
            "reason": DIABETES,
        },
    ),
]
"""Who writes it, into which collection, and what. Times lie in the past of any day this is run."""
