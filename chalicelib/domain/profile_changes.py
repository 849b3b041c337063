"""A new name or passport as pure rules (SPC-4): the form, the comparison that staff see, what forbids the change.

A finding is a sign for the reviewer, with a stable code. ``BLOCKING`` ones mean that it is another person's document,
or no change at all: then nobody can approve.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.domain import identifiers as ids
from chalicelib.domain.ages import PASSPORT_AGE
from chalicelib.domain.names import same_name

NAMES = ("last_name", "first_name", "middle_name")
PASSPORT = ("passport_series", "passport_number", "passport_issued_on")
CHANGEABLE = (*NAMES, *PASSPORT)
FIXED = ("birth_date", "snils")
"""What a new document must say as the profile does."""

BLOCKING = frozenset({"birth-date-differs", "snils-differs", "nothing-changes"})

FIELDS = {"birth-date-differs": "/birth_date", "snils-differs": "/snils", "nothing-changes": "/last_name"}
"""Field of the form that a blocking finding is about."""

FINDINGS: Mapping[str, tuple[str, str]] = {
    "birth-date-differs": ("Дата рождения не совпадает с профилем", "The birth date is not the profile's"),
    "snils-differs": ("СНИЛС не совпадает с профилем", "The SNILS is not the profile's"),
    "nothing-changes": ("Ничего не меняется", "Nothing changes"),
    "passport-kept": (
        "Имя меняется, а паспорт прежний: после смены имени паспорт заменяют",
        "The name changes and the passport does not: a new name needs a new passport",
    ),
    "issued-too-early": ("Паспорт выдан раньше 14 лет", "The passport was issued before the age of 14"),
    "patronymic-sex": ("Отчество не соответствует полу", "The patronymic does not fit the sex"),
    "surname-sex": ("Окончание фамилии не соответствует полу", "The surname's ending does not fit the sex"),
    "whole-name": (
        "Меняются фамилия, имя и отчество сразу: сверьте документ особенно внимательно",
        "Surname, given name and patronymic change at once: look at the document with special care",
    ),
}

_PATRONYMIC = {"male": ("вич", "ич", "оглы"), "female": ("вна", "чна", "шна", "кызы")}
_SURNAME = {
    "male": ("ов", "ев", "ёв", "ин", "ын", "ский", "цкий"),
    "female": ("ова", "ева", "ёва", "ина", "ская", "цкая"),
}


def normal_change(form: Mapping[str, Any], today: date) -> dict[str, str]:
    """The new values, normalised. Raises InvalidFieldsError with every broken field named."""
    found = ids.Findings()
    given: dict[str, Any] = {}
    for name in NAMES:
        if form.get(name) is not None:
            given[name] = found.check(_name, form[name], name)
    if form.get("passport_series") is not None or form.get("passport_number") is not None:
        given["passport_series"] = found.check(ids.normal_passport_series, form.get("passport_series") or "")
        given["passport_number"] = found.check(ids.normal_passport_number, form.get("passport_number") or "")
        issued = found.check(_issued, form.get("passport_issued_on") or "", today)
        given["passport_issued_on"] = issued.isoformat() if issued else None
    given["birth_date"] = found.check(ids.normal_birth_date, form["birth_date"], today)
    if form.get("snils"):
        given["snils"] = found.check(ids.normal_snils, form["snils"])
    found.close()
    if not set(given) & set(CHANGEABLE):
        raise ids.problem("/last_name", "nothing", "name at least one thing that changes")
    return {name: str(value) for name, value in given.items()}


def _name(value: str, name: str) -> str:
    """A patronymic may be given up: that is an empty one."""
    return "" if name == "middle_name" and not value.strip() else ids.normal_name(value, f"/{name}")


def _issued(value: str, today: date) -> date:
    return ids.normal_birth_date(value, today, "/passport_issued_on")


def changed(profile: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The profile with the new values in it; an empty patronymic is left out."""
    merged = {**profile, **{name: value for name, value in given.items() if name in CHANGEABLE}}
    return {name: value for name, value in merged.items() if value or name != "middle_name"}


def comparison(profile: Mapping[str, str], given: Mapping[str, str]) -> dict[str, Any]:
    """Old beside new, field by field, and the findings in words."""
    rows = [
        {
            "field": name,
            "old": profile.get(name, ""),
            "new": given.get(name, profile.get(name, "")),
            "differs": name in given and given[name] != profile.get(name, ""),
        }
        for name in (*CHANGEABLE, *FIXED)
        if name in given or name in profile
    ]
    told = [
        {"code": code, **dict(zip(("ru", "en"), FINDINGS[code], strict=True)), "blocking": code in BLOCKING}
        for code in findings(profile, given)
    ]
    return {"fields": rows, "findings": told}


def findings(profile: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """Codes of ``FINDINGS`` that apply, in the order of that table."""
    new = changed(profile, given)
    names = [n for n in NAMES if not same_name(new.get(n, ""), profile.get(n, ""))]
    same_passport = all(new.get(n) == profile.get(n) for n in ("passport_series", "passport_number"))
    applies = {
        "birth-date-differs": given.get("birth_date", profile.get("birth_date")) != profile.get("birth_date"),
        "snils-differs": given.get("snils", profile.get("snils")) != profile.get("snils"),
        "nothing-changes": new == dict(profile),
        "passport-kept": bool(names) and same_passport,
        "issued-too-early": _too_early(new),
        "patronymic-sex": _other_sex(new.get("middle_name", ""), new.get("sex", ""), _PATRONYMIC),
        "surname-sex": _other_sex(new.get("last_name", ""), new.get("sex", ""), _SURNAME),
        "whole-name": len(names) == len(NAMES),
    }
    return [code for code in FINDINGS if applies[code]]


def _too_early(profile: Mapping[str, str]) -> bool:
    if "passport_issued_on" not in profile:
        return False
    issued, born = (date.fromisoformat(profile[n]) for n in ("passport_issued_on", "birth_date"))
    return (issued.year - born.year - ((issued.month, issued.day) < (born.month, born.day))) < PASSPORT_AGE


def _other_sex(name: str, sex: str, endings: Mapping[str, tuple[str, ...]]) -> bool:
    """The ending is one of the other sex's and none of this one's; unknown endings say nothing."""
    other = {"male": "female", "female": "male"}.get(sex)
    low = name.casefold()
    return other is not None and low.endswith(endings[other]) and not low.endswith(endings[sex])
