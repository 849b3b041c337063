"""Words of the access journal: the waiting list, offers of freed slots, and changes by the clinic."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "appointment:alternatives": Said("Просмотр другого времени для приёма", "Other times of a visit were looked at"),
    "waiting-entry:accept": Said("Принято предложенное время", "An offered time was accepted"),
    "waiting-entry:create": Said("Запись в лист ожидания", "Joined a waiting list"),
    "waiting-entry:decline": Said("Отклонено предложенное время", "An offered time was declined"),
    "waiting-entry:leave": Said("Выход из листа ожидания", "Left a waiting list"),
    "waiting-entry:list": Said("Просмотр своего листа ожидания", "The own waiting list was looked at"),
    "waiting-entry:put-first": Said("Изменена очередь в листе ожидания", "The order of a waiting list was changed"),
    "waiting-entry:read": Said("Просмотр записи в листе ожидания", "An entry of a waiting list was read"),
    "waiting-list:read": Said("Просмотр очереди к врачу", "The order of a waiting list was looked at"),
}

THINGS: Mapping[str, Said] = {
    "waiting-entry": Said("Лист ожидания", "Waiting list"),
}
