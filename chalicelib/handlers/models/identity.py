"""Requests about accounts, sign-in, sessions and staff. Forms are checked by the domain; here only shape and size."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Id, Request

Short = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]
AnswerText = Annotated[str, StringConstraints(pattern=r"^([0-9]{6}|[0-9A-Za-z -]{16,24})$")]
CodeText = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
StaffRole = Literal["doctor", "nurse", "registrar", "administrator", "security-officer", "identity-operator"]


class Registration(Request):
    last_name: Short
    first_name: Short
    middle_name: Short | None = None
    birth_date: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    sex: Literal["male", "female"]
    document_kind: Literal["passport", "foreign"] = "passport"
    snils: Annotated[str, StringConstraints(min_length=11, max_length=14)] | None = Field(
        None, description="Needed with a Russian passport"
    )
    passport_series: Annotated[str, StringConstraints(min_length=4, max_length=5)] | None = None
    passport_number: Annotated[str, StringConstraints(min_length=6, max_length=6)] | None = None
    citizenship: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")] | None = Field(
        None, description="Of a foreign citizen, ISO 3166-1 alpha-2"
    )
    foreign_passport: Annotated[str, StringConstraints(min_length=4, max_length=30)] | None = None
    phone: Annotated[str, StringConstraints(min_length=10, max_length=20)]
    email: Annotated[str, StringConstraints(min_length=5, max_length=254)]
    password: Secret
    language: Literal["ru", "en"] = "ru"


class Confirmation(Request):
    phone_code: CodeText
    email_code: CodeText


class SignIn(Request):
    login: Annotated[str, StringConstraints(min_length=3, max_length=254)] = Field(description="SNILS, phone or e-mail")
    password: Secret


class StepUp(Request):
    """``assertion`` with a passkey, ``code`` with every other factor: ``domain/factors.py``, ``problem_of``."""

    factor: Literal["passkey", "totp", "recovery-code", "sms"]
    code: AnswerText | None = None
    assertion: dict[str, Any] | None = Field(None, description="PublicKeyCredential as JSON (WebAuthn, toJSON)")


class SecondFactor(StepUp):
    role: Literal["patient"] | StaffRole = "patient"
    member_id: Id | Literal[""] = ""


class Refresh(Request):
    refresh_token: Annotated[str, StringConstraints(min_length=20, max_length=300)]


class ActAs(Request):
    role: Literal["patient", "representative"] | StaffRole
    member_id: Id | Literal[""] = ""
    patient_id: Id | Literal[""] = Field("", description="For whom a representative acts from now on")


class TotpCode(Request):
    code: CodeText


Channels = Annotated[list[Literal["sms", "email"]], Field(max_length=2)]
LocalTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Quiet(Request):
    begin: LocalTime = Field(alias="from", description="Local time, HH:MM")
    until: LocalTime


class Wishes(Request):
    language: Literal["ru", "en"] | None = None
    channels: Channels | None = None
    zone: Annotated[str, StringConstraints(max_length=64)] | None = Field(
        None, description="IANA time zone in which moments are told and quiet hours are meant"
    )
    quiet: Quiet | Literal["none"] | None = Field(None, description="When nothing but security goes outside")
    topics: dict[Literal["visits", "reminders", "intake", "messages", "security", "news"], Channels] | None = Field(
        None, description="Channels by topic, in the place of those there were; a topic that is absent: `channels`"
    )


class Organisation(Request):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
    oid: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}(\.[0-9]{1,10}){1,30}$")]


class Member(Request):
    snils: Annotated[str, StringConstraints(min_length=11, max_length=14)]
    role: StaffRole
    department: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    staff_number: Annotated[str, StringConstraints(max_length=40)] = ""
    position: Annotated[str, StringConstraints(max_length=100)] = ""
