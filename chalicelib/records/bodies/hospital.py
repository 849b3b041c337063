"""Papers of a stay and of an incapacity for work: discharge summaries, sick-leave notes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.records.bodies.base import Body, Dated, Diagnoses, Diagnosis, DoctorName, Line, Links, Text
from chalicelib.records.bodies.words import Options, Said


class DischargeSummary(Dated):
    """Выписной эпикриз: admission, course, state and advice at discharge."""

    doctor_name: DoctorName
    department: Annotated[Line, Said("Отделение", "Department")]
    admitted_on: Annotated[date, Said("Поступление", "Admitted")]
    discharged_on: Annotated[date, Said("Выписка", "Discharged")]
    diagnoses: Annotated[Diagnoses, Field(min_length=1)]
    complaints: Annotated[Text | None, Said("Жалобы при поступлении", "Complaints on admission")] = None
    course: Annotated[Text, Said("Течение и лечение", "Course and treatment")]
    studies: Annotated[Text | None, Said("Исследования", "Studies")] = None
    outcome: Annotated[
        Literal["recovered", "improved", "unchanged", "worse", "transferred", "died"],
        Said("Исход", "Outcome"),
        Options(
            {
                "recovered": ("выздоровление", "recovered"),
                "improved": ("улучшение", "improved"),
                "unchanged": ("без перемен", "unchanged"),
                "worse": ("ухудшение", "worse"),
                "transferred": ("перевод", "transferred"),
                "died": ("смерть", "died"),
            }
        ),
    ]
    recommendations: Annotated[Text, Said("Рекомендации", "Recommendations")]
    related: Links = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.discharged_on < self.admitted_on:
            msg = "discharged_on lies before admitted_on"
            raise ValueError(msg)
        return self


class SickLeavePeriod(Body):
    from_date: Annotated[date, Said("Освобождение с", "Off work from")]
    to_date: Annotated[date, Said("Освобождение по", "Off work until")]
    doctor_name: Annotated[Line, Said("Врач", "Doctor")]


class SickLeave(Dated):
    """Листок нетрудоспособности (order 1089н of 23.11.2021): number, periods that follow each other, reason by code."""

    doctor_name: DoctorName
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$"), Said("Номер", "Number")]
    reason: Annotated[
        Literal["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15"],
        Said("Причина", "Reason"),
        Options(
            {
                "01": ("01 заболевание", "01 illness"),
                "02": ("02 травма", "02 injury"),
                "03": ("03 карантин", "03 quarantine"),
                "04": ("04 несчастный случай на производстве", "04 accident at work"),
                "05": ("05 отпуск по беременности и родам", "05 maternity"),
                "06": ("06 протезирование в стационаре", "06 prosthetics in hospital"),
                "07": ("07 профессиональное заболевание", "07 occupational disease"),
                "08": ("08 долечивание в санатории", "08 after-care in a sanatorium"),
                "09": ("09 уход за больным членом семьи", "09 care of a relative"),
                "10": ("10 иное состояние", "10 other condition"),
                "11": ("11 социально значимое заболевание", "11 socially significant disease"),
                "12": ("12 уход за больным ребёнком", "12 care of an ill child"),
                "13": ("13 уход за ребёнком-инвалидом", "13 care of a disabled child"),
                "14": ("14 уход: поствакцинальное осложнение", "14 care: complication of a vaccination"),
                "15": ("15 уход за ребёнком с ВИЧ", "15 care of a child with HIV"),
            }
        ),
    ]
    periods: Annotated[list[SickLeavePeriod], Field(min_length=1, max_length=12), Said("Периоды", "Periods")]
    status: Annotated[
        Literal["open", "extended", "closed", "cancelled"],
        Said("Состояние", "Status"),
        Options(
            {
                "open": ("открыт", "open"),
                "extended": ("продлён", "extended"),
                "closed": ("закрыт", "closed"),
                "cancelled": ("аннулирован", "cancelled"),
            }
        ),
    ] = "open"
    work_from: Annotated[date | None, Said("Приступить к работе", "Back to work")] = None
    diagnosis: Annotated[Diagnosis | None, Said("Диагноз", "Diagnosis")] = None
    related: Links = []

    @model_validator(mode="after")
    def _follow_each_other(self) -> Self:
        ends = [period.to_date for period in self.periods]
        starts = [period.from_date for period in self.periods]
        if any(end < start for start, end in zip(starts, ends, strict=True)):
            msg = "a period ends before it begins"
            raise ValueError(msg)
        if any((start - end).days != 1 for end, start in zip(ends, starts[1:], strict=False)):
            msg = "each period begins on the day after the one before"
            raise ValueError(msg)
        if self.status == "closed" and self.work_from is None:
            msg = "a closed note says work_from"
            raise ValueError(msg)
        return self
