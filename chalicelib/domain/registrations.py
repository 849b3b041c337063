"""A registration form as pure rules (ID-1): every field by its own rule, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.domain import identifiers as ids
from chalicelib.domain import passwords_policy
from chalicelib.domain.ages import CONSENT_AGE, OWN_WORD, PASSPORT_AGE, birthday
from chalicelib.domain.moments import stamp
from chalicelib.domain.residence import normal_country, normal_foreign_passport

UNIQUE = ("snils", "phone", "email")
"""One account per value of each of these; and of passports, which are two fields, and of a migration card."""

SEXES = ("male", "female")
LANGUAGES = ("ru", "en")
FOREIGN = "foreign"
"""Kind of document of a person who has no Russian passport."""


def normal_form(form: Mapping[str, Any], today: date) -> dict[str, str]:
    """The normalised form with the prepared password. Raises InvalidFieldsError with every broken field named."""
    found = ids.Findings()
    person = {
        "last_name": found.check(ids.normal_name, form["last_name"], "/last_name"),
        "first_name": found.check(ids.normal_name, form["first_name"], "/first_name"),
        **_papers(form, found),
        "phone": found.check(ids.normal_phone, form["phone"]),
        "email": found.check(ids.normal_email, form["email"]),
        "sex": found.check(_one_of, form["sex"], SEXES, "/sex"),
        "language": found.check(_one_of, form["language"], LANGUAGES, "/language"),
    }
    if form.get("middle_name"):
        person["middle_name"] = found.check(ids.normal_name, form["middle_name"], "/middle_name")
    born = found.check(ids.normal_birth_date, form["birth_date"], today)
    if born is not None:
        found.check(_old_enough, born, today)
    own = [person.get(n) for n in ("last_name", "first_name", "middle_name", "email", "phone")]
    password = found.check(passwords_policy.check, form["password"], [value for value in own if value])
    found.close()
    checked = {name: value for name, value in person.items() if value is not None}
    return checked | {"birth_date": str(born), "password": str(password)}


def _papers(form: Mapping[str, Any], found: ids.Findings) -> dict[str, str | None]:
    """A citizen's SNILS and passport; or a foreign citizen's passport, with a SNILS where there is one (SPC-6)."""
    if form.get("document_kind") != FOREIGN:
        return {
            "snils": found.check(ids.normal_snils, form.get("snils") or ""),
            "passport_series": found.check(ids.normal_passport_series, form.get("passport_series") or ""),
            "passport_number": found.check(ids.normal_passport_number, form.get("passport_number") or ""),
        }
    return {
        "snils": found.check(ids.normal_snils, form["snils"]) if form.get("snils") else None,
        "citizenship": found.check(normal_country, form.get("citizenship") or ""),
        "foreign_passport": found.check(normal_foreign_passport, form.get("foreign_passport") or ""),
    }


def unique_values(content: Mapping[str, str]) -> dict[str, str]:
    """Values that one account can have, by the field of the blind index."""
    found = {field: content[field] for field in UNIQUE if content.get(field)}
    series, number = content.get("passport_series"), content.get("passport_number")
    found |= {"passport": f"{series}{number}"} if series and number else {}
    country, foreign = content.get("citizenship"), content.get("foreign_passport")
    found |= {"foreign-passport": f"{country}{foreign}"} if country and foreign else {}
    card = content.get("migration_card")  # in a profile since staff confirmed the stay (SPC-6)
    return found | ({"migration-card": card} if card else {})


def own_word(content: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Attribute of the profile of who is too young to consent alone, though not for a passport (domain/ages.py)."""
    of_age = birthday(date.fromisoformat(content["birth_date"]), CONSENT_AGE)
    return {OWN_WORD: stamp(of_age)} if now < of_age else {}


def login_candidates(login: str) -> list[tuple[str, str]]:
    """What a login may be, as (field, normalised value), likeliest first.

    Eleven bare digits can be a telephone and a SNILS at once; the telephone is looked up first.
    """
    tries = (
        [("email", ids.normal_email)] if "@" in login else [("phone", ids.normal_phone), ("snils", ids.normal_snils)]
    )
    found = []
    for field, rule in tries:
        value = ids.Findings().check(rule, login)
        if value is not None:
            found.append((field, value))
    return found


def _old_enough(born: date, today: date) -> None:
    """Younger ones have no passport, and whoever typed theirs would act as the child, past the 15th birthday."""
    if today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < PASSPORT_AGE:
        raise ids.problem(
            "/birth_date", "too-young", f"from {PASSPORT_AGE} years on; a parent or clinic registers a child"
        )


def _one_of(value: str, allowed: tuple[str, ...], field: str) -> str:
    if value not in allowed:
        raise ids.problem(field, "choice", "one of: " + ", ".join(allowed))
    return value
