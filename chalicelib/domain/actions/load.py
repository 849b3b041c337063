"""Words of the access journal: the load of a clinic."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "load:days": Said("Просмотр загрузки по дням", "The load by days was looked at"),
    "load:decide": Said("Решение по предложению об изменении расписания", "A proposal about a schedule was decided on"),
    "load:months": Said("Просмотр загрузки по месяцам", "The load by months was looked at"),
    "load:proposals": Said("Просмотр предложений по расписаниям", "Proposals about schedules were looked at"),
    "load:propose": Said("Составлены предложения по расписаниям", "Proposals about schedules were made"),
    "load:read": Said("Просмотр загрузки организации", "The load of an organisation was looked at"),
}

THINGS: Mapping[str, Said] = {
    "load": Said("Загрузка организации", "Load of an organisation"),
}
