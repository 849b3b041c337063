"""A patient whom a clinic registers (ACT-5): the form, and what a registrar may decide about look-alikes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain import identifiers as ids
from chalicelib.domain.ages import CONSENT_AGE, age_at
from chalicelib.domain.matching import Comparison
from chalicelib.domain.names import same_name
from chalicelib.domain.registrations import LANGUAGES, SEXES, unique_values

UNCLAIMED = "unclaimed"
"""State of a profile whose person has no account yet."""


class Answer(StrEnum):
    SAME = "same"
    DIFFERENT = "different"


def normal_patient(form: Mapping[str, Any], today: date) -> dict[str, str]:
    """The normalised description; ``passport`` is series and number. Raises InvalidFieldsError, every field named.

    One of SNILS, policy and passport is needed: without papers nobody is bound to anything.
    """
    found = ids.Findings()
    rules = {
        "last_name": (ids.normal_name, "/last_name"),
        "first_name": (ids.normal_name, "/first_name"),
        "middle_name": (ids.normal_name, "/middle_name"),
        "snils": (ids.normal_snils, "/snils"),
        "oms": (ids.normal_oms, "/oms"),
        "passport_series": (ids.normal_passport_series, "/passport_series"),
        "passport_number": (ids.normal_passport_number, "/passport_number"),
        "phone": (ids.normal_phone, "/phone"),
        "email": (ids.normal_email, "/email"),
    }
    person = {name: found.check(rule, form[name], field) for name, (rule, field) in rules.items() if form.get(name)}
    born = found.check(ids.normal_birth_date, form["birth_date"], today)
    found.check(_one_of, form["sex"], SEXES, "/sex")
    found.check(_one_of, form["language"], LANGUAGES, "/language")
    found.check(_papers, form)
    found.close()
    checked = {name: str(value) for name, value in person.items()}
    return checked | {"birth_date": str(born), "sex": form["sex"]}


def identifiers(content: Mapping[str, str]) -> dict[str, str]:
    """Values that belong to one person each, by the field of the blind index; what is not given is left out."""
    found = {field: value for field, value in unique_values(content).items() if field in {"snils", "passport"}}
    return found | ({"oms": content["oms"]} if content.get("oms") else {})


def traits(content: Mapping[str, str], oms: str = "") -> dict[str, str]:
    """What domain/matching.py compares, out of a profile or a form."""
    return {**content, **identifiers({**content, **({"oms": oms} if oms else {})})}


def undecided(proposed: Iterable[str], answer: Answer | None, named: Sequence[str]) -> list[str]:
    """Proposed people about whom nothing was decided: with ``same`` one of them is named, with ``different`` all."""
    left = list(proposed)
    if answer is Answer.SAME:
        return [] if len(named) == 1 and named[0] in left else left
    return [one for one in left if one not in named] if answer is Answer.DIFFERENT else left


def masked(found: Mapping[Any, Comparison], *, certain: bool = False) -> list[dict[str, Any]]:
    """Likeliest first; which fields agree, and no value of any."""
    ordered = sorted(found.items(), key=lambda pair: -pair[1].bits)
    return [
        {
            "patient_id": one,
            "probability": 1.0 if certain or result.certain else round(result.probability, 2),
            "agrees": list(result.agrees),
            "close": list(result.close),
            "differs": list(result.differs),
        }
        for one, result in ordered
    ]


def claims(known: Mapping[str, str], given: Mapping[str, str], now: datetime) -> bool:
    """Whether who confirmed a telephone is the person whom a clinic registered under one of their numbers.

    The telephone proves it; birth date and surname must agree, and no number may differ. Never a child: the telephone
    in its papers is a parent's, who would then act as the child, past every limit of a representative (ACC-8).
    """
    numbers = all(
        known.get(name) in {None, given.get(name)} for name in ("snils", "passport_series", "passport_number")
    )
    return bool(
        age_at(date.fromisoformat(known["birth_date"]), now) >= CONSENT_AGE
        and known.get("phone")
        and known["phone"] == given.get("phone")
        and known["birth_date"] == given["birth_date"]
        and same_name(known["last_name"], given["last_name"])
        and numbers
    )


def _one_of(value: str, allowed: tuple[str, ...], field: str) -> str:
    if value not in allowed:
        raise ids.problem(field, "choice", "one of: " + ", ".join(allowed))
    return value


def _papers(form: Mapping[str, Any]) -> None:
    if bool(form.get("passport_series")) != bool(form.get("passport_number")):
        raise ids.problem("/passport_number", "incomplete", "series and number of the passport belong together")
    if not any(form.get(name) for name in ("snils", "oms", "passport_number")):
        raise ids.problem("/snils", "required", "one of SNILS, policy and passport is needed")
