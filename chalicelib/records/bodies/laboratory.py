"""Laboratory results (REC-5): structured values with units and the laboratory's own reference ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, computed_field, model_validator

from chalicelib.domain.coded import Coded
from chalicelib.domain.observation import interpretation
from chalicelib.records.bodies.base import Body, Dated, Line, Links, Number, Text
from chalicelib.records.bodies.units import UNITS
from chalicelib.records.bodies.words import Options, Said, chosen

COLUMNS = (("Показатель", "Analyte"), ("Значение", "Value"), ("Ед.", "Unit"), ("Норма", "Range"), ("", ""))
MARK = {"H": "↑", "L": "↓"}


class Value(Body):
    """One analyte. The range is the one that the laboratory applied to this patient (sex and age are its business)."""

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
    ] = Field(None, description="UCUM where known")
    low: Annotated[Number | None, Said("Норма от", "Low")] = None
    high: Annotated[Number | None, Said("Норма до", "High")] = None
    reference_text: Annotated[Line | None, Said("Норма словами", "Range in words")] = None
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
        return interpretation(self.value, self.low, self.high)

    @classmethod
    def cells(cls, item: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
        """As laboratories print: the analyte, its value and unit, the range, and a mark when it lies outside."""
        unit = item.get("unit") or ""
        texts = (
            item["name"],
            str(item.get("value") or item.get("text") or ""),
            chosen(UNITS.get(unit, (unit, unit)), language),
            _range(item),
            MARK.get(str(item.get("interpretation")), ""),
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
        Literal["preliminary", "final", "corrected"],
        Said("Состояние", "Status"),
        Options(
            {
                "preliminary": ("предварительный", "preliminary"),
                "final": ("окончательный", "final"),
                "corrected": ("исправленный", "corrected"),
            }
        ),
    ] = "final"
    specimen: Annotated[Line | None, Said("Биоматериал", "Specimen")] = None
    values: Annotated[list[Value], Field(min_length=1, max_length=200), Said("Показатели", "Values")]
    conclusion: Annotated[Text | None, Said("Заключение", "Conclusion")] = None
    related: Links = []


def _range(item: Mapping[str, Any]) -> str:
    low, high = item.get("low"), item.get("high")
    if low is not None and high is not None:
        return f"{low} – {high}"
    if low is not None:
        return f"≥ {low}"
    if high is not None:
        return f"≤ {high}"
    return str(item.get("reference_text") or "")
