"""Requests of the identity desk, of recoveries, of the journal of sign-ins and of tickets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.tickets import MAX_WORDS
from chalicelib.handlers.models.base import Id, Request

Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_WORDS)]
SmsCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Typed = Annotated[str, StringConstraints(max_length=100)]
Document = Literal["passport"]


class DeskLookUp(Request):
    """All four numbers as they stand in the papers."""

    snils: Annotated[str, StringConstraints(min_length=11, max_length=14)]
    passport_series: Annotated[str, StringConstraints(min_length=4, max_length=5)]
    passport_number: Annotated[str, StringConstraints(min_length=6, max_length=6)]
    birth_date: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class DeskConfirmation(Request):
    look_up_id: Id
    document: Document = "passport"


class RecoveryOpening(Request):
    look_up_id: Id
    document: Document = "passport"
    reason: Literal["lost-phone", "lost-password", "lost-both", "stolen"]


class FirstAccount(Request):
    """Who stands at the desk, as the passport says, and how to reach them. SNILS or birth certificate is needed."""

    last_name: Typed
    first_name: Typed
    birth_date: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    snils: Typed = ""
    birth_certificate: Typed = Field("", description="Where the person is known by it")
    passport_series: Annotated[str, StringConstraints(min_length=4, max_length=5)]
    passport_number: Annotated[str, StringConstraints(min_length=6, max_length=6)]
    phone: Annotated[str, StringConstraints(min_length=10, max_length=20)] = Field(description="Their own")
    email: Annotated[str, StringConstraints(min_length=5, max_length=254)] = Field(description="Their own")
    language: Literal["ru", "en"] = "ru"


class FourEyes(Request):
    four_eyes: bool = Field(description="A second operator approves every recovery")


class Redemption(Request):
    code: Annotated[str, StringConstraints(min_length=8, max_length=20)] = Field(description="As printed at the desk")
    password: Secret
    phone: Annotated[str, StringConstraints(max_length=20)] = Field(
        default="", description="From now on; empty only for a lost password"
    )


class RecoveryHandle(Request):
    handle: Annotated[str, StringConstraints(min_length=20, max_length=100)]


class RecoveryCompletion(RecoveryHandle):
    code: SmsCode


class PasswordChange(Request):
    old_password: Secret
    new_password: Secret


class TicketText(Request):
    text: Words


class TicketStep(Request):
    step: Literal["take", "close"]
    outcome: Literal["answered", "confirmed", "false-alarm", "no-action"] | None = None
    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_WORDS)] = ""
