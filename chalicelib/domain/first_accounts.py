"""A first account made at the identity desk, for a person whom the system knows and who has none (ACT-5, SPC-1).

A child has a passport from 14 on, and brings it; so does whoever was registered at a clinic and cannot claim the card
by telephone. The steps are those of a recovery (domain/desk_recovery.py): compared in person, approved by a second
operator always, a printed code, and an SMS to the telephone that was given at the desk.
Representations stay as they are: they end by age (domain/representation.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.domain import identifiers as ids
from chalicelib.domain.ages import PASSPORT_AGE, age_at
from chalicelib.domain.names import same_name
from chalicelib.domain.newborns import normal_birth_certificate

WITHOUT_ACCOUNT = frozenset({"ward", "unclaimed"})
"""States of a profile that may become an account's."""
FOUND_BY: Mapping[str, str] = {"snils": "snils", "birth-certificate": "birth_certificate"}
"""Blind index by which the person is found, and the field of the form."""


def normal_first_account(form: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """The form of the desk, normalised. Raises InvalidFieldsError with every broken field named."""
    found = ids.Findings()
    rules = {
        "last_name": (ids.normal_name, "/last_name"),
        "first_name": (ids.normal_name, "/first_name"),
        "snils": (ids.normal_snils, "/snils"),
        "birth_certificate": (normal_birth_certificate, "/birth_certificate"),
        "passport_series": (ids.normal_passport_series, "/passport_series"),
        "passport_number": (ids.normal_passport_number, "/passport_number"),
        "phone": (ids.normal_phone, "/phone"),
        "email": (ids.normal_email, "/email"),
    }
    given = {name: found.check(rule, form[name], field) for name, (rule, field) in rules.items() if form.get(name)}
    born = found.check(ids.normal_birth_date, form["birth_date"], now.date())
    if born is not None:
        found.check(_old_enough, born, now)
    if not any(form.get(name) for name in FOUND_BY.values()):
        found.check(_numberless)
    found.close()
    return {name: str(value) for name, value in given.items()} | {"birth_date": str(born)}


def differs(known: Mapping[str, Any], given: Mapping[str, str]) -> bool:
    """Whether the passport on the desk is another person's: names and birth date agree, no known number differs."""
    names = all(same_name(str(known.get(name, "")), given[name]) for name in ("last_name", "first_name"))
    numbers = all(
        known.get(name) in {None, "", given.get(name)}
        for name in ("snils", "passport_series", "passport_number")
        if given.get(name)
    )
    return not (names and numbers and known.get("birth_date") == given["birth_date"])


def _old_enough(born: date, now: datetime) -> None:
    if age_at(born, now) < PASSPORT_AGE:
        raise ids.problem("/birth_date", "too-young", f"a passport is given at {PASSPORT_AGE}")


def _numberless() -> None:
    raise ids.problem("/snils", "required", "SNILS or birth certificate is needed")
