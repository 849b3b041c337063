"""Requests about erasure (SPC-8)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Id, Request

Reference = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-zА-Яа-яЁё№/ .-]{1,40}$", strip_whitespace=True)]


class ErasureProposal(Request):
    patient_id: Id
    basis: Literal["own-request", "court-order", "end-of-retention"]
    reference: Reference = Field(description="Number of the document that asks for it; no name and no reason")


class ErasureDecision(Request):
    approve: bool
