"""Prescriptions (RX-1) and what a person takes (REC-7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.domain.coded import Coded
from chalicelib.records.bodies.base import Atc, Body, Dated, Diagnosis, DoctorName, Line, Links, Number, Text
from chalicelib.records.words import Options, Said


class Drug(Body):
    inn: Annotated[Line, Said("МНН", "INN"), Coded("drugs", by="name")] = Field(
        description="International non-proprietary name (МНН)"
    )
    atc: Annotated[Atc | None, Said("АТХ", "ATC", printed=False), Coded("drugs", by="atc", text="inn")] = None
    trade_name: Annotated[Line | None, Said("Торговое название", "Trade name")] = None
    form: Annotated[Line, Said("Форма", "Form"), Coded("dose-forms", by="name")] = Field(
        description="Dose form: tablets"
    )
    strength: Annotated[Line, Said("Дозировка", "Strength")] = Field(description="500 mg")


class Prescription(Dated):
    """What the client sends."""

    doctor_name: DoctorName
    form: Annotated[Literal["107-1/у", "148-1/у-88", "148-1/у-04(л)"], Said("Форма рецепта", "Form")]
    validity: Annotated[
        Literal["15d", "30d", "60d", "90d", "1y"],
        Said("Срок действия", "Validity"),
        Options(
            {
                "15d": ("15 дней", "15 days"),
                "30d": ("30 дней", "30 days"),
                "60d": ("60 дней", "60 days"),
                "90d": ("90 дней", "90 days"),
                "1y": ("1 год", "1 year"),
            }
        ),
    ]
    drug: Annotated[Drug, Said("Препарат", "Drug")]
    dosage: Annotated[Line, Said("Способ применения", "Dosage")] = Field(description="How to take it (Signa)")
    packs: Annotated[int, Field(ge=1, le=50), Said("Количество упаковок", "Packs")]
    diagnosis: Annotated[Diagnosis | None, Said("Диагноз", "Diagnosis")] = None
    related: Links = []


class IssuedPrescription(Prescription):
    """What is stored: the service adds the end of validity and the text of the QR code with its signature."""

    expires_at: Annotated[Line, Said("Действителен до", "Valid until")]
    qr: Annotated[str, Said("QR-код", "QR code", printed=False)]


Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Intake(Body):
    """When a drug is taken: at times of the day, every so many days."""

    times: Annotated[list[Clock], Field(max_length=24), Said("Время приёма", "Times")] = []
    every_days: Annotated[int, Field(ge=1, le=366), Said("Раз в сколько дней", "Every … days")] = 1
    dose: Annotated[Number | None, Said("Разовая доза", "Dose")] = None
    unit: Annotated[Line | None, Said("Единица", "Unit")] = None
    food: Annotated[
        Literal["before", "with", "after", "any"],
        Said("Приём пищи", "Food"),
        Options(
            {
                "before": ("до еды", "before a meal"),
                "with": ("во время еды", "with a meal"),
                "after": ("после еды", "after a meal"),
                "any": ("независимо от еды", "with or without food"),
            }
        ),
    ] = "any"

    @classmethod
    def line(cls, item: Mapping[str, Any], language: str) -> str:
        """08:00, 20:00; every day; 1 tablet; before a meal."""
        english, days = language == "en", int(item.get("every_days") or 1)
        often = ("ежедневно", "every day") if days == 1 else (f"раз в {days} дн.", f"every {days} days")
        dose = " ".join(str(item[name]) for name in ("dose", "unit") if item.get(name))
        food = dict(cls.cells(item, language)).get("Food" if english else "Приём пищи", "")
        return "; ".join(text for text in (", ".join(item.get("times", ())), often[english], dose, food) if text)


class MedicationStatement(Dated):
    """What is taken, by whose word, how and how long (REC-7); a patient adds what they take of their own accord."""

    drug: Annotated[Drug, Said("Препарат", "Drug")]
    dosage: Annotated[Line, Said("Способ применения", "Dosage")]
    intake: Annotated[Intake | None, Said("Расписание приёма", "Schedule")] = None
    started_on: Annotated[date, Said("Начало", "Start")]
    ended_on: Annotated[date | None, Said("Окончание", "End")] = None
    prescriber: Annotated[Line | None, Said("Кто назначил", "Prescriber")] = None
    status: Annotated[
        Literal["active", "on-hold", "completed", "stopped"],
        Said("Состояние", "Status"),
        Options(
            {
                "active": ("принимает", "active"),
                "on-hold": ("приостановлен", "on hold"),
                "completed": ("завершён", "completed"),
                "stopped": ("отменён", "stopped"),
            }
        ),
    ] = "active"
    reason: Annotated[Diagnosis | None, Said("Показание", "Reason")] = None
    note: Annotated[Text | None, Said("Примечание", "Note")] = None
    related: Links = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ended_on is not None and self.ended_on < self.started_on:
            msg = "ended_on lies before started_on"
            raise ValueError(msg)
        if self.ended_on is None and self.status in {"completed", "stopped"}:
            msg = f"a medication that is {self.status} has ended_on"
            raise ValueError(msg)
        return self
