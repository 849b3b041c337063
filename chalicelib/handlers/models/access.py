"""Requests about who may open a card: sharing, closed doors, emergency access, representatives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from chalicelib.handlers.models.base import Id, Request
from chalicelib.handlers.models.card import Purpose, Sections

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)]


Lent = Literal["records", "report", "apply"]


def _reading() -> list[Lent]:
    return ["records"]


class Sharing(Request):
    """Whom: one of staff number, membership and partner's system, of one organisation."""

    organisation_id: Id
    staff_number: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    member_id: Id | None = None
    client_id: Id | None = Field(None, description="System of an insurer, a clinic or a laboratory")
    level: Literal["full", "limited"] = "limited"
    sections: Sections = Field(default_factory=list)
    purpose: Purpose = "treatment"
    valid_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_grantee(self) -> Sharing:
        if len([one for one in (self.staff_number, self.member_id, self.client_id) if one]) != 1:
            raise ValueError("name one of staff_number, member_id and client_id")
        return self


class ClosedDoor(Request):
    kind: Literal["member", "organisation"]


class EmergencyAccess(Request):
    reason: Literal["unconscious", "life-threat", "cannot-consent", "infection-threat"]
    words: Words = Field(description="What happened; sealed, for the patient and the security officer")


class EmergencyDecision(Request):
    outcome: Literal["justified", "unjustified"]
    words: Words


class RepresentativeGrant(Request):
    level: Literal["full", "limited"] = "limited"
    sections: Sections = Field(default_factory=list)
    rights: Annotated[list[Lent], Field(min_length=1, max_length=3)] = Field(default_factory=_reading)
    valid_until: AwareDatetime | None = None


class Restriction(Request):
    """``hidden`` empty ends the representation."""

    reason: Literal["safeguarding", "patient-wish", "conflict"]
    words: Words
    hidden: Sections = Field(default_factory=list)
