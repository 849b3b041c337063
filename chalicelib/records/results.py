"""Views of results, and drafts that a doctor makes from one: names and grants, so that one gate serves them."""

from __future__ import annotations

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Role
from chalicelib.records.spec import DOCTOR, PATIENT_AND_CLINICIANS, RecordType

RESULT_COMPARISON = RecordType(
    name="result-comparison",
    collection="result-comparisons",
    section="results",
    body="",
    occurred="",
    grants={
        Action.READ: PATIENT_AND_CLINICIANS | {Role.INSURER},
        Action.DOWNLOAD: PATIENT_AND_CLINICIANS,
    },
    summary=(),
    labels={"ru": "Сравнение результатов", "en": "Comparison of results"},
    after_write=(),
)
"""Composed of laboratory results (services/results/comparing.py)."""

RESULT_DRAFT = RecordType(
    name="result-draft",
    collection="result-drafts",
    section="results",
    body="",
    occurred="",
    grants=dict.fromkeys((Action.READ, Action.LIST, Action.CREATE, Action.AMEND, Action.REVOKE), DOCTOR),
    summary=(),
    labels={"ru": "Черновик по результату", "en": "Draft from a result"},
    after_write=(),
)
"""No record yet: the doctor who made it sees it alone (services/results/drafting.py)."""
