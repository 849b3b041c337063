"""Words of the access journal: counts for analytics and epidemiology, small ones suppressed."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "aggregate:add": Said("Счётчики пополнены", "Counts were added to"),
    "aggregate:list": Said("Просмотр списка сводных таблиц", "The list of aggregate tables was looked at"),
    "aggregate:open": Said("Счётчики сложены", "Counts were added up"),
    "aggregate:publish": Said("Опубликованы сводные таблицы периода", "Aggregate tables of a period were published"),
    "aggregate:read": Said("Прочитана сводная таблица", "An aggregate table was read"),
    "aggregate:settings": Said("Просмотр настройки подсчёта", "The setting of counting was looked at"),
    "aggregate:switch": Said("Изменена настройка подсчёта", "Counting was switched"),
    "bulletin:download": Said("Скачан отчёт о работе организации", "The report of an organisation was downloaded"),
    "bulletin:list": Said(
        "Просмотр списка отчётов о работе организации", "The list of reports of an organisation was looked at"
    ),
    "bulletin:publish": Said("Составлены отчёты о работе организаций", "Reports of organisations were made"),
    "bulletin:read": Said("Прочитан отчёт о работе организации", "The report of an organisation was read"),
    "counted:open": Said("Прочитано, где пациент учтён в сводных данных", "Where a patient is counted was read"),
    "counted:update": Said(
        "Запись учтена в сводных данных без имени", "A record was counted in aggregates, without a name"
    ),
    "profile:count": Said("Возраст и пол прочитаны для сводных данных", "Age and sex were read for aggregates"),
}

THINGS: Mapping[str, Said] = {
    "aggregate": Said("Сводные данные", "Aggregates"),
    "bulletin": Said("Отчёт о работе организации", "Report of an organisation"),
    "counted": Said("Учёт в сводных данных", "Counting in aggregates"),
}
