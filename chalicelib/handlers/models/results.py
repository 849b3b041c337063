"""Requests about results over time, drafts from a result, and sending one to a doctor."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from chalicelib.handlers.models.base import Id, Moment, Request
from chalicelib.handlers.models.card import Purpose
from chalicelib.records.bodies.base import Diagnosis, Line, RecordId

Drafted = Literal["prescription", "referral", "planned-study", "laboratory-order"]


class ComparedResults(Request):
    """Names of analytes tell what somebody is examined for, so they stand in a body and in no URL."""

    analytes: Annotated[list[Line], Field(min_length=1, max_length=200)] | None = Field(
        None, description="Names, codes of the code set, or LOINC; without it every analyte"
    )
    panel: Line | None = Field(None, description="Words of the name of a panel")
    since: Moment | None = Field(None, alias="from", description="ISO 8601 with an offset, or a date")
    until: Moment | None = Field(None, alias="to", description="Exclusive; a date means its end")
    limit: Annotated[int, Field(ge=1, le=200)] = Field(50, description="Results of a page, newest first")


class ResultComparison(ComparedResults):
    cursor: Annotated[str, StringConstraints(max_length=2048)] = ""


class DraftOrder(Request):
    record_id: RecordId = Field(description="The laboratory result")
    kinds: Annotated[list[Drafted], Field(min_length=1, max_length=4)]
    diagnosis: Diagnosis | None = Field(None, description="Of the patient: what the drafts are for")

    @model_validator(mode="after")
    def _each_once(self) -> DraftOrder:
        if len(set(self.kinds)) != len(self.kinds):
            raise ValueError("each kind once")
        return self


class DraftEdit(Request):
    body: Annotated[dict[str, Any], Field(max_length=40)] = Field(
        description="In the shape of the draft's kind; what is mandatory may be missing until it is accepted"
    )


class SentResult(Request):
    """Whom: one of staff number and membership, of one organisation."""

    kind: Literal["laboratory-result", "imaging-study"] = "laboratory-result"
    record_id: RecordId
    organisation_id: Id
    staff_number: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    member_id: Id | None = None
    purpose: Purpose = "consultation"
    valid_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_doctor(self) -> SentResult:
        if (self.staff_number is None) == (self.member_id is None):
            raise ValueError("name one of staff_number and member_id")
        return self
