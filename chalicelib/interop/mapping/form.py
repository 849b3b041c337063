"""What a form is: one kind of record as one type of resource, line by line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.interop.mapping.codecs import URN, Body, Tree
from chalicelib.interop.mapping.lenses import At, Field, Lens

TERMS = "http://terminology.hl7.org/CodeSystem"
WITHDRAWN = frozenset({"withdrawn", "outdated"})
"""Marks on a record that its source took back (services/gathering)."""
Parts = Callable[[Body, Tree, At], list[Tree]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``lenses``: the fields. ``needed``: what R4 demands; by its place what stands there when it is not shown, None
    for the reason why it is absent. ``wrong``: place and code of a record that was taken back.

    ``by_row``: what source and author of a record say; ``beside``: the elements that it fills. ``parts``: what belongs
    to the record and is a resource of its own. ``kept``: why a resource of this form is not taken back as this kind.
    """

    kind: str
    resource: str
    lenses: tuple[Lens, ...]
    subject: str = "subject"
    needed: Mapping[str, Any] = field(default_factory=dict)
    wrong: tuple[str, str] | None = ("status", "entered-in-error")
    by_row: Callable[[Tree, At], None] | None = None
    beside: tuple[str, ...] = ()
    parts: Parts | None = None
    kept: str = ""


DATED = "occurred_at"


def dated(where: str) -> Field:
    return Field(DATED, where)


def person(at: At) -> Tree:
    """Who wrote it: the patient, or an account here, of which nothing but its number is said."""
    if at.reported:
        return dict(at.subject)
    author = at.row.get("author") or {}
    return {"identifier": {"system": f"{URN}:person", "value": str(author.get("person") or "unknown")}}


def coding(system: str, code: str, display: str = "") -> Tree:
    return {"system": system, "code": code, **({"display": display} if display else {})}


def concept(system: str, code: str, text: str = "") -> Tree:
    return {"coding": [coding(system, code)], **({"text": text} if text else {})}


def performed(where: str) -> Callable[[Tree, At], None]:
    """Who wrote it, in this element, if nobody is named there."""

    def put_in(made: Tree, at: At) -> None:
        made.setdefault(where, [person(at)] if where == "performer" else person(at))

    return put_in


def verified(made: Tree, at: At) -> None:
    """Of allergies and conditions: what a patient reported is unconfirmed until a doctor stands by it."""
    sure = "unconfirmed" if at.reported and "confirmed" not in at.row else "confirmed"
    if (at.row.get("status") or {}).get("state") in WITHDRAWN:
        sure = "entered-in-error"
        made.pop("clinicalStatus", None)
    system = (
        "allergyintolerance-verification" if made["resourceType"] == "AllergyIntolerance" else "condition-ver-status"
    )
    made["verificationStatus"] = concept(f"{TERMS}/{system}", sure)
    made["recorder"] = person(at)
