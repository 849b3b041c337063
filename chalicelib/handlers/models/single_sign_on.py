"""Requests of single sign-on. Only shape and size here."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Request

Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class SignOnAnswer(Request):
    code: Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{1,2048}$")]
    state: Token
    iss: Annotated[str, StringConstraints(max_length=500)] = Field(default="", description="RFC 9207, as it came")
    binding: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_-]{43})?$")] = Field(
        default="", description="as the beginning said; the portal's is in its cookie"
    )
