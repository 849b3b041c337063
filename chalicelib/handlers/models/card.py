"""Requests about a card: application, consent, look-up."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, WithJsonSchema

from chalicelib.handlers.models.base import Id, Request
from chalicelib.records.registry import SECTIONS


def _known(section: str) -> str:
    if section not in SECTIONS:
        msg = "no such section"
        raise ValueError(msg)
    return section


Section = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(SECTIONS)})]
Sections = Annotated[list[Section], Field(max_length=len(SECTIONS))]
Purpose = Literal["treatment", "consultation", "examination", "second-opinion", "insurance"]


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Uploads = Annotated[list[Id], Field(min_length=1, max_length=5)]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class Papers(Request):
    policy: Uploads = Field(description="Scans of the insurance policy: POST /api/v1/me/uploads")
    identity: Uploads = Field(description="Scans of the identity document")


class Application(Request):
    last_name: Name
    first_name: Name
    middle_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    oms_policy: Annotated[str, StringConstraints(min_length=16, max_length=19)] = Field(description="16 digits (ЕНП)")
    passport_series: Annotated[str, StringConstraints(min_length=4, max_length=10)]
    passport_number: Annotated[str, StringConstraints(min_length=6, max_length=12)]
    phone: Annotated[str, StringConstraints(min_length=5, max_length=30)]
    documents: Papers
    consent_text_version: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    consent_text_sha256: Sha256 = Field(description="Of the text as served: GET /api/v1/texts/card-consent")
    consent_given: Literal[True] = Field(description="Consent to the processing of personal data")


class Decision(Request):
    approve: bool
    reason: Literal["", "papers-differ", "unreadable", "not-in-person", "other"] = ""


class LookUp(Request):
    snils: Annotated[str, StringConstraints(min_length=11, max_length=14)]


class ConsentRequest(Request):
    level: Literal["full", "limited"] = "full"
    sections: Sections = Field([])
    purpose: Purpose = "treatment"


class ConsentAnswer(Request):
    state: Literal["granted", "refused", "revoked"]
    level: Literal["full", "limited"] | None = None
    sections: Sections | None = None
    purpose: Purpose | None = None
    valid_until: AwareDatetime | None = None
