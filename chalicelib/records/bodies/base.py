"""Words that every body is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, PlainSerializer, StringConstraints

from chalicelib.domain.coded import Coded, Linked
from chalicelib.records.bodies.exact import Exact
from chalicelib.records.bodies.fields import Printed, printed
from chalicelib.records.bodies.words import Options, Said

FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udfff]")
"""Control characters, halves of characters, what turns the order of reading: a dose is read as it was signed."""


def _printable(text: str) -> str:
    if FORBIDDEN.search(text):
        msg = "control characters are not allowed"
        raise ValueError(msg)
    if all(one.isspace() or not one.isprintable() for one in text):
        msg = "there is nothing to read in this"
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

Icd10 = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}(\.[0-9]{1,2})?$"), Coded("icd-10")]
Atc = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}$"), Coded("drugs", by="atc")]


class Body(Exact):
    """Base of every record body and of its parts: closed, immutable, each field with its words (words.py)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def printed(cls) -> list[Printed]:
        """Fields for a reader, in the order of the model."""
        found = [printed(name, info) for name, info in cls.model_fields.items()]
        return [field for field in found if field is not None]

    @classmethod
    def cells(cls, item: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
        """(heading, text) of a part as a row of a table; overridden where a reader expects other columns."""
        return [(field.title(language), field.text(item.get(field.name), language)) for field in cls.printed()]

    @classmethod
    def line(cls, item: Mapping[str, Any], language: str) -> str:
        """A part in one line."""
        return ", ".join(text for _, text in cls.cells(item, language) if text)

    @classmethod
    def table(cls, items: Sequence[Mapping[str, Any]], language: str) -> dict[str, Any]:
        """``{"columns": [...], "rows": [[...], ...]}``; a column that no row fills is left out."""
        rows = [cls.cells(item, language) for item in items]
        kept = [n for n in range(len(rows[0])) if any(row[n][1] for row in rows)]
        return {"columns": [rows[0][n][0] for n in kept], "rows": [[row[n][1] for n in kept] for row in rows]}

    @classmethod
    def laid_out(cls, title: str, items: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
        """A list of parts as sections of a document (documents/pdf.py says their shape): a table of them."""
        return [{"title": title, "rows": None, "table": cls.table(items, language), "text": None}]


class Dated(Body):
    occurred_at: Annotated[AwareDatetime, Said("Дата и время", "Date and time")] = Field(
        description="When it happened, with a time zone (RFC 3339)"
    )


class Diagnosis(Body):
    code: Annotated[Icd10, Said("Код", "Code"), Coded("icd-10", text="text", rank="role")] = Field(description="ICD-10")
    text: Annotated[Line, Said("Диагноз", "Diagnosis")]
    role: Annotated[
        Literal["main", "secondary"],
        Said("Роль", "Role"),
        Options({"main": ("основной", "main"), "secondary": ("сопутствующий", "secondary")}),
    ] = "main"
    chronic: Annotated[bool, Said("Хронический", "Chronic", printed=False)] = False

    @classmethod
    def line(cls, item: Mapping[str, Any], language: str) -> str:  # noqa: ARG003 - a diagnosis is written in one language
        return f"{item['code']} {item['text']}"


class Link(Body):
    """Another record of the same card."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z-]{3,40}$")]
    id: Annotated[RecordId, Linked()]


Diagnoses = Annotated[list[Diagnosis], Field(max_length=30), Said("Диагнозы", "Diagnoses")]
Links = Annotated[list[Link], Field(max_length=50), Said("Связанные записи", "Related records", printed=False)]
DoctorName = Annotated[Name, Said("Врач", "Doctor")]
