"""Words of the access journal: $export: the cards of a consented group as encrypted NDJSON."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "bulk-export-cancel": Said("Удаление массовой выгрузки", "A bulk export was to be deleted"),
    "bulk-export-file": Said("Скачивание файла массовой выгрузки", "A file of a bulk export was asked for"),
    "bulk-export-group": Said("Заказ массовой выгрузки", "A bulk export was asked for"),
    "bulk-export-patients": Said("Заказ массовой выгрузки", "A bulk export was asked for"),
    "bulk-export-state": Said("Проверка массовой выгрузки", "The state of a bulk export was asked for"),
    "bulk:cancel": Said("Массовая выгрузка удалена", "A bulk export was deleted"),
    "bulk:create": Said("Заказана массовая выгрузка", "A bulk export was ordered"),
    "bulk:download": Said("Скачан файл массовой выгрузки", "A file of a bulk export was downloaded"),
    "bulk:fail": Said("Массовую выгрузку сделать не удалось", "A bulk export could not be made"),
    "bulk:make": Said("Массовая выгрузка готова", "A bulk export was made"),
    "bulk:read": Said("Проверено состояние массовой выгрузки", "The state of a bulk export was read"),
    "resource-export:list": Said("Карта выгружена в массовой выгрузке", "The card was read for a bulk export"),
}

THINGS: Mapping[str, Said] = {
    "bulk": Said("Массовая выгрузка", "Bulk export"),
    "resource-export": Said("Карта (массовая выгрузка)", "The card (bulk export)"),
}
