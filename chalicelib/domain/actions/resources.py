"""Words of the access journal: the card as resources of FHIR R4: read, create, update, history."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "delivery:match": Said(
        "Сверена дата рождения при передаче сведений из другой системы", "A birth date was compared for a delivery"
    ),
    "delivery:search": Said("Поиск по номеру для передачи сведений", "You were looked for by a number, for a delivery"),
    "directory:create": Said("Внесён ресурс справочника организации", "An entry of a directory was made"),
    "directory:history": Said("Просмотр версий ресурса справочника", "Versions of an entry of a directory were read"),
    "directory:read": Said("Просмотр ресурса справочника организации", "An entry of a directory was read"),
    "directory:search": Said("Поиск в справочнике организации", "A directory was searched"),
    "directory:update": Said("Изменён ресурс справочника организации", "An entry of a directory was changed"),
    "resource:capabilities": Said("Просмотр возможностей сервера FHIR", "What the FHIR server can do was read"),
    "resource:create": Said("Передача ресурса FHIR", "A FHIR resource was delivered"),
    "resource:delete": Said("Отзыв ресурса FHIR", "A FHIR resource was withdrawn"),
    "resource:history": Said("Просмотр версий ресурса FHIR", "Versions of a FHIR resource were read"),
    "resource:patch": Said("Правка ресурса FHIR", "A FHIR resource was patched"),
    "resource:read": Said("Просмотр ресурса FHIR", "A FHIR resource was read"),
    "resource:update": Said("Исправление ресурса FHIR", "A FHIR resource was corrected"),
    "resource:vread": Said("Просмотр версии ресурса FHIR", "A version of a FHIR resource was read"),
}

THINGS: Mapping[str, Said] = {
    "directory": Said("Справочник организации", "Directory of an organisation"),
}
