"""Prescriptions (RX-1) and what a person takes (REC-7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, model_validator

from chalicelib.domain.coded import Coded
from chalicelib.domain.prescribing import MOST
from chalicelib.records.bodies.base import Atc, Body, Dated, Diagnosis, DoctorName, Line, Links, Number, Text
from chalicelib.records.bodies.exact import Exact
from chalicelib.records.bodies.words import Options, Said, chosen

Short = Annotated[Line, StringConstraints(max_length=120)]
Signa = Annotated[Line, StringConstraints(max_length=250)]
WarningKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9/-]{3,160}$")]


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


class PrescribedDrug(Drug):
    """One line of a prescription. Texts are short: they stand in the QR code too."""

    inn: Annotated[Short, Said("МНН", "INN"), Coded("drugs", by="name")] = Field(
        description="International non-proprietary name (МНН)"
    )
    trade_name: Annotated[Short | None, Said("Торговое название", "Trade name")] = None
    form: Annotated[Short, Said("Форма", "Form"), Coded("dose-forms", by="name")] = Field(
        description="Dose form: tablets"
    )
    strength: Annotated[Short, Said("Дозировка", "Strength")] = Field(description="500 mg")
    dosage: Annotated[Signa, Said("Способ применения", "Dosage")] = Field(description="How to take it (Signa)")
    packs: Annotated[int, Field(ge=1, le=50), Said("Упаковок", "Packs")]
    course_days: Annotated[int | None, Field(ge=1, le=366), Said("Курс, дней", "Course, days")] = None

    @classmethod
    def cells(cls, item: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
        """The drug in one cell, then how much and how it is taken."""
        drug, others = Drug.line(item, language), super().cells(item, language)
        own = [field.title(language) for field in Drug.printed()]
        return [(chosen(("Препарат", "Drug"), language), drug), *(cell for cell in others if cell[0] not in own)]

    @classmethod
    def laid_out(cls, title: str, items: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:  # noqa: ARG003 - the mark says what it is
        """Each drug by itself behind its ``Rp.``, as order 1094н has it."""
        made = []
        for item in items:
            (_, drug), *others = cls.cells(item, language)
            lines = [drug, *(f"{name}: {text}" for name, text in others if text)]
            made.append({"title": "Rp.", "rows": None, "table": None, "text": "\n".join(lines)})
        return made


class SpecialPurpose(Body):
    """«По специальному назначению»: why a prescription is good for a year, and how often it is dispensed."""

    reason: Annotated[Line, Said("Основание", "Reason")]
    dispensing_period: Annotated[
        Literal["weekly", "monthly", "quarterly"],
        Said("Периодичность отпуска", "Dispensed"),
        Options(
            {
                "weekly": ("еженедельно", "weekly"),
                "monthly": ("ежемесячно", "monthly"),
                "quarterly": ("ежеквартально", "quarterly"),
            }
        ),
    ]


class Override(Body):
    """The doctor's answer to warnings: which, by their keys, and why."""

    reason: Annotated[
        Literal[
            "benefit-outweighs", "tolerated-before", "no-alternative", "replaces-therapy", "record-outdated", "other"
        ],
        Said("Причина назначения", "Reason"),
        Options(
            {
                "benefit-outweighs": ("польза превышает риск", "the benefit outweighs the risk"),
                "tolerated-before": ("ранее переносился", "tolerated before"),
                "no-alternative": ("нет замены", "there is no alternative"),
                "replaces-therapy": ("заменяет прежнюю терапию", "replaces earlier therapy"),
                "record-outdated": ("запись устарела", "the record is outdated"),
                "other": ("другое", "other"),
            }
        ),
    ]
    text: Annotated[Line | None, Said("Пояснение", "Explanation")] = None
    warnings: Annotated[
        list[WarningKey],
        Field(min_length=1, max_length=MOST),
        Said("Предупреждения", "Warnings", printed=False),
    ] = Field(description="Keys of the warnings that are answered, as the check told them")


class Prescription(Dated):
    """What the client sends. Which forms allow what: domain/prescription_forms.py."""

    doctor_name: DoctorName
    form: Annotated[
        Literal["107-1/у", "148-1/у-88", "148-1/у-04(л)", "107/у-НП"],
        Said("Форма рецепта", "Form"),
    ]
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
    special_purpose: Annotated[SpecialPurpose | None, Said("По специальному назначению", "Special purpose")] = None
    ground: Annotated[
        Literal["pensioner", "disabled", "chronic"] | None,
        Said("Льготная категория", "Ground of preference", printed=False),
        Options(
            {
                "pensioner": ("пенсионер", "pensioner"),
                "disabled": ("инвалид", "disabled"),
                "chronic": ("хроническое заболевание", "chronically ill"),
            }
        ),
    ] = None
    drugs: Annotated[list[PrescribedDrug], Field(min_length=1, max_length=10), Said("Препараты", "Drugs")]
    diagnosis: Annotated[Diagnosis | None, Said("Диагноз", "Diagnosis")] = None
    override: Annotated[Override | None, Said("Ответ на предупреждения", "Answer to warnings", printed=False)] = None
    related: Links = []


class PrescribingWarning(Exact):
    """What was told to the doctor before signing (domain/prescribing.py); what is empty is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    severity: Literal["stop", "warning", "notice"]
    key: str
    line: int = 0
    kind: str = ""
    id: str = ""
    with_line: int = 0
    rule: str = ""


class IssuedPrescription(Prescription):
    """What is stored: the service adds the rules that judged it, its end, warnings, and the signed text of the QR."""

    edition: Annotated[str, Said("Редакция правил", "Edition of rules", printed=False)]
    expires_at: Annotated[AwareDatetime, Said("Действителен до", "Valid until")]
    warnings: Annotated[list[PrescribingWarning], Said("Предупреждения", "Warnings", printed=False)] = []
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
