"""What came from another system and fits no kind of the card: what it is, and when; the resource itself lies beside."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from chalicelib.records.bodies.base import Dated, Line, Text
from chalicelib.records.bodies.words import Said


class Received(Dated):
    """The words by which a person finds a resource of FHIR that is kept whole (ports/resources.py)."""

    resource_type: Annotated[
        str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{1,40}$"), Said("Вид сведений (FHIR)", "Type of resource (FHIR)")
    ]
    title: Annotated[Line, Said("Название", "Title")]
    state: Annotated[Line | None, Said("Состояние в системе-источнике", "Status at the source")] = None
    narrative: Annotated[Text | None, Said("Текст", "Text")] = None
