"""Forms of requests for copies and for a transfer (DOC-5)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from chalicelib.domain.copies import DELIVERIES, FORMS, REASONS
from chalicelib.handlers.models.base import Id, Request, Typed

Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000), Typed]


class CopyRequest(Request):
    """Which records of which organisation, and how they come."""

    organisation_id: Id = Field(description="Who holds the records: GET /api/v1/directory/organisations")
    what: Words = Field(description="Which records; sealed, for the organisation's registrar")
    form: Literal[*FORMS] = "copy"  # type: ignore[valid-type]  # the rules name them
    period_from: Day | None = None
    period_until: Day | None = None
    delivery: Literal[*DELIVERIES] = "pick-up"  # type: ignore[valid-type]  # the rules name them
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), Typed] | None = Field(
        None, description="For delivery by post; sealed"
    )


class Transfer(Request):
    """From one organisation to a doctor of another, for whom consent will be asked, in these words."""

    organisation_id: Id = Field(description="Where the patient is now")
    to_organisation_id: Id
    member_id: Id | None = Field(None, description="The doctor there who takes over, or by the staff number:")
    staff_number: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = Field(
        None, description="As the clinic told the patient"
    )
    reason: Literal[*REASONS] = "choice"  # type: ignore[valid-type]  # the rules name them
    level: Literal["full", "limited"] = "full"
    sections: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]], Field(max_length=30)] = (
        Field(default_factory=list, description="None named: every section")
    )

    @model_validator(mode="after")
    def _somewhere_else(self) -> Transfer:
        if self.organisation_id == self.to_organisation_id:
            raise ValueError("the receiving organisation is another one")
        if bool(self.member_id) == bool(self.staff_number):
            raise ValueError("name one of staff_number and member_id")
        return self
