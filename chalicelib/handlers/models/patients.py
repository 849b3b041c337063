"""Requests about registering at a clinic and about merging cards."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from chalicelib.domain.paper_consents import MOST_SCANS
from chalicelib.handlers.models.base import Id, Request
from chalicelib.handlers.models.card import Purpose, Sections

Typed = Annotated[str, StringConstraints(max_length=300)]


class LookAlikes(Request):
    """What the registrar decides about the candidates of an answer ``possible-duplicate``."""

    answer: Literal["same", "different"]
    candidates: Annotated[list[Id], Field(min_length=1, max_length=60)]
    reason: Literal["papers-compared", "namesake", "twin", "mistyped", "person-says", "other"]

    @model_validator(mode="after")
    def _one_is_the_same(self) -> Self:
        if self.answer == "same" and len(self.candidates) != 1:
            raise ValueError("one person alone can be the same")
        return self


class Patient(Request):
    """Who stands at the desk, as the papers say. One of SNILS, policy and passport is needed."""

    last_name: Typed
    first_name: Typed
    middle_name: Typed = ""
    birth_date: Typed = Field(description="ISO 8601")
    sex: Literal["male", "female"]
    snils: Typed = ""
    oms: Typed = Field("", description="Insurance policy (ЕНП), 16 digits")
    passport_series: Typed = ""
    passport_number: Typed = ""
    phone: Typed = ""
    email: Typed = ""
    language: Literal["ru", "en"] = "ru"
    consent_text_version: Literal["2026-11"]
    consent_given: Literal[True] = Field(description="Consent to the processing of personal data, on paper")
    decision: LookAlikes | None = None


class PaperConsent(Request):
    """What the patient signed on paper, and the scans of it."""

    member_id: Id = Field(description="Membership of a doctor or nurse of the same organisation")
    level: Literal["full", "limited"] = "limited"
    sections: Sections = Field(default_factory=list)
    purpose: Purpose = "treatment"
    valid_until: AwareDatetime | None = None
    scans: Annotated[list[Id], Field(min_length=1, max_length=MOST_SCANS)]
    consent_text_version: Typed
    consent_text_sha256: Typed = Field(description="SHA-256 of the text that was printed and signed")


class Merge(Request):
    """The card that goes, and what the registrar saw."""

    source: Id
    basis: Literal["papers-compared", "application", "region-changed", "double-registration"]


class MergeDecision(Request):
    approve: bool
    reason: Literal["papers-compared", "other-person", "unclear", "withdrawn", "other"]


class MergeUndoing(Request):
    reason: Literal["other-person", "patient-asked", "error", "other"]


class CardMerge(Request):
    """Form of the case ``card-merge``: the other card, by any number of it."""

    snils: Typed = ""
    oms: Typed = ""
    card: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_-]{1,64})?$")] = Field("", description="Its id")
