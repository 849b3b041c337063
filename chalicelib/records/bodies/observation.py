"""Allergies and vital signs: entered by clinicians or by the patient (REC-9, REC-10)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from chalicelib.domain.vital_signs.signs import ENTERED, HOW, SIGNS, how_fault, number_fault, unit_fault
from chalicelib.records.bodies.base import Atc, Dated, Line, Number, Text
from chalicelib.records.bodies.words import Options, Said, chosen


class Allergy(Dated):
    substance: Annotated[Line, Said("Вещество", "Substance")]
    atc: Annotated[Atc | None, Said("АТХ", "ATC")] = None
    category: Annotated[
        Literal["drug", "food", "environment", "other"],
        Said("Вид", "Category"),
        Options(
            {
                "drug": ("лекарство", "drug"),
                "food": ("пища", "food"),
                "environment": ("окружающая среда", "environment"),
                "other": ("другое", "other"),
            }
        ),
    ]
    criticality: Annotated[
        Literal["low", "high", "unable-to-assess"],
        Said("Опасность", "Criticality"),
        Options(
            {
                "low": ("низкая", "low"),
                "high": ("высокая", "high"),
                "unable-to-assess": ("не оценена", "unable to assess"),
            }
        ),
    ] = "unable-to-assess"
    reaction: Annotated[Text | None, Said("Реакция", "Reaction")] = None
    clinical_status: Annotated[
        Literal["active", "inactive", "resolved"],
        Said("Состояние", "Status"),
        Options(
            {
                "active": ("есть", "active"),
                "inactive": ("не проявляется", "inactive"),
                "resolved": ("прошла", "resolved"),
            }
        ),
    ] = "active"


def _faulty(fault: str) -> None:
    if fault:
        raise PydanticCustomError("vital_sign", "{fault}", {"fault": fault})


MEASURED = ("Как измерено", "How measured")


class VitalSign(Dated):
    """One measurement (REC-10). Which fields a sign has, its unit and what is a slip: ``domain/vital_signs/signs.py``.

    Each fault is told at the field that has it; fields are checked in their order, so ``code`` stands first.
    """

    code: Annotated[
        Literal["blood-pressure", "pulse", "glucose", "weight", "height", "temperature", "saturation", "respiration"],
        Said("Показатель", "Sign"),
        Options({name: (SIGNS[name].words.ru, SIGNS[name].words.en) for name in ENTERED}),
    ]
    value: Annotated[Number | None, Field(validate_default=True), Said("Значение", "Value")] = None
    systolic: Annotated[Number | None, Field(validate_default=True), Said("Систолическое", "Systolic")] = None
    diastolic: Annotated[Number | None, Field(validate_default=True), Said("Диастолическое", "Diastolic")] = None
    unit: Annotated[
        Literal["mm[Hg]", "/min", "mmol/L", "kg", "cm", "Cel", "%"],
        Said("Единица", "Unit"),
        Options({SIGNS[name].unit: (SIGNS[name].shown_unit.ru, SIGNS[name].shown_unit.en) for name in ENTERED}),
    ]
    specimen: Annotated[
        Literal["capillary-blood", "venous-plasma", "unknown"] | None,
        Field(validate_default=True, description="Of glucose, which needs it"),
        Said("Материал", "Specimen"),
        Options(
            {
                "capillary-blood": ("капиллярная кровь", "capillary blood"),
                "venous-plasma": ("венозная плазма", "venous plasma"),
                "unknown": ("не указан", "not said"),
            }
        ),
    ] = None
    timing: Annotated[
        Literal["fasting", "any-time", "unknown"] | None,
        Field(validate_default=True, description="Of glucose, which needs it"),
        Said("Время", "Timing"),
        Options(
            {
                "fasting": ("натощак", "fasting"),
                "any-time": ("в любое время", "any time"),
                "unknown": ("не указано", "not said"),
            }
        ),
    ] = None
    breathing: Annotated[
        Literal["air", "oxygen", "unknown"] | None,
        Field(validate_default=True, description="Of saturation, which needs it"),
        Said("Дыхание", "Breathing"),
        Options({"air": ("воздух", "air"), "oxygen": ("кислород", "oxygen"), "unknown": ("не указано", "not said")}),
    ] = None
    place: Annotated[
        Literal["home", "office", "device"] | None,
        Field(description="Absent: at home what a patient enters, else in an office"),
        Said("Где измерено", "Measured"),
        Options(
            {
                "home": ("дома", "at home"),
                "office": ("на приёме", "in an office"),
                "device": ("носимым прибором", "by a worn device"),
            }
        ),
    ] = None
    device: Annotated[Line | None, Said("Прибор", "Device")] = None
    note: Annotated[Line | None, Said("Примечание", "Note")] = None

    @classmethod
    def cells(cls, item: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
        """Both numbers of a blood pressure in one cell, and how it was measured in another."""
        said = {
            field.name: (field.title(language), field.text(item.get(field.name), language)) for field in cls.printed()
        }
        numbers = "/".join(said[name][1] for name in ("value", "systolic", "diastolic") if said[name][1])
        how = ", ".join(said[name][1] for name in (*HOW, "place", "device", "note") if said[name][1])
        told = (said["value"][0], numbers), said["unit"], (chosen(MEASURED, language), how)
        return [said["occurred_at"], said["code"], *told]

    @field_validator("value", "systolic", "diastolic")
    @classmethod
    def _numbers(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if "code" in info.data and info.field_name:
            _faulty(number_fault(info.data["code"], info.field_name, value))
        above = info.data.get("systolic")
        if info.field_name == "diastolic" and value is not None and above is not None and value >= above:
            _faulty("diastolic is below systolic")
        return value

    @field_validator("unit")
    @classmethod
    def _unit(cls, value: str, info: ValidationInfo) -> str:
        if "code" in info.data:
            _faulty(unit_fault(info.data["code"], value))
        return value

    @field_validator(*HOW)
    @classmethod
    def _how(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "code" in info.data and info.field_name:
            _faulty(how_fault(info.data["code"], info.field_name, value))
        return value


class HealthStatus(Dated):
    """A line of the diary of one's own health, in lay words that name no illness (REC-9)."""

    mood: Annotated[
        Literal["very-good", "good", "fair", "poor", "very-poor"],
        Said("Самочувствие", "Feeling"),
        Options(
            {
                "very-good": ("очень хорошее", "very good"),
                "good": ("хорошее", "good"),
                "fair": ("удовлетворительное", "fair"),
                "poor": ("плохое", "poor"),
                "very-poor": ("очень плохое", "very poor"),
            }
        ),
    ]
    pain: Annotated[int | None, Field(ge=0, le=10), Said("Боль, от 0 до 10", "Pain, 0 to 10")] = Field(
        None, description="Numeric rating scale: 0 is no pain, 10 the worst that can be imagined"
    )
    complaints: Annotated[
        list[
            Literal[
                "headache",
                "dizziness",
                "weakness",
                "fever",
                "cough",
                "breathlessness",
                "chest-pain",
                "palpitations",
                "abdominal-pain",
                "nausea",
                "stool",
                "joint-pain",
                "back-pain",
                "swelling",
                "rash",
                "poor-sleep",
                "anxiety",
                "low-mood",
                "other",
            ]
        ],
        Field(max_length=20),
        Said("Жалобы", "Complaints"),
        Options(
            {
                "headache": ("головная боль", "headache"),
                "dizziness": ("головокружение", "dizziness"),
                "weakness": ("слабость, усталость", "weakness, tiredness"),
                "fever": ("жар, озноб", "feeling hot, chills"),
                "cough": ("кашель", "cough"),
                "breathlessness": ("одышка", "shortness of breath"),
                "chest-pain": ("боль в груди", "chest pain"),
                "palpitations": ("сердцебиение", "palpitations"),
                "abdominal-pain": ("боль в животе", "abdominal pain"),
                "nausea": ("тошнота, рвота", "nausea, vomiting"),
                "stool": ("нарушение стула", "upset bowels"),
                "joint-pain": ("боль в суставах, мышцах", "pain in joints or muscles"),
                "back-pain": ("боль в спине", "back pain"),
                "swelling": ("отёки", "swelling"),
                "rash": ("сыпь, зуд", "rash, itching"),
                "poor-sleep": ("плохой сон", "poor sleep"),
                "anxiety": ("тревога", "anxiety"),
                "low-mood": ("подавленность", "low mood"),
                "other": ("другое", "other"),
            }
        ),
    ] = []
    note: Annotated[Text | None, Said("Своими словами", "In own words")] = None
