"""The doctor's draft of a visit's record (APT-4): pure rules, nothing is stored by looking.

1. From the last visit goes what the table says (domain/visit_rules.py): copied with its date, or shown beside.
2. What must be asked anew is named and stays empty, whatever was written the last time.
3. The patient's form, what was measured since, and orders whose results came lie beside the draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.moments import stamp
from chalicelib.domain.visit_forms import VISITS, Found, Known, Prefilled, newest_readings, without_gaps
from chalicelib.domain.visit_rules import FRESH, LOOKED_BACK, MEASURED_AGAIN, OF_VISITS, How, Part, Rule

VISIT, PROTOCOL = VISITS
ORDERS: Mapping[str, str] = {"laboratory-order": "panel", "planned-study": "study", "referral": "specialty"}
"""What is ordered, and the field that names it."""
RESULTS = ("laboratory-result", "imaging-study")
OPEN = frozenset({"active", "on-hold"})
CHRONIC = {Part.WHOLE: (True, False), Part.CHRONIC: (True,), Part.PASSING: (False,)}


def kind_of(asked: str, last: Known | None) -> str:
    """The kind of record that is drafted: what was asked for, else what the last visit was written as."""
    return asked or (last.kind if last else VISIT)


def drafted(fields: frozenset[str], last: Known | None, language: str) -> Prefilled:
    """``fields``: of the kind that is drafted; what it has no place for is shown beside."""
    made = Prefilled(last=last)
    for rule in _rules(last):
        value = last.body.get(rule.field) if last is not None else None
        found = _part(value, rule.part) if rule.field == "diagnoses" else value
        if not found or last is None or rule.how is How.NEVER:
            continue
        copied = rule.how is How.COPY and rule.field in fields
        if copied:
            made.body[rule.field] = found
        told = made.sources if copied else made.beside
        more = {} if copied else {"value": found}
        told.append(last.origin(None, field=f"/{rule.field}", reason=rule.reason.to(language), **more))
    return made


def asked_anew(kind: str, language: str) -> list[dict[str, str]]:
    """Fields of a kind that no earlier record fills."""
    return [
        {"field": f"/{rule.field}", "reason": rule.reason.to(language), "source": rule.source}
        for rule in OF_VISITS
        if rule.kind == kind and rule.how is How.NEVER and rule.field not in GIVEN
    ]


GIVEN = frozenset({"occurred_at", "doctor_name", "place", "related"})
"""What the appointment, the schedule and the form say."""


def _rules(last: Known | None) -> Iterator[Rule]:
    return (rule for rule in OF_VISITS if last is not None and rule.kind == last.kind)


def _part(diagnoses: Any, part: Part) -> list[Any]:
    return [one for one in diagnoses or () if bool(one.get("chronic")) in CHRONIC[part]]


def vital_signs(found: Found, last: Known | None, now: datetime, language: str) -> list[dict[str, Any]]:
    """The newest reading of each sign since the last visit; ``again``: it is too old to stand for today."""
    since, seen, made = last.at if last else stamp(now - LOOKED_BACK), set(), []
    for one in newest_readings(found, since):
        if one.body["code"] not in seen:
            seen.add(one.body["code"])
            again = one.at < stamp(now - FRESH)
            reason = {"reason": MEASURED_AGAIN.to(language)} if again else {}
            made.append(one.origin(last, value=without_gaps(one.body), again=again, **reason))
    return made


def orders_with_results(found: Found, last: Known | None) -> list[dict[str, Any]]:
    """Orders with what came of them: those still open that have a result, and those done since the last visit.

    An order and a result belong together where either names the other in ``related``.
    """
    results = [one for kind in RESULTS for one in found.get(kind, ()) if one.standing]
    made = []
    for kind, name in ORDERS.items():
        for order in found.get(kind, ()):
            came = [one for one in results if _tied(order, one)]
            status = order.body.get("status", "active")
            done = status == "completed" and (last is None or order.touched > last.at)
            if order.standing and came and (status in OPEN or done):
                told = {"name": order.body.get(name, ""), "status": status, "results": _brief(came, last)}
                made.append(order.origin(last, **told))
    return made


def new_results(found: Found, last: Known | None, told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Results since the last visit that came by no order of the list; none on a first visit: the card has them all."""
    if last is None:
        return []
    listed = {result["record"] for order in told for result in order["results"]}
    since = [one for kind in RESULTS for one in found.get(kind, ()) if one.standing and one.touched > last.at]
    return _brief([one for one in since if one.id not in listed], last)


def _tied(order: Known, result: Known) -> bool:
    return _names(order, result) or _names(result, order)


def _names(one: Known, other: Known) -> bool:
    return any((link["kind"], link["id"]) == (other.kind, other.id) for link in one.body.get("related") or ())


def _brief(results: Sequence[Known], last: Known | None) -> list[dict[str, Any]]:
    return [one.origin(last, name=one.body.get("panel") or one.body.get("region") or "") for one in results]
