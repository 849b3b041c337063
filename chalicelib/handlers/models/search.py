"""What a search of a card asks for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Moment, Request, Typed

Question = Annotated[str, StringConstraints(max_length=500), Typed]
Names = Annotated[list[Annotated[str, StringConstraints(max_length=40)]], Field(max_length=40)]


class CardSearch(Request):
    text: Question = Field("", description="Words, in any grammatical case; records that have all of them are found")
    doctor: Question = Field("", description="Words of a doctor's name, as it is written in the records")
    since: Moment = Field("", alias="from", description="Clinical date, ISO 8601 with an offset, or a date")
    until: Moment = Field("", alias="to", description="Exclusive; a date means its end")
    kinds: Names = Field([], description="Kinds of record; none means all")
    sections: Names = Field([], description="Sections of the card; none means all")
    cursor: Annotated[str, StringConstraints(max_length=2048)] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 20
