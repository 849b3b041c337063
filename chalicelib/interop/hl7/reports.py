"""One OBR with its OBX, NTE and SPM into a DiagnosticReport that carries its results, its order and its specimen.

The patient's reference is not in it: whose card it is, the message does not decide (services/hl7/matching.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from chalicelib.domain.hl7 import Code, Fault, Report
from chalicelib.domain.hl7_reports import WITHDRAWN
from chalicelib.interop.hl7 import observations, values
from chalicelib.interop.hl7.text import Segment

STATUSES = {
    "F": "final",
    "C": "corrected",
    "P": "preliminary",
    "R": "preliminary",
    "A": "partial",
    "O": "registered",
    "I": "registered",
    "S": "registered",
    "X": "cancelled",
}
"""Table 0123."""
LABORATORY = frozenset({"", "LAB", "HM", "CH", "MB", "BLB", "IMM", "SR", "TX", "VR", "MCB", "URN", "CG", "GE", "SP"})
SECTIONS = "http://terminology.hl7.org/CodeSystem/v2-0074"
ID_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
LONGEST = 100


@dataclass(slots=True)
class Gathered:
    """The segments of one OBR."""

    obr: Segment
    order: Segment | None
    visit: str
    lines: list[Segment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class About:
    """What the heading says for all reports: ``laboratory`` is the sender's name."""

    sent_at: str
    laboratory: str
    control_id: str
    zone: tzinfo


def report_of(gathered: Gathered, about: About, seen: dict[str, int]) -> tuple[Report, list[Fault]]:
    """``seen`` counts numbers within the message: two OBR may say the same ones."""
    obr, order = gathered.obr, gathered.order
    placer = obr.get(2) or (order.get(2) if order else "")
    filler = obr.get(3) or (order.get(3) if order else "")
    results = observations.Results()
    code = values.concept(obr.components(obr.raw(4).split(obr.marks.repetition)[0]))
    if code is None:
        results.faults.append(Fault(Code.REQUIRED, "no-test", obr.place(4)))
        code = {"text": "—"}
    issued = values.instant(obr.get(22), about.zone) or about.sent_at
    when = _effective(gathered, about)
    _walk(results, gathered, issued, when, about.zone)
    name = code.get("coding", [{}])[0].get("code") or code.get("text", "")
    base = f"{filler or placer}|{name}"
    if not (filler or placer):
        results.faults.append(Fault(Code.REQUIRED, "no-order", obr.place(3)))
        base = f"message {about.control_id}|{name}"
    seen[base] = seen.get(base, 0) + 1
    number = base if seen[base] == 1 else f"{base}|{seen[base]}"
    resource = _resource(gathered, results, code, about, issued, when)
    resource |= _orders(obr, order, placer, filler, code)
    return Report(resource, number, placer[:LONGEST], gathered.visit), results.faults


def _effective(gathered: Gathered, about: About) -> str:
    specimens = [one.get(17) for one in gathered.lines if one.name == "SPM"]
    said = [gathered.obr.get(7), *specimens, gathered.obr.get(14)]
    return next((when for text in said if (when := values.moment(text, about.zone))), "")


def _walk(results: observations.Results, gathered: Gathered, issued: str, when: str, zone: tzinfo) -> None:
    """Comments belong to what stands before them."""
    last: dict[str, Any] | None = None
    for line in gathered.lines:
        if line.name == "OBX":
            last = observations.take(results, line, issued, when, zone)
        elif line.name == "NTE":
            text = "\n".join(line.components(" ".join(line.repetitions(3)))).strip()
            if text and last is not None:
                last["note"] = [{"text": "\n".join([one["text"] for one in last.get("note", [])] + [text])}]
            elif text:
                results.notes.append(text)
        else:
            last = None


def _resource(
    gathered: Gathered,
    results: observations.Results,
    code: dict[str, Any],
    about: About,
    issued: str,
    when: str,
) -> dict[str, Any]:
    obr = gathered.obr
    contained = list(results.observations.values())
    kept = [one["id"] for one in contained if one["id"] not in results.withdrawn]
    found: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "status": _status(obr, contained, kept),
        "category": _categories(obr),
        "code": code,
        "issued": issued,
        "performer": [{"display": _laboratory(gathered) or about.laboratory}],
        "result": [{"reference": f"#{one}"} for one in kept],
        "extension": [
            {"url": WITHDRAWN, "valueReference": {"reference": f"#{one}"}} for one in dict.fromkeys(results.withdrawn)
        ],
        "presentedForm": results.documents,
        "contained": contained,
    }
    if when:
        ends = values.moment(obr.get(8), about.zone)
        if ends and ends > when and len(ends) == len(when):
            found["effectivePeriod"] = {"start": when, "end": ends}
        else:
            found["effectiveDateTime"] = when
    if results.notes:
        found["conclusion"] = "\n".join(results.notes)
    if by := values.name_of([obr.get(32, 1, sub) for sub in (2, 3, 4)]):
        found["resultsInterpreter"] = [{"display": by}]
    if gathered.visit:
        found["encounter"] = {"identifier": {"value": gathered.visit}}
    if specimen := _specimen(gathered, about):
        found["contained"].append(specimen)
        found["specimen"] = [{"reference": "#specimen"}]
    return {name: value for name, value in found.items() if value}


def _status(obr: Segment, contained: list[dict[str, Any]], kept: list[str]) -> str:
    """OBR-25; where it says nothing, what its results are."""
    said = STATUSES.get(obr.get(25).upper(), "")
    if contained and not kept:
        return "entered-in-error"
    if said:
        return said
    states = {one["status"] for one in contained if one["id"] in kept}
    if not states:
        return "final" if not contained else "unknown"
    if states <= {"final", "corrected", "amended", "cancelled"}:
        return "corrected" if "corrected" in states else "final"
    return "registered" if states == {"registered"} else "preliminary"


def _categories(obr: Segment) -> list[dict[str, Any]]:
    said = obr.get(24).upper()
    codes = [*(["LAB"] if said in LABORATORY else []), *([said] if said and said != "LAB" else [])]
    return [{"coding": [{"system": SECTIONS, "code": " ".join(one.split())}]} for one in codes]


def _laboratory(gathered: Gathered) -> str:
    """Who performed it: OBX-23 of the first result that says so."""
    return next((name for one in gathered.lines if one.name == "OBX" and (name := one.get(23))), "")


def _orders(obr: Segment, order: Segment | None, placer: str, filler: str, code: dict[str, Any]) -> dict[str, Any]:
    """Numbers of the order, as identifiers and as the request that the report answers."""
    numbers = [("PLAC", placer), ("FILL", filler)]
    identifiers = [
        {"type": {"coding": [{"system": ID_TYPES, "code": kind}]}, "value": value} for kind, value in numbers if value
    ]
    found: dict[str, Any] = {"identifier": identifiers} if identifiers else {}
    if placer:
        field = obr.raw(16) or (order.raw(12) if order else "")
        doctor = values.name_of(obr.components(field.split(obr.marks.repetition)[0]), 1)
        display = {"display": ", ".join(one for one in (code.get("text", ""), doctor) if one)}
        request = {"type": "ServiceRequest", "identifier": {"value": placer}}
        found["basedOn"] = [{**request, **({} if not display["display"] else display)}]
    return found


def _specimen(gathered: Gathered, about: About) -> dict[str, Any] | None:
    for line in gathered.lines:
        if line.name == "SPM":
            kind = values.concept(line.components(line.raw(4).split(line.marks.repetition)[0]))
            when = values.moment(line.get(17), about.zone)
            break
    else:
        first = gathered.obr.components(gathered.obr.raw(15).split(gathered.obr.marks.repetition)[0])
        kind = values.concept([*first[0].split(gathered.obr.marks.sub)]) if first[0].strip() else None
        when = None
    if kind is None and when is None:
        return None
    found: dict[str, Any] = {"resourceType": "Specimen", "id": "specimen"}
    found |= {"type": kind} if kind else {}
    return found | ({"collection": {"collectedDateTime": when}} if when else {})
