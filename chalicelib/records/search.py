"""Searching a card (REC-11): it has a name and grants like a record, so that one gate serves it."""

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Role
from chalicelib.records.spec import PATIENT_AND_CLINICIANS, unstored

SEARCH = unstored(
    "search",
    "search",
    {Action.LIST: PATIENT_AND_CLINICIANS | {Role.INSURER}},
    {"ru": "Поиск", "en": "Search"},
)
"""Nothing is stored under it, and no consent names its section: who may list no kind of record may not search."""
