"""Views of a card as resources of FHIR: they have a name and grants like a record, so that one gate serves them."""

from chalicelib.domain.access import Action
from chalicelib.domain.identity import PARTNER_ROLES, Role
from chalicelib.records.spec import PATIENT_AND_CLINICIANS, RecordType, unstored

READERS = PATIENT_AND_CLINICIANS | (PARTNER_ROLES - {Role.PHARMACY}) | {Role.APPLICATION}


def _view(name: str, russian: str, english: str) -> RecordType:
    return unstored(
        name,
        "search",
        {Action.LIST: READERS},
        {"ru": russian, "en": english},
    )


RESOURCE_EXPORT = _view("resource-export", "Массовая выгрузка карты", "Bulk export of the card")
RESOURCE_PATIENT = _view("resource-patient", "Пациент для другой программы", "Patient for another program")
RESOURCE_SEARCH = _view("resource-search", "Поиск по карте другой программой", "Search of the card by another program")
RESOURCE_EVERYTHING = _view("resource-everything", "Вся карта другой программе", "The whole card for another program")
RESOURCE_SUMMARY = _view("resource-summary", "Краткая карта пациента (IPS)", "Patient summary (IPS)")
"""Nothing is stored under them, and no consent names their section: who may list no kind of record gets nothing."""
