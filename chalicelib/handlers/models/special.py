"""Forms of the special cases, and requests about suspension (SPC-*)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.minor_permissions import BASES, KINDS
from chalicelib.domain.newborns import SINGLE_PARENT
from chalicelib.handlers.models.base import Id, Request

Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Certificate = Annotated[str, StringConstraints(min_length=8, max_length=40)]
Snils = Annotated[str, StringConstraints(min_length=11, max_length=14)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class OtherParent(Request):
    snils: Snils
    birth_date: Day


class Newborn(Request):
    """SPC-1: either ``other_parent``, who then agrees in their own cabinet, or ``single_parent_basis``."""

    last_name: Name
    first_name: Name
    middle_name: Name | None = None
    birth_date: Day
    sex: Literal["male", "female"]
    birth_certificate: Certificate = Field(description="II-АБ № 123456")
    snils: Snils | None = None
    oms_policy: Annotated[str, StringConstraints(min_length=16, max_length=23)] | None = None
    other_parent: OtherParent | None = None
    single_parent_basis: Literal[*SINGLE_PARENT] | None = None  # type: ignore[valid-type]  # the rules name them


class RegisteredChild(Request):
    """By the birth certificate or the SNILS, and the birth date."""

    birth_certificate: Certificate | None = None
    snils: Snils | None = None
    birth_date: Day


class MinorPermission(Request):
    """SPC-2: for a case of one's own that waits (``for_case``), or for a child that is registered (``child``)."""

    basis: Literal[*BASES]  # type: ignore[valid-type]  # the rules name them
    kind: Literal[*KINDS]  # type: ignore[valid-type]  # the rules name them
    number: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    authority: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]
    issued_on: Day
    until: Day | None = None
    for_case: Id | None = None
    child: RegisteredChild | None = None


class ProfileChange(Request):
    """SPC-4: what changes, and the birth date as the new document says it. An empty patronymic gives it up."""

    reason: Literal["marriage", "divorce", "name-change", "passport-expired", "passport-lost", "correction"]
    last_name: Name | None = None
    first_name: Name | None = None
    middle_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] | None = None
    passport_series: Annotated[str, StringConstraints(max_length=20)] | None = None
    passport_number: Annotated[str, StringConstraints(max_length=20)] | None = None
    passport_issued_on: Day | None = None
    birth_date: Day
    snils: Snils | None = None


class ForeignCitizen(Request):
    """SPC-6."""

    citizenship: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")] = Field(description="ISO 3166-1 alpha-2")
    foreign_passport: Annotated[str, StringConstraints(min_length=4, max_length=30)]
    migration_card: Annotated[str, StringConstraints(min_length=11, max_length=20)]
    stay_from: Day
    stay_until: Day


class Suspension(Request):
    reason: Reason = ""


class SuspensionLift(Request):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)] = Field(
        description="Number and date of the person's application; sealed"
    )
