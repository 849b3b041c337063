"""Allergies and vital signs: entered by clinicians or by the patient (REC-9, REC-10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import model_validator

from chalicelib.records.bodies.base import Atc, Dated, Line, Number, Text
from chalicelib.records.words import Options, Said


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


UNITS = {
    "blood-pressure": "mm[Hg]",
    "pulse": "/min",
    "glucose": "mmol/L",
    "weight": "kg",
    "temperature": "Cel",
    "saturation": "%",
}
PLAUSIBLE = {
    "blood-pressure": (20, 350),
    "pulse": (10, 350),
    "glucose": (0, 100),
    "weight": (0, 700),
    "temperature": (20, 46),
    "saturation": (20, 100),
}
"""Outside of these a number is a slip of the finger, not a sign; clinical bands are another table."""


class VitalSign(Dated):
    code: Annotated[
        Literal["blood-pressure", "pulse", "glucose", "weight", "temperature", "saturation"],
        Said("Показатель", "Sign"),
        Options(
            {
                "blood-pressure": ("артериальное давление", "blood pressure"),
                "pulse": ("пульс", "pulse"),
                "glucose": ("глюкоза", "glucose"),
                "weight": ("масса тела", "weight"),
                "temperature": ("температура", "temperature"),
                "saturation": ("сатурация", "saturation"),
            }
        ),
    ]
    value: Annotated[Number | None, Said("Значение", "Value")] = None
    systolic: Annotated[Number | None, Said("Систолическое", "Systolic")] = None
    diastolic: Annotated[Number | None, Said("Диастолическое", "Diastolic")] = None
    unit: Annotated[Literal["mm[Hg]", "/min", "mmol/L", "kg", "Cel", "%"], Said("Единица", "Unit")]
    note: Annotated[Line | None, Said("Примечание", "Note")] = None

    @model_validator(mode="after")
    def _shape(self) -> Self:
        pressure = self.code == "blood-pressure"
        numbers: list[Decimal | None] = [self.systolic, self.diastolic] if pressure else [self.value]
        others = [self.value] if pressure else [self.systolic, self.diastolic]
        if None in numbers or any(n is not None for n in others):
            msg = "blood pressure has systolic and diastolic, every other sign has value"
            raise ValueError(msg)
        if self.unit != UNITS[self.code]:
            msg = f"the unit of {self.code} is {UNITS[self.code]}"
            raise ValueError(msg)
        low, high = PLAUSIBLE[self.code]
        if any(not low <= n <= high for n in numbers if n is not None):
            msg = f"{self.code} lies between {low} and {high}"
            raise ValueError(msg)
        if pressure and self.systolic is not None and self.diastolic is not None and self.diastolic >= self.systolic:
            msg = "diastolic is below systolic"
            raise ValueError(msg)
        return self
