"""A child without one parent's consent as pure rules (SPC-2): what document, what it allows, until when.

A permission that staff have accepted does one of two things:
  stands in     for the other parent in a newborn's case of the same person, which then goes to staff (SPC-1)
  represents    the person acts for a child that is registered already, until the document or the child's age ends it
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.domain import identifiers as ids
from chalicelib.domain.newborns import normal_birth_certificate

BASES: Mapping[str, str] = {
    "court-decision": "решение суда",
    "notarised-permission": "нотариально удостоверенное согласие другого родителя",
    "guardianship-order": "акт органа опеки и попечительства",
    "birth-certificate": "свидетельство о рождении, в котором заявитель записан родителем",
}
"""Source: practice under the Family Code, articles 61, 65, 66 and 146, to be confirmed by a lawyer."""

OF_PARENTS = frozenset({"birth-certificate"})
"""Shows a parent's own right: it makes nobody a guardian, and says nothing about the other parent's word."""

RESTORES = frozenset({"court-decision", "guardianship-order"})
"""What lets a person act again for a child for whose safety a doctor ended that (ACC-8): somebody else than the person
looked into it. Source: this project's choice, to be confirmed by a lawyer.
"""

OLDEST_PERMISSION = timedelta(days=3 * 365)
"""A notarised permission is taken for three years. Source: this project's choice; a court's decision does not age."""

IDENTIFIERS: Mapping[str, Callable[..., str]] = {
    "birth_certificate": normal_birth_certificate,
    "snils": ids.normal_snils,
}
"""By which a child is found."""

AGES = frozenset({"notarised-permission"})
KINDS = ("parent", "guardian")
MAX_NUMBER = 60
MAX_AUTHORITY = 200


def normal_permission(form: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The form, normalised. Raises InvalidFieldsError with every broken field named."""
    found = ids.Findings()
    given: dict[str, Any] = {
        "basis": form["basis"],
        "kind": form["kind"],
        "number": found.check(_number, form["number"]),
        "authority": " ".join(str(form["authority"]).split())[:MAX_AUTHORITY],
    }
    issued = found.check(ids.normal_birth_date, form["issued_on"], today, "/issued_on")
    until = found.check(_until, form["until"], today) if form.get("until") else None
    given |= _aim(form, found)
    if issued is not None:
        found.check(_not_stale, form["basis"], issued, today)
    if form["kind"] == "guardian" and form["basis"] == "notarised-permission":
        found.check(_refuse, "/basis", "basis", "a guardian is appointed by a court or an order")
    if form["basis"] in OF_PARENTS and (form["kind"] != "parent" or form.get("child") is None):
        found.check(_refuse, "/basis", "basis", "a birth certificate lets a parent act for a registered child")
    found.close()
    given["issued_on"] = str(issued)
    return given | ({"until": until.isoformat()} if until else {})


def _aim(form: Mapping[str, Any], found: ids.Findings) -> dict[str, Any]:
    """Which case it stands in for, or which child it is about: exactly one."""
    child = form.get("child")
    if (form.get("for_case") is None) == (child is None):
        found.check(_refuse, "/child", "choice", "either a case that waits, or a child that is registered")
        return {}
    if child is None:
        return {"for_case": form["for_case"]}
    given = [name for name in IDENTIFIERS if child.get(name)]
    if len(given) != 1:
        found.check(_refuse, "/child/birth_certificate", "choice", "either the birth certificate or the SNILS")
        return {}
    name = given[0]
    value = found.check(IDENTIFIERS[name], child[name], f"/child/{name}")
    return {"child": {name: str(value), "birth_date": str(child["birth_date"])}}


def still_good(given: Mapping[str, Any], today: date) -> bool:
    """Whether the document counts on ``today``: staff may come to it late."""
    ended = "until" in given and date.fromisoformat(given["until"]) < today
    return not ended and not _stale(given["basis"], date.fromisoformat(given["issued_on"]), today)


def _stale(basis: str, issued: date, today: date) -> bool:
    return basis in AGES and today - issued > OLDEST_PERMISSION


def _not_stale(basis: str, issued: date, today: date) -> None:
    if _stale(basis, issued, today):
        raise ids.problem("/issued_on", "too-old", "this document is too old")


def _until(value: str, today: date) -> date:
    try:
        until = date.fromisoformat(value)
    except ValueError:
        raise ids.problem("/until", "format", "a date as YYYY-MM-DD") from None
    if until < today:
        raise ids.problem("/until", "past", "this document has ended")
    return until


def _number(value: str) -> str:
    text = " ".join(value.split())
    if not 1 <= len(text) <= MAX_NUMBER or not re.search(r"\w", text):
        raise ids.problem("/number", "format", f"the document's number, at most {MAX_NUMBER} characters")
    return text


def _refuse(field: str, code: str, message: str) -> None:
    raise ids.problem(field, code, message)
