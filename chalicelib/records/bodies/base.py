"""Words that every body is made of."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


def _printable(text: str) -> str:
    if FORBIDDEN.search(text):
        msg = "control characters are not allowed"
        raise ValueError(msg)
    return text


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_printable)
]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000), AfterValidator(_printable)
]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200), AfterValidator(_printable)
]
RecordId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]

Number = Annotated[
    Decimal,
    Field(max_digits=15, decimal_places=6, allow_inf_nan=False),
    PlainSerializer(lambda value: format(value, "f"), return_type=str),
]
"""Measured values are decimals and travel as text: 5.10 stays 5.10 (reference: health data, section 1)."""

Icd10 = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}(\.[0-9]{1,2})?$")]
Atc = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}$")]


class Body(BaseModel):
    """Base of every record body: closed, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Body):
    occurred_at: AwareDatetime = Field(description="When it happened, with a time zone (RFC 3339)")


class Diagnosis(Body):
    code: Icd10 = Field(description="ICD-10")
    text: Line
    role: Literal["main", "secondary"] = "main"
    chronic: bool = False


class Link(Body):
    """Another record of the same card."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z-]{3,40}$")]
    id: RecordId
