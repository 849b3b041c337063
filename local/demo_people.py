"""People and history of the demo hospital, as data. All invented; identifiers are valid in form only."""

from __future__ import annotations

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
HEAD = _person(9, "100000009", "Лебедева", "Тамара", "Юрьевна", "1970-10-19", "female")
"""Administers the hospital, and nothing beyond it."""
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
    (HEAD, "administrator", "office", "главный врач"),
]
PATIENTS: list[tuple[Person, str]] = [
    (_person(11, "100000011", "Иванова", "Елена", "Николаевна", "1968-03-14", "female"), "780008000000011"),
    (_person(12, "100000012", "Смирнов", "Дмитрий", "Андреевич", "1991-07-22", "male"), "780008000000012"),
]
