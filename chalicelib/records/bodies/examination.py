"""Visits and examination protocols (REC-2, REC-3)."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from chalicelib.records.bodies.base import Dated, Diagnoses, DoctorName, Line, Links, Text
from chalicelib.records.bodies.protocols import MANDATORY, SECTION_WORDS, SPECIALTIES, SPECIALTY_WORDS
from chalicelib.records.bodies.words import Options, Said


class Visit(Dated):
    doctor_name: DoctorName
    reason: Annotated[Line, Said("Повод обращения", "Reason")]
    place: Annotated[Line | None, Said("Место", "Place")] = None
    diagnoses: Diagnoses = []
    recommendations: Annotated[Text | None, Said("Рекомендации", "Recommendations")] = None
    related: Links = []


class ExaminationProtocol(Dated):
    """REC-3: date and time, doctor, kind of examination, conclusion and follow-up plan are mandatory.

    ``sections`` are those of the specialty (protocols.py); a specialty names which of its own must be there.
    """

    doctor_name: DoctorName
    examination: Annotated[Line, Said("Вид осмотра", "Examination")]
    specialty: Annotated[Line | None, Said("Специальность", "Specialty"), Options(SPECIALTY_WORDS)] = None
    complaints: Annotated[Text | None, Said("Жалобы", "Complaints")] = None
    findings: Annotated[Text | None, Said("Объективный статус", "Findings")] = None
    sections: Annotated[
        dict[Line, Text], Field(max_length=20), Said("Разделы осмотра", "Sections"), Options(SECTION_WORDS)
    ] = {}
    conclusion: Annotated[Text, Said("Заключение", "Conclusion")]
    follow_up_plan: Annotated[Text, Said("План наблюдения", "Follow-up plan")]
    diagnoses: Diagnoses = []
    related: Links = []

    @model_validator(mode="after")
    def _of_the_specialty(self) -> Self:
        if self.specialty is not None and self.specialty not in SPECIALTIES:
            msg = "specialty is one of: " + ", ".join(SPECIALTIES)
            raise ValueError(msg)
        known = SPECIALTIES.get(self.specialty or "", ())
        if set(self.sections) - set(known):
            msg = "sections: one does not belong to the specialty"
            raise ValueError(msg)
        missing = [name for name in known if name in MANDATORY and name not in self.sections]
        if missing:
            msg = "sections: missing " + ", ".join(missing)
            raise ValueError(msg)
        return self
