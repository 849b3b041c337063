"""The activation form (ACT-1) as pure rules: every field by its own rule, and what differs from the profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain import identifiers as ids
from chalicelib.domain.cases import Slot
from chalicelib.domain.texts.said import Said

SLOTS = (
    Slot("policy", Said("Полис ОМС", "Insurance policy")),
    Slot("identity", Said("Документ, удостоверяющий личность", "Identity document")),
)

NAMES = ("last_name", "first_name", "middle_name")
COMPARED = (*NAMES, "passport_series", "passport_number", "phone")
"""Fields that the form and the profile both have."""

REVIEWED = (*NAMES, "birth_date", "sex", "snils", "passport_series", "passport_number")
"""What the registrar sees of the profile: as much as the papers show, and no way to reach the person."""


def normal_form(form: Mapping[str, Any]) -> dict[str, str]:
    """The normalised form. Raises InvalidFieldsError with every broken field named."""
    found = ids.Findings()
    person = {
        "oms_policy": found.check(ids.normal_oms, form["oms_policy"], "/oms_policy"),
        "passport_series": found.check(ids.normal_passport_series, form["passport_series"]),
        "passport_number": found.check(ids.normal_passport_number, form["passport_number"]),
        "phone": found.check(ids.normal_phone, form["phone"]),
    }
    for name in NAMES:
        if form.get(name) or name != "middle_name":
            person[name] = found.check(ids.normal_name, form[name], f"/{name}")
    found.close()
    return {name: value for name, value in person.items() if value is not None}


def differs(form: Mapping[str, Any], profile: Mapping[str, Any]) -> list[str]:
    """Names of the fields in which the form is not what the profile says, however capitals are written."""
    return [name for name in COMPARED if _plain(form.get(name)) != _plain(profile.get(name))]


def other_papers(form: Mapping[str, Any], profile: Mapping[str, Any]) -> list[str]:
    """As ``differs``, without the telephone, which no paper shows."""
    return [name for name in differs(form, profile) if name != "phone"]


def _plain(value: Any) -> str:
    return str(value or "").casefold().replace("ё", "е")
