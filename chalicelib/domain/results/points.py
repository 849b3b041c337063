"""A value at a moment: with its range, and the flag that may be put on it.

A flag is what the laboratory said (``laboratory_flag``), or else whether the value lies within the laboratory's range.
A range that the laboratory gave for another sex or age than the patient's is shown as such and flags nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chalicelib.domain.ages import age_at
from chalicelib.domain.observation import interpretation
from chalicelib.domain.results.analytes import Named

COMPARED = re.compile(r"^\s*([<>≤≥])\s*=?\s*[0-9]+([.,][0-9]+)?\s*$")
"""Below or above what can be measured: ``<0.5``, ``>= 1000``."""
QUANTITY, COMPARATOR, TEXT = "quantity", "comparator", "text"
PRELIMINARY, WITHDRAWN = "preliminary", "entered-in-error"


@dataclass(frozen=True, slots=True)
class Patient:
    """What a range is held against; "" and None where it is not known."""

    sex: str = ""
    born: date | None = None

    @classmethod
    def of(cls, profile: Mapping[str, Any]) -> Patient:
        born = profile.get("birth_date")
        return cls(str(profile.get("sex") or ""), date.fromisoformat(born) if born else None)


@dataclass(frozen=True, slots=True)
class Source:
    """The result that a value stands in."""

    record: str
    version: int
    at: datetime
    laboratory: str
    panel: str
    status: str
    specimen: str


@dataclass(frozen=True, slots=True)
class Point:
    """``kind``: quantity, comparator or text. ``text``: the value as it was given. ``fits``: whether the range is one
    for this patient; None where the laboratory did not say for whom it is, or the patient's sex or age is not known.
    """

    source: Source
    named: Named
    kind: str
    text: str
    value: Decimal | None
    unit: str
    method: str
    low: Decimal | None
    high: Decimal | None
    reference: str
    flag: str | None
    fits: bool | None

    @property
    def settled(self) -> bool:
        """Whether the laboratory stands by it."""
        return self.source.status != PRELIMINARY


def point(value: Mapping[str, Any], source: Source, named: Named, patient: Patient) -> Point:
    """``value``: an item of ``values`` of a laboratory result, as stored."""
    number = Decimal(value["value"]) if value.get("value") is not None else None
    text = str(value["value"] if number is not None else value.get("text") or "")
    low, high = (Decimal(value[name]) if value.get(name) is not None else None for name in ("low", "high"))
    fits = _fits(value.get("applies_to") or {}, patient, source.at)
    usable = fits is True or not value.get("applies_to")
    return Point(
        source=source,
        named=named,
        kind=QUANTITY if number is not None else COMPARATOR if COMPARED.match(text) else TEXT,
        text=text,
        value=number,
        unit=str(value.get("unit") or ""),
        method=str(value.get("method") or ""),
        low=low,
        high=high,
        reference=str(value.get("reference_text") or ""),
        flag=value.get("laboratory_flag") or (interpretation(number, low, high) if usable else None),
        fits=fits,
    )


def _fits(applies: Mapping[str, Any], patient: Patient, at: datetime) -> bool | None:
    """FHIR R4, Observation.referenceRange.appliesTo and age: False for another's range, None when that is not known."""
    answers: list[bool | None] = []
    if sex := applies.get("sex"):
        answers.append(sex == patient.sex if patient.sex else None)
    since, until = applies.get("age_from"), applies.get("age_to")
    if since is not None or until is not None:
        age = age_at(patient.born, at) if patient.born else None
        answers.append(None if age is None else (since is None or since <= age) and (until is None or age <= until))
    if False in answers:
        return False
    return None if None in answers or not answers else True
