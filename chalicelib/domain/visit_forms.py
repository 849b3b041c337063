"""The patient's form before a visit (APT-4): what of the card goes into it, and until when it is open. Pure rules.

1. What the card knows is put before the patient as a question: each item with the record that it is from, and without
   an answer. What only the patient can say now is empty (domain/visit_rules.py).
2. The last visit is the newest one of the same specialty, or to the same doctor: what changed since then is marked.
3. A form is open until the visit begins, and is submitted once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from chalicelib.domain.moments import stamp
from chalicelib.domain.visit_rules import LOOKED_BACK, OF_FORMS, How
from chalicelib.domain.vital_signs.signs import reading_of

MOST_ITEMS, MOST_MEASURED = 60, 20
LINE = 300
"""Characters of one line (``Line`` in records/bodies/base.py)."""
AT_HOME = frozenset({"home", "device"})
VISITS = ("visit", "examination-protocol")
LASTING = frozenset({"active", "recurrence", "remission"})
TAKEN = frozenset({"active", "on-hold"})
REPORTED = "patient-reported"


class State(StrEnum):
    """Stored, but ``closed``, which follows from the clock: never rename, never reuse."""

    OPEN = "open"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Known:
    """A record of the card. ``at``: stamp of its clinical date; ``touched``: of its newest version; ``person``: who
    wrote that. ``standing``: its source did not take it back, and a prescription is in force.
    """

    kind: str
    id: str
    at: str
    touched: str
    body: Mapping[str, Any]
    source: str = ""
    person: str = ""
    standing: bool = True

    def origin(self, since: Known | None, **more: Any) -> dict[str, Any]:
        """Where a value is from. ``changed``: since the last visit; None where there was none."""
        changed = None if since is None else self.touched > since.at
        return {**more, "kind": self.kind, "record": self.id, "date": self.at, "changed": changed}


Fits = Callable[[str, Any], bool]
Found = Mapping[str, Sequence[Known]]
"""Records by kind, newest first. A kind that who asks may not list is absent."""


@dataclass(frozen=True, slots=True)
class Prefilled:
    """``sources``: of each value in ``body``, by its JSON pointer. ``beside``: what is shown and not copied."""

    body: dict[str, Any] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    beside: list[dict[str, Any]] = field(default_factory=list)
    last: Known | None = None


def state_of(row: Mapping[str, Any] | None, appointment: str, start: datetime, now: datetime) -> State:
    """Of a form. ``appointment``: the state of the visit; ``row``: what is stored of the form, if anything."""
    if row is not None and row["state"] == State.SUBMITTED:
        return State.SUBMITTED
    if appointment != "booked" or now >= start:
        return State.CLOSED
    return State.OPEN if row is None else State.DRAFT


def last_visit(found: Found, visits: AbstractSet[str], doctor: str, before: datetime) -> Known | None:
    """The newest visit or protocol to compare with: of ``visits`` (ids that appointments of the specialty name), or
    written by the same doctor.
    """
    until = stamp(before)
    fitting = [
        one
        for kind in VISITS
        for one in found.get(kind, ())
        if one.standing and one.at < until and (one.id in visits or (doctor and one.person == doctor))
    ]
    return max(fitting, key=lambda one: (one.at, one.id), default=None)


def last_form(found: Found, specialty: str) -> Known | None:
    return next((one for one in found.get("visit-form", ()) if one.body.get("specialty") == specialty), None)


def prefilled(
    found: Found, form: Known | None, last: Known | None, now: datetime, language: str, fits: Fits
) -> Prefilled:
    """What the form begins with. ``form``: the last one of the specialty; ``fits``: whether a field takes a value."""
    made = Prefilled(last=last)
    for name, items in _items(found, form, last, now).items():
        most = MOST_MEASURED if name == "measured" else MOST_ITEMS
        fitting = (pair for pair in items if fits(name, [pair[0]]))
        for number, (item, record) in enumerate(islice(fitting, most)):
            made.body.setdefault(name, []).append(item)
            made.sources.append(record.origin(last, field=f"/{name}/{number}"))
    for rule in OF_FORMS:
        told_by = form if form is not None and form.kind == rule.kind else last
        if rule.how is How.BESIDE and told_by is not None and told_by.kind == rule.kind:
            value = told_by.body.get(rule.field)
            told = {"field": f"/{rule.field}", "value": value, "reason": rule.reason.to(language)}
            made.beside.extend([told_by.origin(None, **told)] if value else [])
    return made


Item = tuple[dict[str, Any], Known]


def _items(found: Found, form: Known | None, last: Known | None, now: datetime) -> Mapping[str, Iterable[Item]]:
    return {
        "medicines": _medicines(found, form, now.date()),
        "allergies": _allergies(found),
        "conditions": _conditions(found),
        "measured": _measured(found, last, now),
    }


def _medicines(found: Found, form: Known | None, today: date) -> Iterator[Item]:
    """What is taken by the card, then what is prescribed, then what the patient called new the last time."""
    named: set[str] = set()
    for item, record in (*_taken(found, today), *_prescribed(found), *_new_ones(form)):
        name = item["name"].casefold()
        if name and name not in named:
            named.add(name)
            yield item, record


def _taken(found: Found, today: date) -> Iterator[Item]:
    for one in found.get("medication-statement", ()):
        body = one.body
        over = body.get("ended_on") and str(body["ended_on"]) < today.isoformat()
        if one.standing and body.get("status", "active") in TAKEN and not over:
            yield _medicine(body["drug"], body["dosage"]), one


def _prescribed(found: Found) -> Iterator[Item]:
    for one in found.get("prescription", ()):
        if one.standing:
            yield from ((_medicine(drug, drug["dosage"]), one) for drug in one.body["drugs"])


def _new_ones(form: Known | None) -> Iterator[Item]:
    if form is not None:
        for item in form.body.get("medicines") or ():
            if item.get("taking") == "new":
                yield without_gaps({"name": item["name"], "dosage": item.get("dosage")}), form


def _medicine(drug: Mapping[str, Any], dosage: str) -> dict[str, Any]:
    name = line(f"{drug['inn']} {drug.get('strength') or ''}")
    return without_gaps({"name": name, "dosage": line(dosage)})


def _allergies(found: Found) -> Iterator[Item]:
    for one in found.get("allergy", ()):
        if one.standing and one.body.get("clinical_status", "active") == "active":
            told = {"substance": line(one.body["substance"]), "reaction": line(one.body.get("reaction") or "")}
            if told["substance"]:
                yield without_gaps(told), one


def _conditions(found: Found) -> Iterator[Item]:
    for one in found.get("chronic-condition", ()):
        name = line(one.body["diagnosis"]["text"])
        if one.standing and name and one.body.get("clinical_status", "active") in LASTING:
            yield {"name": name}, one


def _measured(found: Found, last: Known | None, now: datetime) -> Iterator[Item]:
    """The newest reading at home of each sign since the last visit."""
    since, seen = last.at if last else stamp(now - LOOKED_BACK), set()
    for one in newest_readings(found, since):
        if at_home(one) and one.body["code"] not in seen:
            seen.add(one.body["code"])
            yield without_gaps(one.body), one


def newest_readings(found: Found, since: str) -> Iterator[Known]:
    """Vital signs that stand, of ``since`` (stamp) and later, newest first."""
    return (one for one in found.get("vital-sign", ()) if one.standing and one.at >= since)


def at_home(one: Known) -> bool:
    return reading_of(one.body, reported=one.source == REPORTED).place in AT_HOME


def line(text: str) -> str:
    """Text as one line of at most ``LINE`` characters; "" where nothing of it can be read."""
    cut = " ".join(text.split())[:LINE].strip()
    return cut if any(one.isprintable() and not one.isspace() for one in cut) else ""


def without_gaps(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value}
