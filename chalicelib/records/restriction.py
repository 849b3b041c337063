"""A doctor's word that ends or narrows a representation early (ACC-8, safeguarding)."""

from chalicelib.domain.access import Action
from chalicelib.records.spec import DOCTOR, unstored

RESTRICTION = unstored(
    "restriction",
    "overview",
    {Action.LIST: DOCTOR, Action.CREATE: DOCTOR},
    {"ru": "Ограничение представителя", "en": "Restriction of a representative"},
    collection="restrictions",
)
"""No clinical record and not in the registry; it has a name and grants like them so that one gate serves it."""
