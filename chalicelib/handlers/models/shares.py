"""Requests about links to a card (DOC-4)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from chalicelib.domain.shares import DEFAULT_OPENINGS, LONGEST, MOST_OPENINGS, MOST_RECORDS, RECIPIENTS, SHORTEST
from chalicelib.handlers.models.base import Id, Request, Typed

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


class SharedRecord(Request):
    kind: Name
    record_id: Id


class ShareForm(Request):
    """Sections, single records, or both. ``limited`` shows summaries, and then nothing is downloaded."""

    recipient: Literal[*RECIPIENTS]  # type: ignore[valid-type]  # the rules name them
    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Typed] = Field(
        description="For the patient's own list; sealed, and shown to nobody else"
    )
    sections: Annotated[list[Name], Field(max_length=30)] = Field(default_factory=list)
    records: Annotated[list[SharedRecord], Field(max_length=MOST_RECORDS)] = Field(default_factory=list)
    level: Literal["full", "limited"] = "full"
    download: bool = False
    valid_until: AwareDatetime | None = Field(None, description="At most 30 days from now; else 7 days")
    openings: Annotated[int, Field(ge=1, le=MOST_OPENINGS)] = DEFAULT_OPENINGS
    passcode: Annotated[str, StringConstraints(min_length=SHORTEST, max_length=2 * LONGEST)] | None = Field(
        None, description="Of the patient's own; else one is made, and told in the answer alone"
    )
    language: Literal["ru", "en"] = "ru"

    @model_validator(mode="after")
    def _nothing_leaves_in_brief(self) -> ShareForm:
        if self.download and self.level == "limited":
            raise ValueError("what is shown in brief is not downloaded")
        return self


class ShareOpening(Request):
    """What stands after ``#`` in the address, and the passcode that came another way."""

    secret: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    passcode: Annotated[str, StringConstraints(min_length=1, max_length=2 * LONGEST)]
