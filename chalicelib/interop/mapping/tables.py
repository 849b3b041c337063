"""Which resource becomes which record, field by field.

Sources: HL7 FHIR R4 (4.0.1) AllergyIntolerance, Observation, DiagnosticReport, Encounter; vital signs profile (LOINC
codes of the panel and its parts, UCUM units). The direction back is not read from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.vital_signs.signs import SIGNS, SPECIMEN_LOINC, UNKNOWN
from chalicelib.interop.mapping.rules import Rule, Take, Unfit, every, line, matching, moment, number, one_of

EDITION = 2
"""Raise it when a rule takes more than before: every source is then read anew, and what did not fit is tried again."""

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ATC = "http://www.whocc.no/atc"
ICD10 = ("http://hl7.org/fhir/sid/icd-10", "urn:oid:1.2.643.5.1.13.13.11.1005")
FINAL = frozenset({"final", "amended", "corrected"})
"""A result that is none of these may still change its meaning (FHIR R4, observation-status)."""

VITAL_SIGNS: Mapping[str, tuple[str, str]] = {
    "8867-4": ("pulse", "/min"),
    "29463-7": ("weight", "kg"),
    "8310-5": ("temperature", "Cel"),
    "8302-2": ("height", "cm"),
    "9279-1": ("respiration", "/min"),
    "2708-6": ("saturation", "%"),
    "59408-5": ("saturation", "%"),
    "15074-8": ("glucose", "mmol/L"),
    "14743-9": ("glucose", "mmol/L"),
    "14749-6": ("glucose", "mmol/L"),
}
"""LOINC code to our word and the only unit that is taken; another unit is kept whole rather than converted."""
PRESSURE = frozenset({"85354-9", "55284-4"})
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"

CODE = f"code.coding[system={LOINC}].code"
HAPPENED = ("effectiveDateTime", "effectiveInstant", "effectivePeriod.start")
UNSAID = ("dataAbsentReason", "valueRange", "valueRatio", "valueSampledData", "valueTime", "valuePeriod", "hasMember")
NAMED = ("code.text", "code.coding.display", "code.coding.code")


def _sign(resource: Mapping[str, Any]) -> dict[str, Any]:
    code = next(code for code in map(str, every(resource, CODE)) if code in VITAL_SIGNS)
    word, unit = VITAL_SIGNS[code]
    how = dict.fromkeys(SIGNS[word].needs, UNKNOWN)
    if "specimen" in how:
        how["specimen"] = next(specimen for specimen, loinc in SPECIMEN_LOINC.items() if loinc == code)
    return {"code": word, "value": _quantity(resource, "valueQuantity", unit), "unit": unit, **how}


def _pressure(resource: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"code": "blood-pressure", "unit": "mm[Hg]"}
    for name, code in (("systolic", SYSTOLIC), ("diastolic", DIASTOLIC)):
        for part in every(resource, "component"):
            if code in every(part, CODE):
                found[name] = _quantity(part, "valueQuantity", "mm[Hg]")
    return found


def _quantity(resource: Mapping[str, Any], path: str, unit: str) -> str:
    for quantity in every(resource, path):
        if not isinstance(quantity, Mapping) or quantity.get("comparator"):
            continue
        if (quantity.get("system"), quantity.get("code")) != (UCUM, unit):
            raise Unfit("unit")
        if (value := number(quantity.get("value"))) is not None:
            return value
    raise Unfit("value")


def _value(resource: Mapping[str, Any]) -> dict[str, Any]:
    """One measured value with the laboratory's own range, or its words."""
    found: dict[str, Any] = {"name": _first(resource, NAMED)}
    if not found["name"]:
        raise Unfit("values/name")
    if code := next(iter(every(resource, CODE)), None):
        found["loinc"] = code
    for quantity in every(resource, "valueQuantity"):
        value = number(quantity.get("value")) if isinstance(quantity, Mapping) else None
        if value is None or quantity.get("comparator"):
            raise Unfit("values/value")
        found |= {"value": value, "unit": quantity.get("code") or quantity.get("unit")}
    if "value" not in found:
        found["text"] = _first(
            resource, ("valueString", "valueCodeableConcept.text", "valueCodeableConcept.coding.display")
        )
    ranges = [one for one in every(resource, "referenceRange") if isinstance(one, Mapping)]
    if len(ranges) > 1:  # by age or sex: which one holds is a judgement
        raise Unfit("values/range")
    for one in ranges:
        found |= {name: number(one[name].get("value")) for name in ("low", "high") if isinstance(one.get(name), dict)}
        found |= {"reference_text": line(one.get("text"))} if one.get("text") else {}
    return found


def _single(resource: Mapping[str, Any]) -> dict[str, Any]:
    if every(resource, "component"):
        raise Unfit("component")
    return {"values": [_value(resource)]}


def _report(resource: Mapping[str, Any]) -> dict[str, Any]:
    """A report whose results it carries itself; one that only refers to them is kept whole beside its results."""
    inside = {f"#{one.get('id')}": one for one in every(resource, "contained") if isinstance(one, Mapping)}
    results = [inside.get(str(reference)) for reference in every(resource, "result.reference")]
    if not results or any(one is None or str(one.get("status")) not in FINAL for one in results):
        raise Unfit("values")
    return {"values": [_value(one) for one in results if one is not None]}


def _diagnoses(resource: Mapping[str, Any]) -> dict[str, Any]:
    found = [
        {"code": coding.get("code"), "text": line(coding.get("display")) or line(reason.get("text"))}
        for reason in every(resource, "reasonCode")
        if isinstance(reason, Mapping)
        for system in ICD10
        for coding in every(reason, f"coding[system={system}]")
    ]
    return {"diagnoses": [{**one, "role": "secondary" if at else "main"} for at, one in enumerate(found)]}


def _first(resource: Mapping[str, Any], paths: tuple[str, ...]) -> str | None:
    return next((text for path in paths for value in every(resource, path) if (text := line(value))), None)


DATED = {"occurred_at": Take((*HAPPENED, "issued"), moment, needed=True)}

RULES: tuple[Rule, ...] = (
    Rule(
        "AllergyIntolerance",
        "allergy",
        {
            # One without a day is dated by when the source said it last: it matters more that it is seen.
            "occurred_at": Take(("recordedDate", "onsetDateTime", "meta.lastUpdated"), moment, needed=True),
            "substance": Take(NAMED, line, needed=True),
            "atc": Take((f"code.coding[system={ATC}].code",), matching(r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}")),
            "category": Take(
                ("category",), one_of({"medication": "drug", "food": "food", "environment": "environment"}), "other"
            ),
            "criticality": Take(("criticality",), one_of({"low": "low", "high": "high"}), "unable-to-assess"),
            "reaction": Take(
                ("reaction.description", "reaction.manifestation.text", "reaction.manifestation.coding.display"), line
            ),
            "clinical_status": Take(
                ("clinicalStatus.coding.code",),
                one_of({"active": "active", "inactive": "inactive", "resolved": "resolved"}),
                needed=True,
            ),
        },
        # "No known allergy" and what was refuted are statements that an allergy of ours cannot make.
        when=(("verificationStatus.coding.code", frozenset({"confirmed", "unconfirmed", "presumed"})),),
    ),
    Rule(
        "Observation",
        "vital-sign",
        {**DATED, "note": Take(("note.text",), line)},
        when=((CODE, frozenset(VITAL_SIGNS)), ("category.coding.code", frozenset({"vital-signs"})), ("status", FINAL)),
        unless=UNSAID,
        compute=(_sign,),
    ),
    Rule(
        "Observation",
        "vital-sign",
        {**DATED, "note": Take(("note.text",), line)},
        when=((CODE, PRESSURE), ("status", FINAL)),
        unless=UNSAID,
        compute=(_pressure,),
    ),
    Rule(
        "Observation",
        "laboratory-result",
        {
            **DATED,
            "laboratory": Take(("performer.display",), line, needed=True),
            "panel": Take(NAMED, line, needed=True),
            "conclusion": Take(("note.text",), line),
        },
        when=(("category.coding.code", frozenset({"laboratory"})), ("status", FINAL)),
        unless=UNSAID,
        compute=(_single,),
        constants={"category": "other"},
    ),
    Rule(
        "DiagnosticReport",
        "laboratory-result",
        {
            **DATED,
            "laboratory": Take(("performer.display",), line, needed=True),
            "panel": Take(NAMED, line, needed=True),
            "conclusion": Take(("conclusion",), line),
        },
        when=(("category.coding.code", frozenset({"LAB", "laboratory"})), ("status", FINAL)),
        unless=("presentedForm", "media"),
        compute=(_report,),
        constants={"category": "other"},
    ),
    Rule(
        "Encounter",
        "visit",
        {
            "occurred_at": Take(("period.start",), moment, needed=True),
            "doctor_name": Take(("participant.individual.display",), line, needed=True),
            "reason": Take(("reasonCode.text", "reasonCode.coding.display", "type.text"), line, needed=True),
            "place": Take(("location.location.display", "serviceProvider.display"), line),
        },
        when=(("status", frozenset({"finished"})),),
        compute=(_diagnoses,),
    ),
)
"""The first rule whose ``resource`` and ``when`` hold decides."""
