"""A newborn as pure rules (SPC-1): the birth certificate, who may be registered, on whose word.

Rules of a form:
  1. the child is at most ``OLDEST_DAYS`` old on the day of filing; how long staff take changes nothing
  2. the other parent is named by SNILS and birth date and must agree, or a basis says why nobody else is asked
  3. the certificate is the child's identifier: one child a certificate
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.domain import identifiers as ids
from chalicelib.domain.limits import DAY, Rule

OLDEST_DAYS = 365
"""Source: this project's choice. An older child is registered at a clinic (ACT-5)."""

SINGLE_PARENT: Mapping[str, str] = {
    "registry-extract": "справка о рождении: сведения об отце внесены по заявлению матери (бывшая форма № 25)",
    "death-certificate": "свидетельство о смерти другого родителя",
    "court-decision": "решение суда",
}
"""Documents on which one parent registers alone. Source: practice of the registry offices, to be confirmed by a lawyer.

A permission that staff have accepted (SPC-2) stands in for the other parent in another way: see minor_permissions.
"""

SINGLE_PARENT_SLOT = "single-parent-basis"
OTHER_PARENT = Rule("other-parent", 10, DAY)
"""Tries a person and day to name the other parent: a SNILS and a birth date could be tried out here."""

_LETTERS = str.maketrans("ABEKMHOPCTYX", "АВЕКМНОРСТУХ")  # the keys look alike, and people type either
_NUMERALS = str.maketrans("ХІСМУ", "XICMV")
_CERTIFICATE = re.compile(r"([^\W\d_]+)[\s-]*-[\s-]*([^\W\d_]{2})\s*(?:№|N|NO)?\s*([0-9]{6})")
_ROMAN = re.compile(r"X{0,3}(IX|IV|V?I{0,3})")
_BLANKS = str.maketrans("\u00a0\u2010\u2011\u2013\u2014", " ----")


def normal_birth_certificate(value: str, field: str = "/birth_certificate") -> str:
    """``II-АБ 123456``: a Roman numeral, two Cyrillic letters, six digits.

    Source: form of the certificate, order of the Ministry of Justice; there is no check digit.
    """
    text = unicodedata.normalize("NFKC", value[: ids.MAX_TYPED].translate(_BLANKS)).upper().strip()
    found = _CERTIFICATE.fullmatch(text.replace("№", " N "))
    if found is None:
        raise ids.problem(field, "format", "as on the certificate: II-АБ № 123456")
    numeral, letters = found[1].translate(_NUMERALS), found[2].translate(_LETTERS)
    if not _ROMAN.fullmatch(numeral):
        raise ids.problem(field, "format", "the series begins with a Roman numeral")
    if not re.fullmatch("[А-Я]{2}", letters):
        raise ids.problem(field, "format", "two Cyrillic letters after the numeral")
    return f"{numeral}-{letters} {found[3]}"


def normal_newborn(form: Mapping[str, Any], today: date) -> dict[str, str]:
    """What the form says about the child, normalised. Raises InvalidFieldsError with every broken field named."""
    found = ids.Findings()
    child = {
        "last_name": found.check(ids.normal_name, form["last_name"], "/last_name"),
        "first_name": found.check(ids.normal_name, form["first_name"], "/first_name"),
        "birth_certificate": found.check(normal_birth_certificate, form["birth_certificate"]),
        "sex": form["sex"],
    }
    if form.get("middle_name"):
        child["middle_name"] = found.check(ids.normal_name, form["middle_name"], "/middle_name")
    for name, rule in (("snils", ids.normal_snils), ("oms_policy", ids.normal_oms)):
        if form.get(name):
            child[name] = found.check(rule, form[name], f"/{name}")
    born = found.check(newborn_date, form["birth_date"], today)
    found.close()
    return {name: str(value) for name, value in child.items()} | {"birth_date": str(born)}


def newborn_date(value: str, today: date, field: str = "/birth_date") -> date:
    """A birth date that makes its owner a newborn on ``today`` (rule 1)."""
    born = ids.normal_birth_date(value, today, field)
    if today - born > timedelta(days=OLDEST_DAYS):
        raise ids.problem(field, "too-old", f"older than {OLDEST_DAYS} days: a clinic registers the child")
    return born


def normal_other_parent(form: Mapping[str, Any], today: date) -> dict[str, str] | None:
    """SNILS and birth date of the parent who must agree, or None where a basis stands instead (rule 2)."""
    other, basis = form.get("other_parent"), form.get("single_parent_basis")
    if (other is None) == (basis is None):
        raise ids.problem("/other_parent", "choice", "either the other parent or a basis for registering alone")
    if other is None:
        return None
    found = ids.Findings()
    snils = found.check(ids.normal_snils, other["snils"], "/other_parent/snils")
    born = found.check(ids.normal_birth_date, other["birth_date"], today, "/other_parent/birth_date")
    found.close()
    return {"snils": str(snils), "birth_date": str(born)}
