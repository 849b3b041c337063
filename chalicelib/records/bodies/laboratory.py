"""Laboratory results (REC-5): structured values with units and the laboratory's own reference ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, computed_field, model_validator

from chalicelib.domain.coded import Coded
from chalicelib.domain.observation import MARKS, interpretation
from chalicelib.records.bodies.base import Body, Dated, Line, Links, Number, Text
from chalicelib.records.bodies.units import UNITS
from chalicelib.records.bodies.words import Options, Said, chosen

COLUMNS = (("Показатель", "Analyte"), ("Значение", "Value"), ("Ед.", "Unit"), ("Норма", "Range"), ("", ""))


class AppliesTo(Body):
    """For whom the laboratory gave a range: FHIR R4, Observation.referenceRange.appliesTo and age, in whole years."""

    sex: Annotated[
        Literal["male", "female"] | None,
        Said("Пол", "Sex"),
        Options({"male": ("муж.", "male"), "female": ("жен.", "female")}),
    ] = None
    age_from: Annotated[int | None, Field(ge=0, le=150), Said("Возраст от", "Age from")] = None
    age_to: Annotated[int | None, Field(ge=0, le=150), Said("Возраст до", "Age to")] = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.sex is None and self.age_from is None and self.age_to is None:
            msg = "say a sex or an age"
            raise ValueError(msg)
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            msg = "the ages are upside down"
            raise ValueError(msg)
        return self

    @classmethod
    def line(cls, item: Mapping[str, Any], language: str) -> str:
        """``жен., 18–60``"""
        sex = next(field for field in cls.printed() if field.name == "sex").text(item.get("sex"), language)
        since, until = item.get("age_from"), item.get("age_to")
        ages = f"≤ {until}" if since is None else f"≥ {since}" if until is None else f"{since}–{until}"
        return ", ".join(text for text in (sex, "" if since is None and until is None else ages) if text)


class Value(Body):
    """One analyte, with the laboratory's own range. A range that says for whom it is (``applies_to``) is held against
    the patient where results are compared (domain/results/points.py); here it flags nothing.
    """

    name: Annotated[Line, Said("Показатель", "Analyte"), Coded("analytes", by="name")]
    loinc: Annotated[
        str | None,
        StringConstraints(pattern=r"^[0-9]{1,7}-[0-9]$"),
        Said("LOINC", "LOINC"),
        Coded("analytes", by="loinc", text="name"),
    ] = None
    value: Annotated[Number | None, Said("Значение", "Value")] = None
    text: Annotated[Line | None, Said("Значение словами", "Value in words")] = Field(
        None, description="A value that is no number: not found, 1+"
    )
    unit: Annotated[
        str | None,
        StringConstraints(max_length=40),
        Said("Единица", "Unit"),
        Coded("units", listed=("analytes", "units")),
        Options(UNITS),
    ] = Field(None, description="UCUM where known")
    low: Annotated[Number | None, Said("Норма от", "Range from")] = None
    high: Annotated[Number | None, Said("Норма до", "Range to")] = None
    reference_text: Annotated[Line | None, Said("Норма словами", "Range in words")] = None
    applies_to: Annotated[AppliesTo | None, Said("Норма для", "Range for")] = None
    laboratory_flag: Annotated[
        Literal["N", "L", "H", "LL", "HH", "A", "AA"] | None,
        Said("Оценка лаборатории", "Laboratory's flag"),
        Options(
            {
                "N": ("в норме", "normal"),
                "L": ("ниже", "low"),
                "H": ("выше", "high"),
                "LL": ("критически низко", "critically low"),
                "HH": ("критически высоко", "critically high"),
                "A": ("отклонение", "abnormal"),
                "AA": ("критическое отклонение", "critically abnormal"),
            }
        ),
    ] = Field(None, description="HL7 v3 ObservationInterpretation, where the laboratory says so itself")
    method: Annotated[Line | None, Said("Метод", "Method")] = None

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        if (self.value is None) == (self.text is None):
            msg = "give either value or text"
            raise ValueError(msg)
        if self.value is not None and not self.unit:
            msg = "a number needs its unit"
            raise ValueError(msg)
        if self.low is not None and self.high is not None and self.low > self.high:
            msg = "the range is upside down"
            raise ValueError(msg)
        return self

    @computed_field
    def interpretation(self) -> str | None:
        if self.laboratory_flag or self.applies_to:
            return self.laboratory_flag
        return interpretation(self.value, self.low, self.high)

    @classmethod
    def cells(cls, item: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
        """As laboratories print: the analyte, its value and unit, the range, and a mark when it lies outside."""
        unit = item.get("unit") or ""
        texts = (
            item["name"],
            str(item.get("value") or item.get("text") or ""),
            chosen(UNITS.get(unit, (unit, unit)), language),
            _range(item, language),
            MARKS.get(str(item.get("interpretation")), ""),
        )
        return [(chosen(words, language), text) for words, text in zip(COLUMNS, texts, strict=True)]


class LaboratoryResult(Dated):
    laboratory: Annotated[Line, Said("Лаборатория", "Laboratory")]
    category: Annotated[
        Literal["blood", "urine", "biochemistry", "other"],
        Said("Вид исследования", "Category"),
        Options(
            {
                "blood": ("кровь", "blood"),
                "urine": ("моча", "urine"),
                "biochemistry": ("биохимия", "biochemistry"),
                "other": ("другое", "other"),
            }
        ),
    ]
    panel: Annotated[Line, Said("Исследование", "Panel")]
    status: Annotated[
        Literal["preliminary", "final", "corrected", "entered-in-error"],
        Said("Состояние", "Status"),
        Options(
            {
                "preliminary": ("предварительный", "preliminary"),
                "final": ("окончательный", "final"),
                "corrected": ("исправленный", "corrected"),
                "entered-in-error": ("отозван: внесён по ошибке", "entered in error"),
            }
        ),
    ] = "final"
    specimen: Annotated[Line | None, Said("Биоматериал", "Specimen")] = None
    values: Annotated[list[Value], Field(min_length=1, max_length=200), Said("Показатели", "Values")]
    conclusion: Annotated[Text | None, Said("Заключение", "Conclusion")] = None
    related: Links = []


def _range(item: Mapping[str, Any], language: str) -> str:
    applies = item.get("applies_to")
    whom = f" ({AppliesTo.line(applies, language)})" if applies else ""
    return _limits(item) + whom


def _limits(item: Mapping[str, Any]) -> str:
    low, high = item.get("low"), item.get("high")
    if low is not None and high is not None:
        return f"{low} – {high}"
    if low is not None:
        return f"≥ {low}"
    if high is not None:
        return f"≤ {high}"
    return str(item.get("reference_text") or "")
