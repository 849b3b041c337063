"""Systems, codes and places that the tables of reading have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.interop.mapping.rules import Take, every, line, moment

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ATC = "http://www.whocc.no/atc"
SNOMED = "http://snomed.info/sct"
ICD10 = ("http://hl7.org/fhir/sid/icd-10", "urn:oid:1.2.643.5.1.13.13.11.1005")
FINAL = frozenset({"final", "amended", "corrected"})
"""A result that is none of these may still change its meaning (FHIR R4, observation-status)."""

CODE = f"code.coding[system={LOINC}].code"
HAPPENED = ("effectiveDateTime", "effectiveInstant", "effectivePeriod.start")
UNSAID = ("dataAbsentReason", "valueRange", "valueRatio", "valueSampledData", "valueTime", "valuePeriod", "hasMember")
NAMED = ("code.text", "code.coding.display", "code.coding.code")
DATED = {"occurred_at": Take((*HAPPENED, "issued"), moment, needed=True)}
NOT_SAID = "не указано"
"""In a mandatory field of words about which a sender says nothing."""


def said(resource: Any, paths: tuple[str, ...]) -> str | None:
    """The first words that any of the paths finds."""
    return next((text for path in paths for value in every(resource, path) if (text := line(value))), None)


def inside(resource: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Contained resources by what refers to them."""
    return {f"#{one.get('id')}": one for one in every(resource, "contained") if isinstance(one, Mapping)}
