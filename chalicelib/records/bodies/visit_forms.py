"""What a patient says before a visit (APT-4). FHIR QuestionnaireResponse.

What is known is filled in, and asked: an item without an answer was put before the patient and not confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.specialties import SPECIALTIES
from chalicelib.domain.visit_forms import MOST_ITEMS, MOST_MEASURED
from chalicelib.records.bodies.base import Body, Dated, Line, Links, Text
from chalicelib.records.bodies.observation import VitalSign
from chalicelib.records.bodies.words import Both, Options, Said, chosen

SPECIALTY_WORDS = {code: (one.ru, one.en) for code, one in SPECIALTIES.items()}
Words = Annotated[Text, StringConstraints(max_length=4_000)]

Still = Annotated[
    Literal["yes", "no", "unsure"] | None,
    Said("Подтверждает", "Confirmed"),
    Options({"yes": ("да", "yes"), "no": ("нет", "no"), "unsure": ("не знает", "does not know")}),
]


ANSWERS = frozenset({"taking", "still"})
UNANSWERED: Both = ("не подтверждено", "not confirmed")


class Asked(Body):
    """What is put before the patient. An item without an answer says so to a reader: it may have been filled in."""

    @classmethod
    def cells(cls, item: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
        return [
            (field.title(language), chosen(UNANSWERED, language))
            if field.name in ANSWERS and item.get(field.name) is None
            else (field.title(language), field.text(item.get(field.name), language))
            for field in cls.printed()
        ]


class TakenMedicine(Asked):
    name: Annotated[Line, Said("Препарат", "Medicine")]
    dosage: Annotated[Line | None, Said("Как принимает", "How it is taken")] = None
    taking: Annotated[
        Literal["taken", "not-any-more", "new"] | None,
        Said("Принимает", "Taken"),
        Options(
            {
                "taken": ("принимает", "is taken"),
                "not-any-more": ("больше не принимает", "not any more"),
                "new": ("новый", "new"),
            }
        ),
    ] = None
    note: Annotated[Line | None, Said("Примечание", "Note")] = None


class KnownAllergy(Asked):
    substance: Annotated[Line, Said("Вещество", "Substance")]
    reaction: Annotated[Line | None, Said("Реакция", "Reaction")] = None
    still: Still = None


class KnownCondition(Asked):
    name: Annotated[Line, Said("Заболевание", "Condition")]
    still: Still = None


class VisitFormAnswers(Body):
    """What is asked; nothing is mandatory, for a form that is half filled in helps too."""

    complaints: Annotated[Words | None, Said("Жалобы", "Complaints")] = None
    since: Annotated[date | None, Said("Жалобы с какого времени", "Complaints since")] = None
    changes: Annotated[Words | None, Said("Что изменилось с прошлого посещения", "Changed since the last visit")] = None
    medicines: Annotated[list[TakenMedicine], Field(max_length=MOST_ITEMS), Said("Лекарства", "Medicines")] = []
    allergies: Annotated[list[KnownAllergy], Field(max_length=MOST_ITEMS), Said("Аллергии", "Allergies")] = []
    conditions: Annotated[
        list[KnownCondition], Field(max_length=MOST_ITEMS), Said("Хронические заболевания", "Chronic conditions")
    ] = []
    measured: Annotated[
        list[VitalSign], Field(max_length=MOST_MEASURED), Said("Измерено дома", "Measured at home")
    ] = []
    questions: Annotated[Words | None, Said("Вопросы врачу", "Questions to the doctor")] = None
    related: Links = []


class VisitForm(VisitFormAnswers, Dated):
    """As it is stored. ``specialty``: code of the schedule's; ``last_visit_on``: what "since then" means."""

    specialty: Annotated[Line, Said("Специальность", "Specialty"), Options(SPECIALTY_WORDS)]
    last_visit_on: Annotated[date | None, Said("Прошлое посещение", "Last visit")] = None
