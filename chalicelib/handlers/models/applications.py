"""Requests: applications that a patient lets into the card (SMART app launch)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.applications import MOST_DAYS
from chalicelib.handlers.models.base import Request, Typed
from chalicelib.handlers.models.partners import Jwks

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), Typed]
Address = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class App(Request):
    name_ru: Name
    name_en: Name
    redirect_uris: Annotated[list[Address], Field(min_length=1, max_length=10)] = Field(
        description="Where the browser returns, letter by letter: https, this machine, or a scheme with a dot"
    )
    scopes: Annotated[list[Word], Field(min_length=1, max_length=60)] = Field(
        description="patient/<Type>.rs, launch/patient, openid, fhirUser, offline_access"
    )
    jwks: Jwks | None = Field(None, description="Public keys of a confidential application; a public one has none")
    terms: Annotated[str, StringConstraints(pattern=r"^https://[^\s#]{1,490}$")] = Field(
        description="Address of its terms and of what it does with the data"
    )


class AppAnswer(Request):
    allow: bool
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = Field(None, description="How long; 90 days where unsaid")
    types: Annotated[list[Word], Field(min_length=1, max_length=60)] | None = Field(
        None, description="Types of resource that it may read, of those it asked for; all where unsaid"
    )


class TokenForm(BaseModel):
    """RFC 7009 and 7662; a form. Unknown parameters are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    token: Annotated[str, StringConstraints(max_length=8192)] = ""
    client_assertion_type: Annotated[str, StringConstraints(max_length=100)] = ""
    client_assertion: Annotated[str, StringConstraints(max_length=8192)] = ""
    client_id: Annotated[str, StringConstraints(max_length=64)] = ""
