"""REC-1, the overview: which kinds it is made of, and what of them it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.records.spec import PATIENT_AND_CLINICIANS, RecordType

OVERVIEW = RecordType(
    name="overview",
    collection="overview",
    section="overview",
    body="",
    occurred="",
    grants={Action.READ: PATIENT_AND_CLINICIANS},
    summary=(),
    labels={"ru": "Общие сведения", "en": "Overview"},
    after_write=(),
)
"""Composed, not stored; it has a name and grants like the rest so that one gate serves it."""

PERSON = ("last_name", "first_name", "middle_name", "birth_date", "sex", "oms_policy", "policy_status")
KINDS = ("allergy", "prescription", "visit")


def compose(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """From records by kind (newest first) to the overview. A kind that consent does not cover is absent there."""
    profile = found["profile"][0] if found.get("profile") else {}
    # A record with a status was withdrawn or outdated at the source that it came from.
    visits = [visit for visit in found.get("visit", ()) if "status" not in visit]
    diagnoses = [d for visit in visits for d in visit["body"].get("diagnoses", ())]
    chronic = {d["code"]: d for d in reversed(diagnoses) if d.get("chronic")}
    return {
        "person": {name: profile[name] for name in PERSON if name in profile},
        "allergies": [
            a
            for a in found.get("allergy", ())
            if a["body"].get("clinical_status", "active") == "active" and "status" not in a
        ],
        "chronic_conditions": list(chronic.values()),
        "current_medication": [
            p for p in found.get("prescription", ()) if p.get("status", {}).get("state") == "active"
        ],
    }
