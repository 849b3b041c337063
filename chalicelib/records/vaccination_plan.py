"""The plan of vaccinations: it has a name and grants like a record, so that one gate serves it."""

from __future__ import annotations

from chalicelib.domain.access import Action
from chalicelib.records.spec import PATIENT_AND_CLINICIANS, RecordType

VACCINATION_PLAN = RecordType(
    name="vaccination-plan",
    collection="vaccination-plan",
    section="vaccinations",
    body="",
    occurred="",
    grants={Action.READ: PATIENT_AND_CLINICIANS},
    summary=(),
    labels={"ru": "План прививок", "en": "Plan of vaccinations"},
    after_write=(),
)
"""Made anew of the records whenever it is read (services/vaccinations/plan.py)."""
