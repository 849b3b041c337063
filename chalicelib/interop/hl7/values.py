"""Data types of HL7 v2 into those of FHIR R4. What is not certain stays text; nothing is converted between units."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

from chalicelib.domain.exact_json import exact
from chalicelib.interop.hl7.text import Segment

SYSTEMS = {
    "LN": "http://loinc.org",
    "LOINC": "http://loinc.org",
    "SCT": "http://snomed.info/sct",
    "SNM": "http://snomed.info/sct",
    "SNOMED-CT": "http://snomed.info/sct",
    "UCUM": "http://unitsofmeasure.org",
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "I10R": "urn:oid:1.2.643.5.1.13.13.11.1005",
    "HL70078": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "HL70487": "http://terminology.hl7.org/CodeSystem/v2-0487",
}
"""Table 0396. A code of another system keeps its words, without a system: whose it is, nobody outside would know."""
UCUM = SYSTEMS["UCUM"]
_MOMENT = re.compile(r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?([+-]\d{4})?")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,9})?")
_COMPARED = re.compile(r"(<=|>=|<|>|≤|≥)\s*([+-]?\d{1,15}(?:[.,]\d{1,9})?)")
_COMPARATORS = {"≤": "<=", "≥": ">="}
_BETWEEN = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(?:-|–|—|_|\.\.|to|до)\s*(-?\d+(?:[.,]\d+)?)")
_UP_TO = re.compile(r"(?:<=|≤|до)\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)
_FROM = re.compile(r"(?:>=|≥|от)\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)


def moment(text: str, zone: tzinfo) -> str | None:
    """A dateTime as precise as it was said; with a time always an offset, ``zone``'s where none is written.

    Hours without minutes are taken as full ones: FHIR has no such precision. None for what is no time.
    """
    found = _MOMENT.fullmatch(re.sub(r"\s", "", text))
    if not found:
        return None
    year, month, day, hour, minute, second, part, offset = found.groups()
    try:
        if hour is None:
            date(int(year), int(month or 1), int(day or 1))
            return "-".join(one for one in (year, month, day) if one)
        where = _offset(offset) if offset else zone
        micro = int((part or "").ljust(6, "0")) if part else 0
        numbers = (int(year), int(month), int(day), int(hour), int(minute or 0), min(int(second or 0), 59))
        said = datetime(*numbers, micro, tzinfo=where)
        said.astimezone(UTC)
        return said.isoformat(timespec="milliseconds" if micro else "seconds")
    except (ValueError, OverflowError):
        return None


def instant(text: str, zone: tzinfo) -> str | None:
    """As ``moment``, for what needs a time: a day alone begins at midnight."""
    said = moment(text, zone)
    if said is None or len(said) < 10:  # noqa: PLR2004 - less than a day
        return None
    return said if "T" in said else datetime.fromisoformat(said).replace(tzinfo=zone).isoformat()


def offset_of(text: str) -> tzinfo | None:
    """The offset that a time says, for the times of its message that say none (2.A.22)."""
    found = re.search(r"[+-]\d{4}$", text.strip())
    try:
        return _offset(found[0]) if found else None
    except ValueError:
        return None


def _offset(text: str) -> timezone:
    hours, minutes = int(text[1:3]), int(text[3:5])
    if minutes > 59:  # noqa: PLR2004
        raise ValueError("no offset")
    return timezone((-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))


def number(text: str) -> Any | None:
    """A number with its spelling. A decimal comma is one where it cannot stand for thousands."""
    text = text.strip()
    if re.fullmatch(r"[+-]?\d{1,15},\d{1,9}", text) and len(text.rpartition(",")[2]) != 3:  # noqa: PLR2004
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        return None
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.removeprefix("+"))
    whole, _, part = digits.partition(".")
    plain = sign + (whole.lstrip("0") or "0")
    return exact(f"{plain}.{part}") if part else int(plain)


def quantity(text: str, unit: dict[str, Any]) -> dict[str, Any] | None:
    """A number, perhaps with a comparator before it; None for anything else."""
    compared = _COMPARED.fullmatch(text.strip())
    value = number(compared[2] if compared else text)
    if value is None:
        return None
    comparator = {"comparator": _COMPARATORS.get(compared[1], compared[1])} if compared else {}
    return {"value": value, **comparator, **unit}


def unit_of(segment: Segment, field: int) -> dict[str, Any]:
    """Unit of a quantity: with the code where the system is UCUM, else as it is written."""
    code, text, system = (segment.get(field, component) for component in (1, 2, 3))
    if not (code or text):
        return {}
    if SYSTEMS.get(system.upper()) == UCUM and code and " " not in code:
        return {"unit": text or code, "system": UCUM, "code": code}
    return {"unit": text or code}


def concept(parts: Sequence[str]) -> dict[str, Any] | None:
    """CE, CWE, CNE: two codings and a text. None when it says nothing."""
    said = [one.strip() for one in parts] + [""] * 9
    codings = []
    for code, display, system in (said[0:3], said[3:6]):
        if code:
            known = SYSTEMS.get(system.upper())
            codings.append(
                {
                    **({"system": known} if known else {}),
                    "code": " ".join(code.split()),
                    **({"display": display} if display else {}),
                }
            )
    text = said[8] or said[1] or said[4]
    found: dict[str, Any] = {"coding": codings} if codings else {}
    return {**found, **({"text": text} if text else {})} or None


def structured(parts: Sequence[str], unit: dict[str, Any]) -> dict[str, Any] | None:
    """SN: comparator ^ number ^ separator ^ number, as ``value…`` of an Observation. None when it fits none."""
    said = [one.strip() for one in parts] + [""] * 4
    first, second = number(said[1]), number(said[3])
    comparator = {"=": ""}.get(said[0], said[0])
    if first is None or comparator not in {"", "<", ">", "<=", ">="}:
        return None
    if not said[2] and second is None:
        return {"valueQuantity": {"value": first, **({"comparator": comparator} if comparator else {}), **unit}}
    if second is None or comparator:
        return None
    if said[2] == "-":
        return {"valueRange": {"low": {"value": first, **unit}, "high": {"value": second, **unit}}}
    if said[2] in {":", "/"}:
        return {"valueRatio": {"numerator": {"value": first}, "denominator": {"value": second}}}
    return None


def range_of(text: str, unit: dict[str, Any]) -> dict[str, Any] | None:
    """A reference range: its text, and its bounds where they are certain. FHIR's bounds are part of the range, so of
    ``<5`` there is the text alone.
    """
    text = text.strip()
    if not text:
        return None
    found: dict[str, Any] = {"text": text}
    if both := _BETWEEN.fullmatch(text):
        low, high = number(both[1]), number(both[2])
        if low is not None and high is not None and low <= high:
            found |= {"low": {"value": low, **unit}, "high": {"value": high, **unit}}
    elif (most := _UP_TO.fullmatch(text)) and (high := number(most[1])) is not None:
        found["high"] = {"value": high, **unit}
    elif (least := _FROM.fullmatch(text)) and (low := number(least[1])) is not None:
        found["low"] = {"value": low, **unit}
    return found


_SUBTYPES = {
    "PDF": "application/pdf",
    "JPEG": "image/jpeg",
    "JPG": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "HTML": "text/html",
    "XML": "application/xml",
    "PLAIN": "text/plain",
    "RTF": "application/rtf",
    "TEXT": "text/plain",
}


def document(parts: Sequence[str]) -> tuple[str, bytes] | None:
    """ED: source ^ type ^ subtype ^ encoding ^ data. Media type and bytes; None when it cannot be decoded."""
    said = [one.strip() for one in parts] + [""] * 5
    kind, subtype, encoding, data = said[1], said[2], said[3].lower(), said[4]
    media = subtype.lower() if "/" in subtype else _SUBTYPES.get(subtype.upper(), "")
    media = media or _SUBTYPES.get(kind.upper(), "application/octet-stream")
    if not data:
        return None
    try:
        if encoding == "base64":
            return media, base64.b64decode(re.sub(r"\s", "", data), validate=True)
        if encoding == "hex":
            return media, bytes.fromhex(re.sub(r"\s", "", data))
    except ValueError:
        return None
    return media, data.encode()


def name_of(parts: Sequence[str], start: int = 0) -> str:
    """XPN, or XCN from its second component, as one line."""
    said = [one.split("&")[0].strip() for one in parts[start : start + 3]]
    return " ".join(one for one in said if one)
