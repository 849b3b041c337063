"""REC-1, the overview: which kinds it is made of, and what of them it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.records.spec import CLINICIANS, PATIENT_AND_CLINICIANS, unstored

OVERVIEW = unstored(
    "overview",
    "overview",
    {Action.READ: PATIENT_AND_CLINICIANS},
    {"ru": "Общие сведения", "en": "Overview"},
)
"""Composed, not stored; it has a name and grants like the rest so that one gate serves it."""

WHO = unstored(
    "person",
    "overview",
    {Action.READ: CLINICIANS},
    {"ru": "Кто это", "en": "Who it is"},
)
"""Name and birth date alone: a list of one's patients has ids, and a name is opened under an entry of its own."""

PERSON = ("last_name", "first_name", "middle_name", "birth_date", "sex", "oms_policy", "policy_status")
KINDS = ("allergy", "chronic-condition", "medication-statement", "prescription", "received-allergies", "visit")
ENDED = frozenset({"inactive", "resolved", "refuted", "entered-in-error"})
LASTING = frozenset({"active", "recurrence", "remission"})


def compose(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """From records by kind (newest first) to the overview. A kind that consent does not cover is absent there."""
    profile = found["profile"][0] if found.get("profile") else {}
    return {
        "person": {name: profile[name] for name in PERSON if name in profile},
        "allergies": [a for a in _standing(found, "allergy") if a["body"].get("clinical_status", "active") == "active"],
        "received_allergies": [
            a for a in _standing(found, "received-allergies") if a["body"].get("state", "") not in ENDED
        ],
        "chronic_conditions": _conditions(found),
        "current_medication": [
            p for p in found.get("prescription", ()) if p.get("status", {}).get("state") == "active"
        ],
        "current_intake": [m for m in _standing(found, "medication-statement") if m["body"].get("status") == "active"],
    }


def _standing(found: Mapping[str, Sequence[Mapping[str, Any]]], kind: str) -> list[Mapping[str, Any]]:
    """Without records with a status: those were withdrawn or outdated at the source that they came from."""
    return [record for record in found.get(kind, ()) if "status" not in record]


def _conditions(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """A line per diagnosis: conditions that are led as such, then diagnoses that a visit called chronic."""
    lines = {
        record["body"]["diagnosis"]["code"]: {
            **record["body"]["diagnosis"],
            "clinical_status": record["body"].get("clinical_status", "active"),
            "record": record["id"],
            "source": record["source"],
        }
        for record in reversed(_standing(found, "chronic-condition"))
    }
    noted = {
        diagnosis["code"]: diagnosis
        for visit in reversed(_standing(found, "visit"))
        for diagnosis in visit["body"].get("diagnoses", ())
        if diagnosis.get("chronic") and diagnosis["code"] not in lines
    }
    standing = [line for line in lines.values() if line["clinical_status"] in LASTING]
    return [*standing, *noted.values()]
