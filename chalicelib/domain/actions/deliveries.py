"""Words of the access journal: what goes outside: by which channel, when, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "notice:count": Said("Подсчёт непрочитанных уведомлений", "Unread notices were counted"),
    "notice:read-all": Said("Уведомления прочитаны", "Notices were read"),
    "delivery:list": Said("Просмотр отправленных уведомлений", "Notices that were sent were listed"),
}

THINGS: Mapping[str, Said] = {
    "delivery": Said("Отправка уведомления", "Sending of a notice"),
}
