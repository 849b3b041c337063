"""What a doctor asks for: laboratory orders, referrals, planned studies (REC-12, REC-13). FHIR ServiceRequest."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.coded import Coded
from chalicelib.records.bodies.base import Body, Dated, Diagnosis, DoctorName, Line, Links, Text
from chalicelib.records.bodies.words import Options, Said

Status = Annotated[
    Literal["draft", "active", "on-hold", "completed", "revoked"],
    Said("Состояние", "Status"),
    Options(
        {
            "draft": ("черновик", "draft"),
            "active": ("действует", "active"),
            "on-hold": ("приостановлено", "on hold"),
            "completed": ("выполнено", "completed"),
            "revoked": ("отменено", "revoked"),
        }
    ),
]
Priority = Annotated[
    Literal["routine", "urgent", "stat"],
    Said("Срочность", "Priority"),
    Options({"routine": ("плановое", "routine"), "urgent": ("срочное", "urgent"), "stat": ("экстренное", "stat")}),
]


class Order(Dated):
    """What every order has."""

    doctor_name: DoctorName
    status: Status = "active"
    priority: Priority = "routine"
    diagnosis: Annotated[Diagnosis | None, Said("Диагноз", "Diagnosis")] = None
    no_record_because: Annotated[
        Line | None, Said("Почему нет записи о выполнении", "Why there is no record that it was done")
    ] = Field(None, description="Of a completed order that names nothing in related: done elsewhere, for example")
    related: Links = []


class OrderedAnalyte(Body):
    name: Annotated[Line, Said("Показатель", "Analyte"), Coded("analytes", by="name")]
    loinc: Annotated[Line | None, Said("LOINC", "LOINC"), Coded("analytes", by="loinc", text="name")] = None


class LaboratoryOrder(Order):
    panel: Annotated[Line, Said("Исследование", "Panel")]
    analytes: Annotated[list[OrderedAnalyte], Field(max_length=200), Said("Показатели", "Analytes")] = []
    specimen: Annotated[Line | None, Said("Биоматериал", "Specimen")] = None
    preparation: Annotated[Text | None, Said("Подготовка", "Preparation")] = None
    planned_for: Annotated[date | None, Said("На дату", "Planned for")] = None


class Referral(Order):
    specialty: Annotated[Line, Said("К специалисту", "To a specialist")]
    organisation: Annotated[Line | None, Said("В организацию", "To an organisation")] = None
    goal: Annotated[Text, Said("Цель", "Goal")]
    valid_until: Annotated[date | None, Said("Действительно до", "Valid until")] = None


class PlannedStudy(Order):
    """A study to be done or to be done again at a time."""

    study: Annotated[Line, Said("Исследование", "Study")]
    planned_for: Annotated[date, Said("На дату", "Planned for")]
    reason: Annotated[Text | None, Said("Обоснование", "Reason")] = None
