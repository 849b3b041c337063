"""The plan of vaccinations: it has a name and grants like a record, so that one gate serves it."""

from __future__ import annotations

from chalicelib.domain.access import Action
from chalicelib.records.spec import PATIENT_AND_CLINICIANS, unstored

VACCINATION_PLAN = unstored(
    "vaccination-plan",
    "vaccinations",
    {Action.READ: PATIENT_AND_CLINICIANS},
    {"ru": "План прививок", "en": "Plan of vaccinations"},
    tasks=("plan_reminder",),
)
"""Made anew of the records whenever it is read (services/vaccinations/plan.py)."""
