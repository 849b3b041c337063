"""Requests about orders at pharmacies and loyalty programmes (RX-7)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.handlers.models.base import Id, Request
from chalicelib.handlers.models.prescriptions import Part
from chalicelib.records.bodies.base import Line

ChainName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
PharmacyId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class StockQuestion(Request):
    prescription_id: Id
    region: Annotated[Line, StringConstraints(max_length=100)] = Field(description="Where: a town or a district")
    chains: Annotated[list[ChainName], Field(max_length=10)] = Field([], description="Empty: every chain")


class Delivery(Request):
    """Told to the pharmacy with this one order, and sealed here."""

    address: Line
    phone: Annotated[str, StringConstraints(pattern=r"^\+[0-9]{7,15}$")]


class PharmacyOrder(Request):
    prescription_id: Id
    chain: ChainName
    pharmacy_id: PharmacyId = Field(description="From the answer about stock")
    kind: Literal["reservation", "delivery"]
    drugs: Annotated[list[Part], Field(max_length=10)] = Field([], description="Empty: all that is left")
    delivery: Delivery | None = None
    use_loyalty: bool = Field(False, description="Pass on the number of the chain's loyalty programme with this order")

    @model_validator(mode="after")
    def _whereto(self) -> Self:
        if (self.kind == "delivery") != (self.delivery is not None):
            msg = "a delivery has an address, and a reservation has none"
            raise ValueError(msg)
        if len({part.line for part in self.drugs}) != len(self.drugs):
            msg = "each drug once"
            raise ValueError(msg)
        return self


class Loyalty(Request):
    number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{4,40}$")]
    consent_given: Literal[True] = Field(
        description="The number may be passed on to this chain, with orders that say so"
    )
