"""What is due of care: it has a name and grants like a record, so that one gate serves it."""

from __future__ import annotations

from chalicelib.domain.access import Action
from chalicelib.domain.identity import OWNERS
from chalicelib.records.spec import DOCTOR, PATIENT_AND_CLINICIANS, unstored

NEED = unstored(
    "need",
    "overview",
    {
        **dict.fromkeys((Action.READ, Action.LIST), PATIENT_AND_CLINICIANS),
        Action.AMEND: OWNERS | DOCTOR,
    },
    {"ru": "Что пора сделать", "en": "What is due"},
    collection="needs",
)
"""Judged anew whenever it is read (services/needs/); stored are marks alone, and whether the person wants it."""
