"""Requests about reminders and intakes (APT-3)."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from chalicelib.handlers.models.base import Id, Request


class IntakeMark(Request):
    medication_statement: Id
    when: AwareDatetime = Field(description="The intake that it is about: from 7 days ago to 12 hours from now")
    state: Literal["taken", "skipped"]


class IntakeReminders(Request):
    muted: bool = Field(description="Nothing is told of these intakes; they stay planned")


class ExtraReminders(Request):
    on: bool = Field(description="Whether there may be one more reminder of a visit that is likely to be forgotten")
