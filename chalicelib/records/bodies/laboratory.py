"""Laboratory results (REC-5): structured values with units and the laboratory's own reference ranges."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, computed_field, model_validator

from chalicelib.domain.observation import interpretation
from chalicelib.records.bodies.base import Body, Dated, Line, Link, Number, Text


class Value(Body):
    name: Line
    loinc: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}-[0-9]$")] | None = None
    value: Number | None = None
    text: Line | None = Field(None, description="A value that is no number: not found, 1+")
    unit: Annotated[str, StringConstraints(max_length=40)] | None = Field(None, description="UCUM where known")
    low: Number | None = None
    high: Number | None = None
    reference_text: Line | None = None

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


class LaboratoryResult(Dated):
    laboratory: Line
    category: Literal["blood", "urine", "biochemistry", "other"]
    panel: Line
    values: Annotated[list[Value], Field(min_length=1, max_length=200)]
    conclusion: Text | None = None
    related: Annotated[list[Link], Field(max_length=50)] = []
