"""Words of the access journal: search over resources of FHIR R4, $everything and the patient summary."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "audit-event-search": Said(
        "Поиск по журналу доступа другой программой", "The journal was searched by another program"
    ),
    "resource-everything": Said(
        "Чтение всей карты другой программой", "The whole card was asked for by another program"
    ),
    "resource-everything-form": Said(
        "Чтение всей карты другой программой", "The whole card was asked for by another program"
    ),
    "resource-everything:list": Said("Прочитана вся доступная часть карты", "All of the card that is open was read"),
    "resource-patient:list": Said("Прочитаны имя и дата рождения", "Name and birth date were read"),
    "resource-search": Said("Поиск по карте другой программой", "The card was searched by another program"),
    "resource-search-form": Said("Поиск по карте другой программой", "The card was searched by another program"),
    "resource-search:list": Said("Поиск по карте другой программой", "The card was searched by another program"),
    "resource-summary": Said("Чтение краткой карты (IPS)", "The patient summary (IPS) was asked for"),
    "resource-summary-form": Said("Чтение краткой карты (IPS)", "The patient summary (IPS) was asked for"),
    "resource-summary-named": Said("Чтение краткой карты (IPS)", "The patient summary (IPS) was asked for"),
    "resource-summary:list": Said("Прочитана краткая карта (IPS)", "The patient summary (IPS) was read"),
}

THINGS: Mapping[str, Said] = {
    "resource-everything": Said("Вся карта (FHIR)", "The whole card (FHIR)"),
    "resource-patient": Said("Пациент (FHIR)", "Patient (FHIR)"),
    "resource-search": Said("Поиск по карте (FHIR)", "Search of the card (FHIR)"),
    "resource-summary": Said("Краткая карта (IPS)", "Patient summary (IPS)"),
}
