"""People and history of the demo hospital, as data. All invented; identifiers are valid in form only."""

from __future__ import annotations

from typing import Any

PASSWORD = "Demo-Card-2026"  # noqa: S105  # printed at every start, of people who do not exist

Person = dict[str, str]


def _person(phone: int, snils: str, last: str, first: str, middle: str, born: str, sex: str) -> Person:
    return {
        "last_name": last,
        "first_name": first,
        "middle_name": middle,
        "birth_date": born,
        "sex": sex,
        "snils": snils,
        "passport_series": "4512",
        "passport_number": f"7{phone:02d}913",
        "phone": f"+7916000{phone:04d}",
        "email": f"demo{phone}@example.org",
        "password": PASSWORD,
        "language": "ru",
    }


ADMINISTRATOR = _person(1, "100000001", "Орлова", "Ирина", "Викторовна", "1975-02-11", "female")
STAFF: list[tuple[Person, str, str, str]] = [
    (_person(2, "100000002", "Петров", "Пётр", "Петрович", "1980-06-03", "male"), "doctor", "therapy", "врач-терапевт"),
    (
        _person(3, "100000003", "Соколова", "Анна", "Игоревна", "1984-09-21", "female"),
        "doctor",
        "cardiology",
        "врач-кардиолог",
    ),
    (
        _person(4, "100000004", "Кузнецова", "Мария", "Олеговна", "1990-01-15", "female"),
        "nurse",
        "therapy",
        "медицинская сестра",
    ),
    (
        _person(5, "100000005", "Белова", "Ольга", "Сергеевна", "1988-11-30", "female"),
        "registrar",
        "reception",
        "регистратор",
    ),
    (
        _person(6, "100000006", "Громов", "Алексей", "Ильич", "1979-04-08", "male"),
        "security-officer",
        "security",
        "офицер безопасности",
    ),
    (
        _person(7, "100000007", "Зайцева", "Вера", "Павловна", "1982-08-17", "female"),
        "identity-operator",
        "desk",
        "оператор удостоверения личности",
    ),
    (
        _person(8, "100000008", "Рябов", "Илья", "Сергеевич", "1993-12-05", "male"),
        "identity-operator",
        "desk",
        "оператор удостоверения личности",
    ),
]
PATIENTS: list[tuple[Person, str]] = [
    (_person(11, "100000011", "Иванова", "Елена", "Николаевна", "1968-03-14", "female"), "780008000000011"),
    (_person(12, "100000012", "Смирнов", "Дмитрий", "Андреевич", "1991-07-22", "male"), "780008000000012"),
]

DOCTOR_NAME = "Петров Пётр Петрович"
DIABETES = {"code": "E11.9", "text": "Сахарный диабет 2 типа без осложнений", "role": "main", "chronic": True}
HYPERTENSION = {"code": "I10", "text": "Эссенциальная гипертензия", "role": "secondary", "chronic": True}

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
    (
        "doctor",
        "laboratory-results",
        {
            "occurred_at": "2026-08-13T08:10:00+03:00",
            "laboratory": "КДЛ поликлиники № 1",
            "category": "biochemistry",
            "panel": "Биохимический анализ крови",
            "values": [
                {"name": "Глюкоза", "loinc": "14771-0", "value": "8.4", "unit": "mmol/L", "low": "3.9", "high": "6.1"},
                {"name": "Гликированный гемоглобин", "loinc": "4548-4", "value": "7.9", "unit": "%", "high": "6.0"},
                {"name": "Креатинин", "loinc": "14682-9", "value": "81", "unit": "umol/L", "low": "58", "high": "96"},
            ],
        },
    ),
    (
        "patient",
        "vital-signs",
        {
            "occurred_at": "2026-11-20T07:30:00+03:00",
            "code": "blood-pressure",
            "systolic": "138",
            "diastolic": "86",
            "unit": "mm[Hg]",
        },
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
]
"""Who writes it, into which collection, and what. Times lie in the past of any day this is run."""
