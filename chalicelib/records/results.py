"""Views of results, and drafts that a doctor makes from one: names and grants, so that one gate serves them."""

from __future__ import annotations

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Role
from chalicelib.records.spec import DOCTOR, PATIENT_AND_CLINICIANS, unstored

RESULT_COMPARISON = unstored(
    "result-comparison",
    "results",
    {
        Action.READ: PATIENT_AND_CLINICIANS | {Role.INSURER},
        Action.DOWNLOAD: PATIENT_AND_CLINICIANS,
    },
    {"ru": "Сравнение результатов", "en": "Comparison of results"},
    collection="result-comparisons",
)
"""Composed of laboratory results (services/results/comparing.py)."""

RESULT_DRAFT = unstored(
    "result-draft",
    "results",
    dict.fromkeys((Action.READ, Action.LIST, Action.CREATE, Action.AMEND, Action.REVOKE), DOCTOR),
    {"ru": "Черновик по результату", "en": "Draft from a result"},
    collection="result-drafts",
)
"""No record yet: the doctor who made it sees it alone (services/results/drafting.py)."""
