"""Requests: what is due of care."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.handlers.models.base import Request


class NeedMark(Request):
    need: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{3,60}(\.[0-9a-f]{16})?$")] = Field(
        description="Id of a need in the list"
    )
    mark: Literal["done-elsewhere", "not-applicable"] | None = Field(description="null takes a mark back")
    on: date | None = Field(None, description="Of done-elsewhere: the day; today when left out")

    @model_validator(mode="after")
    def _a_day_of_what_was_done(self) -> Self:
        if self.on is not None and self.mark != "done-elsewhere":
            msg = "only what was done elsewhere has a day"
            raise ValueError(msg)
        return self


class NeedHints(Request):
    hints: bool = Field(description="Whether you are shown what is due")
