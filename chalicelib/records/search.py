"""Searching a card (REC-11): it has a name and grants like a record, so that one gate serves it."""

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Role
from chalicelib.records.spec import PATIENT_AND_CLINICIANS, RecordType

SEARCH = RecordType(
    name="search",
    collection="search",
    section="search",
    body="",
    occurred="",
    grants={Action.LIST: PATIENT_AND_CLINICIANS | {Role.INSURER}},
    summary=(),
    labels={"ru": "Поиск", "en": "Search"},
    after_write=(),
)
"""Nothing is stored under it, and no consent names its section: who may list no kind of record may not search."""
