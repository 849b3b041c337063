"""Reminders of a card (APT-3): their list has a name and grants like a record, so that one gate serves it."""

from chalicelib.domain.access import Action
from chalicelib.domain.identity import OWNERS
from chalicelib.records.spec import unstored

REMINDERS = unstored(
    "reminder",
    "reminders",
    {Action.LIST: OWNERS},
    {"ru": "Напоминания", "en": "Reminders"},
    collection="reminders",
)
"""Nothing is stored under it, and no consent names its section: who may list no kind of record sees no reminder."""
