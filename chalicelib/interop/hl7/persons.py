"""PID and MRG: who a message is about."""

from __future__ import annotations

import re
from datetime import date

from chalicelib.domain.hl7 import Identified, Person
from chalicelib.domain.identifiers import normal_oms, normal_snils
from chalicelib.errors import InvalidFieldsError
from chalicelib.interop.hl7.text import Segment

SNILS, OMS, MRN = "snils", "oms", "mrn"
AUTHORITIES = {
    "1.2.643.100.3": SNILS,
    "SNILS": SNILS,
    "СНИЛС": SNILS,
    "PFR": SNILS,
    "ПФР": SNILS,
    "1.2.643.2.69.1.1.1.6.228": OMS,
    "1.2.643.5.1.13.13.99.2.10": OMS,
    "ENP": OMS,
    "ЕНП": OMS,
    "OMS": OMS,
    "ОМС": OMS,
    "FOMS": OMS,
    "ФОМС": OMS,
}
"""Names and OIDs under which Russian senders write the two national numbers: CX.4 (any part) or CX.5."""
RULES = {SNILS: normal_snils, OMS: normal_oms}
SEXES = {"M": "male", "F": "female", "М": "male", "Ж": "female"}
MOST = 20
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


def person_of(pid: Segment) -> Person:
    """Numbers that are not what their authority says are left out: they would match nobody."""
    numbers = [one for field in (3, 2, 4) for one in numbers_of(pid, field)]
    if social := pid.get(19):
        numbers += _number(SNILS, social, "")
    name = [pid.get(5, component) for component in (1, 2, 3)]
    return Person(
        identifiers=tuple(dict.fromkeys(numbers))[:MOST],
        last_name=name[0][:100],
        first_name=name[1][:100],
        middle_name=name[2][:100],
        birth_date=_day(pid.get(7)),
        sex=SEXES.get(pid.get(8).upper(), ""),
    )


def numbers_of(segment: Segment, field: int) -> list[Identified]:
    found: list[Identified] = []
    for text in segment.repetitions(field)[:MOST]:
        parts = [one.strip() for one in segment.components(text)] + [""] * 5
        authority = [one.strip() for one in parts[3].split(segment.marks.sub)]
        scheme = next((AUTHORITIES[one.upper()] for one in [*authority, parts[4]] if one.upper() in AUTHORITIES), MRN)
        found += _number(scheme, parts[0], authority[0] or parts[4])
    return found


def _number(scheme: str, value: str, authority: str) -> list[Identified]:
    value = value.strip()[:100]
    if not value:
        return []
    if scheme == MRN:
        return [Identified(MRN, value, authority[:100])]
    try:
        return [Identified(scheme, RULES[scheme](value))]
    except InvalidFieldsError:
        return []


def _day(text: str) -> str:
    """A whole day; what is less precise, or no day, says nothing."""
    found = _DAY.match(text)
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""
