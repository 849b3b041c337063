"""Requests: HL7 v2 messages in, acknowledgements out, and the queue of what matched nobody."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chalicelib.handlers.models.base import Id, Request


class Hl7Binding(Request):
    patient_id: Id = Field(description="A patient who is registered at the clinic")


class Hl7Merging(Request):
    patient_id: Id = Field(description="Whose card goes on")
    source_id: Id = Field(description="Whose card goes into it")


class Hl7Rejection(Request):
    reason: Literal["not-our-patient", "test", "duplicate", "sent-again", "unreadable", "other"]
