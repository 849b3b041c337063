"""A doctor's word that ends or narrows a representation early (ACC-8, safeguarding)."""

from chalicelib.domain.access import Action
from chalicelib.records.spec import DOCTOR, RecordType

RESTRICTION = RecordType(
    name="restriction",
    collection="restrictions",
    section="overview",
    body="",
    occurred="",
    grants={Action.LIST: DOCTOR, Action.CREATE: DOCTOR},
    summary=(),
    labels={"ru": "Ограничение представителя", "en": "Restriction of a representative"},
    after_write=(),
)
"""No clinical record and not in the registry; it has a name and grants like them so that one gate serves it."""
