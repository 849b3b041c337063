"""What lasts: chronic conditions with a plan (REC-8), disability, family history, surgery, implants."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.domain.coded import Coded
from chalicelib.domain.vital_signs.signs import INDICATORS, PART_WORDS, SIGNS, WHOLE
from chalicelib.records.bodies.base import Body, Dated, Diagnosis, DoctorName, Icd10, Line, Links, Name, Number, Text
from chalicelib.records.bodies.units import UNITS
from chalicelib.records.bodies.words import Both, Options, Said


def _named(sign: str, part: str) -> Both:
    words, more = SIGNS[sign].words, PART_WORDS[part]
    if part == WHOLE:
        return words.ru, words.en
    return f"{words.ru}, {more.ru.lower()}", f"{words.en}, {more.en.lower()}"


INDICATOR_WORDS = {name: _named(sign, part) for name, (sign, part) in INDICATORS.items()}
"""A vital sign is named by its code, so that its readings are judged by the target; whatever else, in words."""
Years = Annotated[int, Field(ge=0, le=120)]


class Target(Body):
    """What is watched, the bounds that this patient is led to, and how often it is measured."""

    indicator: Annotated[Line, Said("Показатель", "Indicator"), Options(INDICATOR_WORDS)] = Field(
        description="Code of a vital sign (blood-pressure-systolic, glucose) or name of an analyte"
    )
    low: Annotated[Number | None, Said("Не ниже", "Not below")] = None
    high: Annotated[Number | None, Said("Не выше", "Not above")] = None
    unit: Annotated[str, StringConstraints(max_length=40), Said("Единица", "Unit"), Coded("units"), Options(UNITS)] = (
        Field(description="UCUM")
    )
    every_days: Annotated[int | None, Field(ge=1, le=1830), Said("Раз в сколько дней", "Every … days")] = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.low is None and self.high is None:
            msg = "give low, high or both"
            raise ValueError(msg)
        if self.low is not None and self.high is not None and self.low > self.high:
            msg = "the range is upside down"
            raise ValueError(msg)
        return self


class ChronicCondition(Dated):
    """REC-8. A patient names conditions of their own, marked as patient-reported by the row's source."""

    diagnosis: Annotated[Diagnosis, Said("Диагноз", "Diagnosis")]
    clinical_status: Annotated[
        Literal["active", "recurrence", "remission", "resolved"],
        Said("Состояние", "Status"),
        Options(
            {
                "active": ("активное", "active"),
                "recurrence": ("обострение", "recurrence"),
                "remission": ("ремиссия", "remission"),
                "resolved": ("излечено", "resolved"),
            }
        ),
    ] = "active"
    since: Annotated[date | None, Said("С какого времени", "Present since")] = None
    ended_on: Annotated[date | None, Said("Окончание", "End")] = None
    stage: Annotated[Line | None, Said("Стадия, степень", "Stage")] = None
    plan: Annotated[Text | None, Said("План ведения", "Plan")] = None
    control_targets: Annotated[list[Target], Field(max_length=20), Said("Показатели контроля", "Control targets")] = []
    next_review: Annotated[date | None, Said("Следующий осмотр", "Next review")] = None
    follow_up: Annotated[bool, Said("Диспансерное наблюдение", "Follow-up by a clinic")] = False
    related: Links = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since is not None and self.ended_on is not None and self.ended_on < self.since:
            msg = "ended_on lies before since"
            raise ValueError(msg)
        if self.ended_on is not None and self.clinical_status in {"active", "recurrence"}:  # FHIR con-4
            msg = f"a condition that is {self.clinical_status} has no ended_on"
            raise ValueError(msg)
        return self


class Disability(Dated):
    """Decision of a commission of medical and social expertise (МСЭ)."""

    group: Annotated[
        Literal["1", "2", "3", "child"],
        Said("Группа", "Group"),
        Options({"1": ("I", "I"), "2": ("II", "II"), "3": ("III", "III"), "child": ("ребёнок-инвалид", "child")}),
    ]
    established_on: Annotated[date, Said("Установлена", "Established")]
    until: Annotated[date | None, Said("Действительна до", "Valid until")] = Field(
        None, description="None: without a term"
    )
    certificate: Annotated[Line, Said("Справка", "Certificate")]
    commission: Annotated[Line, Said("Бюро МСЭ", "Commission")]
    diagnosis: Annotated[Diagnosis | None, Said("Диагноз", "Diagnosis")] = None
    rehabilitation: Annotated[Text | None, Said("Программа реабилитации", "Rehabilitation")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.established_on:
            msg = "until lies before established_on"
            raise ValueError(msg)
        return self


class FamilyHistory(Dated):
    """An illness of a relative, named by kinship alone: a relative is nobody's data subject here."""

    relation: Annotated[
        Literal["mother", "father", "sister", "brother", "daughter", "son", "grandmother", "grandfather", "other"],
        Said("Родство", "Relation"),
        Options(
            {
                "mother": ("мать", "mother"),
                "father": ("отец", "father"),
                "sister": ("сестра", "sister"),
                "brother": ("брат", "brother"),
                "daughter": ("дочь", "daughter"),
                "son": ("сын", "son"),
                "grandmother": ("бабушка", "grandmother"),
                "grandfather": ("дедушка", "grandfather"),
                "other": ("другой родственник", "other relative"),
            }
        ),
    ]
    condition: Annotated[Line, Said("Заболевание", "Condition")]
    code: Annotated[Icd10 | None, Said("Код МКБ-10", "ICD-10 code"), Coded("icd-10", text="condition")] = None
    onset_age: Annotated[Years | None, Said("Возраст начала, лет", "Age at onset, years")] = None
    deceased: Annotated[bool, Said("Умер(ла) от этого", "Died of it")] = False
    note: Annotated[Text | None, Said("Примечание", "Note")] = None


class Lifestyle(Dated):
    """Habits that risk is reckoned with; the three questions of AUDIT-C give 0 to 12 points."""

    smoking: Annotated[
        Literal["never", "former", "current"],
        Said("Курение", "Smoking"),
        Options({"never": ("никогда", "never"), "former": ("в прошлом", "former"), "current": ("курит", "current")}),
    ]
    cigarettes_per_day: Annotated[int | None, Field(ge=1, le=200), Said("Сигарет в день", "Cigarettes a day")] = None
    audit_c: Annotated[int | None, Field(ge=0, le=12), Said("Алкоголь, баллы AUDIT-C", "Alcohol, AUDIT-C score")] = None
    activity_minutes: Annotated[
        int | None, Field(ge=0, le=10_080), Said("Нагрузка, минут в неделю", "Activity, minutes a week")
    ] = None
    note: Annotated[Text | None, Said("Примечание", "Note")] = None


class Surgery(Dated):
    doctor_name: Annotated[Name, Said("Хирург", "Surgeon")]
    operation: Annotated[Line, Said("Операция", "Operation")]
    diagnosis: Annotated[Diagnosis, Said("Диагноз", "Diagnosis")]
    anaesthesia: Annotated[
        Literal["general", "regional", "local", "none"],
        Said("Обезболивание", "Anaesthesia"),
        Options(
            {
                "general": ("общее", "general"),
                "regional": ("регионарное", "regional"),
                "local": ("местное", "local"),
                "none": ("без обезболивания", "none"),
            }
        ),
    ]
    course: Annotated[Text, Said("Ход операции", "Course")]
    outcome: Annotated[Text, Said("Исход", "Outcome")]
    complications: Annotated[Text | None, Said("Осложнения", "Complications")] = None
    related: Links = []


class Implant(Dated):
    """A device in the body; what a radiologist asks before an MRI."""

    device: Annotated[Line, Said("Изделие", "Device")]
    manufacturer: Annotated[Line, Said("Изготовитель", "Manufacturer")]
    model: Annotated[Line | None, Said("Модель", "Model")] = None
    serial: Annotated[Line, Said("Серийный номер", "Serial number")]
    site: Annotated[Line, Said("Место", "Site")]
    mri: Annotated[
        Literal["safe", "conditional", "unsafe", "unknown"],
        Said("МРТ", "MRI"),
        Options(
            {
                "safe": ("безопасно", "safe"),
                "conditional": ("с условиями", "conditional"),
                "unsafe": ("противопоказано", "unsafe"),
                "unknown": ("неизвестно", "unknown"),
            }
        ),
    ] = "unknown"
    status: Annotated[
        Literal["in-place", "removed"],
        Said("Состояние", "Status"),
        Options({"in-place": ("установлен", "in place"), "removed": ("удалён", "removed")}),
    ] = "in-place"
    doctor_name: DoctorName
    related: Links = []
