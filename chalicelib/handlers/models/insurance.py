"""Requests of insurers' and pharmacies' systems."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Request, Typed

Policy = Annotated[str, StringConstraints(pattern=r"^[0-9 ]{16,24}$")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Typed]
Sequence = Annotated[int, Field(ge=1, le=1_000_000_000)]


class PolicyQuestion(Request):
    oms_policy: Policy
    birth_date: date


class Payment(PolicyQuestion):
    service: Annotated[str, StringConstraints(pattern=r"^([A-Z][A-Za-z]{1,40}/)?[A-Za-z0-9.-]{1,64}$")] = Field(
        description="Id of the resource that was paid for (docs/fhir.md): Encounter/… or the id alone"
    )
    state: Literal["submitted", "accepted", "paid", "partly-paid", "refused", "returned"]
    sequence: Sequence = Field(description="Grows with each word about this payment; what is not newer changes nothing")
    amount: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{2})?$")] | None = Field(
        None, description="Roubles"
    )
    note: Note | None = Field(None, description="For the patient")


class OrderStanding(Request):
    state: Literal["confirmed", "ready", "collected", "refused", "cancelled"] = Field(
        description="collected: handed out, or delivered"
    )
    number: Sequence = Field(description="Grows with each change of this order at the chain")
    text: Note | None = Field(None, description="For the patient")
