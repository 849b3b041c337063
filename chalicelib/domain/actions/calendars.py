"""Words of the access journal: calendar feeds, and changes from outside scheduling systems."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "calendar:create": Said("Создан адрес календаря с записями", "An address of a calendar was made"),
    "calendar:fetch": Said(
        "Календарь с записями загружен по адресу", "Visits were fetched by an address of a calendar"
    ),
    "calendar:list": Said("Просмотр адресов календаря", "Addresses of calendars were listed"),
    "calendar:revoke": Said("Адрес календаря отозван", "An address of a calendar was revoked"),
    "outside-id:read": Said("Просмотр кода расписания во внешней системе", "A schedule's id outside was read"),
    "outside-id:set": Said("Указан код расписания во внешней системе", "A schedule's id outside was set"),
    "outside-time:appointments": Said("Внешняя система прочитала изменения записей", "An outside system read changes"),
    "outside-time:apply": Said("Внешняя система изменила занятое время", "An outside system changed taken time"),
    "outside-time:decide": Said(
        "Решено расхождение с внешней системой", "A conflict with a system outside was decided"
    ),
    "outside-time:list": Said("Просмотр расхождений с внешней системой", "Conflicts with a system outside were listed"),
    "outside-time:message": Said("Внешняя система прислала сообщение календаря", "An outside system sent a calendar"),
    "outside-time:park": Said("Расхождение с внешней системой отложено", "A conflict with a system outside was parked"),
    "outside-time:send": Said("Внешняя система прислала изменения", "An outside system sent changes"),
}

REASONS: Mapping[str, Said] = {
    "calendar-secret": Said("неполный или неверный адрес календаря", "a wrong address of a calendar"),
}

THINGS: Mapping[str, Said] = {
    "calendar": Said("Адрес календаря", "Address of a calendar"),
    "outside-time": Said("Время, занятое внешней системой", "Time taken by an outside system"),
}
