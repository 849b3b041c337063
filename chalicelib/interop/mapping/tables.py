"""Which resource becomes which record, field by field.

Sources: HL7 FHIR R4 (4.0.1) AllergyIntolerance, Observation, DiagnosticReport, Encounter; vital signs profile (LOINC
codes of the panel and its parts, UCUM units). The direction back is not read from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.vital_signs.signs import SIGNS, SPECIMEN_LOINC, UNKNOWN
from chalicelib.interop.mapping.reading import (
    ATC,
    CODE,
    DATED,
    FINAL,
    ICD10,
    NAMED,
    NOT_SAID,
    UCUM,
    UNSAID,
    said,
)
from chalicelib.interop.mapping.reading_lasting import CHRONIC, family, habits, immunised, medicine, reactions
from chalicelib.interop.mapping.reading_results import LABORATORY, LABORATORY_STATES, report, single
from chalicelib.interop.mapping.rules import Rule, Take, Unfit, day, every, line, matching, moment, number, one_of

EDITION = 3
"""Raise it when a rule takes more than before: every source is then read anew, and what did not fit is tried again."""

VITAL_SIGNS: Mapping[str, tuple[str, str]] = {
    "8867-4": ("pulse", "/min"),
    "29463-7": ("weight", "kg"),
    "3141-9": ("weight", "kg"),
    "8310-5": ("temperature", "Cel"),
    "8302-2": ("height", "cm"),
    "3137-7": ("height", "cm"),
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


def _sign(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The sign by its LOINC code, its number and unit; how it was come by is unknown, but for what the code says."""
    code = next(code for code in map(str, every(resource, CODE)) if code in VITAL_SIGNS)
    word, unit = VITAL_SIGNS[code]
    how = dict.fromkeys(SIGNS[word].needs, UNKNOWN)
    if "specimen" in how:
        how["specimen"] = next(specimen for specimen, loinc in SPECIMEN_LOINC.items() if loinc == code)
    return {"code": word, "value": _quantity(resource, "valueQuantity", unit), "unit": unit, **how}


def _pressure(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Both numbers of a blood pressure from its components 8480-6 and 8462-4."""
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


def _diagnosis(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The diagnosis from a code of ICD-10, which there must be, and its words."""
    for system in ICD10:
        for coding in every(resource, f"code.coding[system={system}]"):
            text = said(resource, ("code.text",)) or said(coding, ("display",))
            return {"diagnosis": {"code": coding.get("code"), "text": text, "chronic": True}}
    raise Unfit("diagnosis")


def _diagnoses(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Diagnoses from reasons with codes of ICD-10, the first as the main one."""
    found = [
        {"code": coding.get("code"), "text": line(coding.get("display")) or line(reason.get("text"))}
        for reason in every(resource, "reasonCode")
        if isinstance(reason, Mapping)
        for system in ICD10
        for coding in every(reason, f"coding[system={system}]")
    ]
    return {"diagnoses": [{**one, "role": "secondary" if at else "main"} for at, one in enumerate(found)]}


LABORATORY_NAMED = Take(
    ("performer.display", "resultsInterpreter.display", "contained[resourceType=Organization].name"), line, NOT_SAID
)
OF_REACTION = ("reaction.substance.text", "reaction.substance.coding.display")
REASONS = ("reasonCode.text", "reasonCode.coding.display", "type.text", "type.coding.display")
STAY = frozenset({"IMP", "ACUTE", "NONAC", "OBSENC", "PRENC"})
"""HL7 v3 ActCode: encounters that are a stay, or none yet."""


def _doctor(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Who saw the patient: the attending or primary one, else the first who is named."""
    if {str(code) for code in every(resource, "class.code")} & STAY:
        raise Unfit("class")
    named = [one for one in every(resource, "participant") if said(one, ("individual.display",))]
    leading = [one for one in named if {"ATND", "PPRF"} & {str(code) for code in every(one, "type.coding.code")}]
    return {"doctor_name": said(next(iter(leading or named), None), ("individual.display",)) or NOT_SAID}


RULES: tuple[Rule, ...] = (
    Rule(
        "AllergyIntolerance",
        "allergy",
        {
            # One without a day is dated by when the source said it last: it matters more that it is seen.
            "occurred_at": Take(("recordedDate", "onsetDateTime", "meta.lastUpdated"), moment, needed=True),
            "substance": Take((*NAMED, *OF_REACTION), line, needed=True),
            "atc": Take((f"code.coding[system={ATC}].code",), matching(r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}")),
            "category": Take(
                ("category",), one_of({"medication": "drug", "food": "food", "environment": "environment"}), "other"
            ),
            "criticality": Take(("criticality",), one_of({"low": "low", "high": "high"}), "unable-to-assess"),
            "clinical_status": Take(
                ("clinicalStatus.coding.code",),
                one_of({"active": "active", "inactive": "inactive", "resolved": "resolved"}),
                needed=True,
            ),
        },
        # "No known allergy" and what was refuted are statements that an allergy of ours cannot make.
        when=(("verificationStatus.coding.code", frozenset({"confirmed", "unconfirmed", "presumed"})),),
        compute=(reactions,),
    ),
    Rule(
        "Condition",
        "chronic-condition",
        {
            "occurred_at": Take(("recordedDate", "onsetDateTime", "onsetPeriod.start"), moment, needed=True),
            "clinical_status": Take(
                ("clinicalStatus.coding.code",),
                one_of(
                    {
                        "active": "active",
                        "recurrence": "recurrence",
                        "relapse": "recurrence",
                        "remission": "remission",
                        "resolved": "resolved",
                    }
                ),
                needed=True,
            ),
            "since": Take(("onsetDateTime", "onsetPeriod.start"), day),
            "ended_on": Take(("abatementDateTime", "abatementPeriod.end"), day),
            "stage": Take(("stage.summary.text", "stage.summary.coding.display"), line),
        },
        # Which illness lasts is a doctor's judgement: only what says so itself is taken.
        when=(CHRONIC, ("verificationStatus.coding.code", frozenset({"confirmed"}))),
        unless=("abatementAge", "abatementRange", "abatementString", "note"),
        compute=(_diagnosis,),
    ),
    Rule(
        "FamilyMemberHistory",
        "family-history",
        {"occurred_at": Take(("date", "meta.lastUpdated"), moment, needed=True)},
        when=(("status", frozenset({"completed", "partial"})),),
        unless=("dataAbsentReason", "condition.onsetRange", "condition.onsetPeriod", "condition.onsetString"),
        compute=(family,),
    ),
    Rule(
        "Immunization",
        "vaccination",
        {
            "occurred_at": Take(("occurrenceDateTime",), moment, needed=True),
            "trade_name": Take(("vaccineCode.text",), line),
            "manufacturer": Take(("manufacturer.display",), line),
            "lot": Take(("lotNumber",), line, needed=True),
            "expires_on": Take(("expirationDate",), day),
            "organisation": Take(("location.display", "performer.actor.display"), line, needed=True),
        },
        when=(("status", frozenset({"completed"})),),
        unless=("subpotentReason", "note", "reaction"),
        compute=(immunised,),
        constants={"consent": "not-known"},
    ),
    Rule(
        "MedicationStatement",
        "medication-statement",
        {
            "occurred_at": Take(("dateAsserted", "effectivePeriod.start"), moment, needed=True),
            "dosage": Take(("dosage.text",), line, needed=True),
            "started_on": Take(("effectivePeriod.start",), day, needed=True),
            "ended_on": Take(("effectivePeriod.end",), day),
            "status": Take(
                ("status",),
                one_of({"active": "active", "on-hold": "on-hold", "completed": "completed", "stopped": "stopped"}),
                needed=True,
            ),
            "note": Take(("note.text",), line),
        },
        compute=(medicine,),
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
        "lifestyle",
        {**DATED, "note": Take(("note.text",), line)},
        when=((CODE, frozenset({"72166-2"})), ("status", FINAL)),
        unless=UNSAID,
        compute=(habits,),
    ),
    Rule(
        "Observation",
        "laboratory-result",
        {**DATED, "laboratory": LABORATORY_NAMED, "panel": Take(NAMED, line, needed=True)},
        when=(("category.coding.code", frozenset(LABORATORY)), ("status", frozenset(LABORATORY_STATES))),
        compute=(single,),
    ),
    Rule(
        "DiagnosticReport",
        "laboratory-result",
        {**DATED, "laboratory": LABORATORY_NAMED, "panel": Take(NAMED, line, needed=True)},
        when=(("category.coding.code", frozenset(LABORATORY)), ("status", frozenset(LABORATORY_STATES))),
        compute=(report,),
    ),
    Rule(
        "Encounter",
        "visit",
        {
            "occurred_at": Take(("period.start",), moment, needed=True),
            "reason": Take(REASONS, line, needed=True),
            "place": Take(("location.location.display", "serviceProvider.display"), line),
        },
        when=(("status", frozenset({"finished"})),),
        unless=("hospitalization",),
        compute=(_doctor, _diagnoses),
    ),
)
"""The first rule whose ``resource`` and ``when`` hold decides."""
