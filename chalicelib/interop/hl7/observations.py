"""OBX into Observations, or into documents of their report."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from chalicelib.domain.hl7 import Code, Fault
from chalicelib.interop.hl7 import values
from chalicelib.interop.hl7.text import Segment

STATUSES = {
    "F": "final",
    "U": "final",
    "V": "final",
    "": "final",
    "B": "preliminary",
    "P": "preliminary",
    "R": "preliminary",
    "S": "preliminary",
    "C": "corrected",
    "A": "amended",
    "I": "registered",
    "X": "cancelled",
    "W": "entered-in-error",
    "D": "entered-in-error",
}
"""Table 0085. N and O (not asked, only the order) make nothing."""
NOTHING = frozenset({"N", "O"})
INTERPRETATIONS = frozenset(
    "N,L,H,LL,HH,A,AA,<,>,U,D,B,W,S,R,I,MS,VS,POS,NEG,IND,DET,ND,EXP,UNE,NR,RR,WR,SDD,SYN-S,SYN-R".split(",")  # noqa: SIM905
)
"""Of table 0078, what CodeSystem v3-ObservationInterpretation has too."""
PROSE = frozenset({"ST", "TX", "FT", "", "IS", "ID", "GTS"})
LARGEST_DOCUMENT = 100_000
"""Bytes that are kept in the resource itself; of a larger one its type, size and hash."""
CATEGORY = [
    {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}
]


@dataclass(slots=True)
class Results:
    """What the OBX of one OBR come to. ``seen`` counts keys; ``room``: bytes left for documents."""

    observations: dict[str, dict[str, Any]] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    prose: str = ""
    room: int = LARGEST_DOCUMENT


def take(results: Results, obx: Segment, issued: str, effective: str, zone: tzinfo) -> dict[str, Any] | None:
    """Add one OBX; answers the observation that comments after it belong to."""
    status = STATUSES.get(obx.get(11).upper())
    if obx.get(11).upper() in NOTHING:
        return None
    if status is None:
        results.faults.append(Fault(Code.NOT_FOUND, "status", obx.place(11)))
        status = "unknown"
    kind = obx.get(2).upper()
    if kind in {"ED", "RP"}:
        _document(results, obx, kind)
        return None
    code = values.concept(obx.components(obx.raw(3).split(obx.marks.repetition)[0]))
    if code is None:
        _uncoded(results, obx, kind)
        return None
    key = _key(results, obx, kind, code)
    if results.prose == key and kind in PROSE and "valueString" in results.observations.get(key, {}):
        found = results.observations[key]
        found["valueString"] += "\n" + _prose(obx)
        return found
    results.prose = key if kind in PROSE else ""
    found = _observation(results, obx, kind, code, key, zone)
    found |= {"status": status, "issued": issued}
    when = values.moment(obx.get(14), zone) or effective
    results.observations[key] = found | ({"effectiveDateTime": when} if when else {})
    if status == "entered-in-error":
        results.withdrawn.append(key)
    return results.observations[key]


def _uncoded(results: Results, obx: Segment, kind: str) -> None:
    """Lines of a report that name no observation are the report's own text; any other value needs a name."""
    if kind in PROSE:
        if any(one.strip(obx.marks.component + ' "') for one in obx.repetitions(5)):
            results.notes.append(_prose(obx))
    else:
        results.faults.append(Fault(Code.REQUIRED, "no-code", obx.place(3)))


def _key(results: Results, obx: Segment, kind: str, code: dict[str, Any]) -> str:
    """The same for a correction: OBX-3 and OBX-4, and which one it is of several with both. An id of FHIR.

    Lines of one text come as several OBX without a sub-id of their own: they are one observation.
    """
    first = code.get("coding", [{}])[0]
    name = f"{first.get('code') or code.get('text')}|{obx.get(3, 3)}|{obx.get(4)}"
    count = results.seen.get(name, 0)
    goes_on = kind in PROSE and count and results.prose == _id(name, count)
    results.seen[name] = count if goes_on else count + 1
    return _id(name, results.seen[name])


def _id(name: str, count: int) -> str:
    return "o" + hashlib.sha256(f"{name}|{count}".encode()).hexdigest()[:20]


def _observation(
    results: Results, obx: Segment, kind: str, code: dict[str, Any], key: str, zone: tzinfo
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "resourceType": "Observation",
        "id": key,
        "status": "",
        "category": CATEGORY,
        "code": code,
        **_value(results, obx, kind, zone),
    }
    flags = [obx.components(one)[0].strip().upper() for one in obx.repetitions(8)]
    if flags := [one for one in flags if one]:
        system = values.SYSTEMS["HL70078"]
        found["interpretation"] = [
            {"coding": [{"system": system, "code": one}]} if one in INTERPRETATIONS else {"text": one} for one in flags
        ]
    text = " ".join(one for one in obx.components(obx.raw(7)) if one.strip())
    if said := values.range_of(text, values.unit_of(obx, 6)):
        found["referenceRange"] = [said]
    method = next(iter(obx.repetitions(17)), "")
    if method and (how := values.concept(obx.components(method))):
        found["method"] = how
    if by := values.name_of(obx.components(next(iter(obx.repetitions(16)), "")), 1):
        found["performer"] = [{"display": by}]
    return found


def _value(results: Results, obx: Segment, kind: str, zone: tzinfo) -> dict[str, Any]:
    """``value…`` of the first repetition; several are text. Nothing for an empty one, which is usual while pending."""
    texts, unit = obx.repetitions(5), values.unit_of(obx, 6)
    if not any(one.replace('""', "").strip(obx.marks.component + " ") for one in texts):
        return {}
    parts = obx.components(texts[0])
    if len(texts) == 1:
        if kind in {"NM", "ST", ""} and (kind == "NM" or unit) and (amount := values.quantity(parts[0], unit)):
            return {"valueQuantity": amount}
        if kind == "SN" and (value := values.structured(parts, unit)):
            return value
        if kind in {"DT", "TS", "DTM"} and (when := values.moment(parts[0], zone)):
            return {"valueDateTime": when}
        if kind == "TM" and (clock := re.fullmatch(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d)?.*", parts[0].strip())):
            return {"valueTime": f"{clock[1]}:{clock[2]}:{clock[3] or '00'}"}
        if kind in {"CE", "CWE", "CNE", "CF"} and (said := values.concept(parts)):
            return {"valueCodeableConcept": said}
    if kind in {"NM", "SN", "DT", "TS", "DTM", "TM"}:
        results.faults.append(Fault(Code.DATA_TYPE, "time" if kind[0] in "DT" else "number", obx.place(5)))
    if kind in {"CE", "CWE", "CNE", "CF"}:
        several = [one for text in texts if (one := values.concept(obx.components(text)))]
        return {"valueString": "; ".join(_words(one) for one in several)}
    unit_text = f" {unit['unit']}" if unit and kind in {"NM", "SN"} else ""
    return {"valueString": _prose(obx) + unit_text}


def _words(concept: dict[str, Any]) -> str:
    return str(concept.get("text") or concept["coding"][0]["code"])


def _prose(obx: Segment) -> str:
    lines = [" ".join(one for one in obx.components(text) if one.strip()) for text in obx.repetitions(5)]
    return "\n".join(lines).strip() or "—"


def _document(results: Results, obx: Segment, kind: str) -> None:
    parts = obx.components(next(iter(obx.repetitions(5)), ""))
    title = obx.get(3, 2) or obx.get(3)
    named = {"title": title} if title else {}
    if kind == "RP":
        place = parts[0].strip()
        if re.fullmatch(r"https?://\S{1,2000}", place):
            results.documents.append({"url": place, **named})
        elif place:
            results.notes.append(f"{title}: {place}".strip(": "))
        return
    found = values.document(parts)
    if found is None:
        results.faults.append(Fault(Code.DATA_TYPE, "document", obx.place(5)))
        return
    media, data = found
    about: dict[str, Any] = {
        "contentType": media,
        "size": len(data),
        "hash": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),
        **named,
    }
    if len(data) <= results.room:
        results.room -= len(data)
        about["data"] = base64.b64encode(data).decode()
    else:
        results.faults.append(Fault(Code.DATA_TYPE, "document-large", obx.place(5)))
    results.documents.append(about)
