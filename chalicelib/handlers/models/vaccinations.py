"""Requests about vaccinations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.handlers.models.base import Id, Request


class VaccinationCertificateRequest(Request):
    """``names_holder`` is the holder's word that whoever reads the code will read their name and birth date."""

    language: Literal["ru", "en"] = "ru"
    vaccinations: Annotated[list[Id], Field(min_length=1, max_length=50)] | None = Field(
        None, description="Which go into the code; the newest of each kind, as many as fit, when left out"
    )
    names_holder: Literal[True] = Field(description="The code says full name and birth date in clear")
