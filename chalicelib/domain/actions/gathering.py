"""Words of gathering from connected sources, and of checks of the policy."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "gather:begin": Said("Начат сбор данных из источника", "Gathering from a source began"),
    "gather:ask": Said(
        "Источнику названы номера человека для поиска записей", "A source was told the person's numbers to find records"
    ),
    "gather:page": Said("Получена часть записей источника", "A part of a source's records was taken"),
    "gather:finish": Said("Сбор данных из источника окончен", "Gathering from a source ended"),
    "gather:fail": Said("Источник ответил не так, как должен", "A source did not answer as it should"),
    "gather:refuse": Said("Источник прислал чужие записи", "A source sent records of somebody else"),
    "gather:skip": Said("Запись удалена в источнике до получения", "A record was deleted at the source before it came"),
    "gather:mark-withdrawn": Said("Запись отозвана источником", "A record was withdrawn by its source"),
    "gather:mark-outdated": Said("Запись в источнике изменилась", "A record has changed at its source"),
    "unmapped:keep": Said("Сохранена запись иного вида", "A record of another kind was kept"),
    "unmapped:list": Said("Просмотр записей иного вида", "Records of another kind were read"),
    "source:list": Said("Просмотр источников данных", "The list of sources was read"),
    "source:refresh": Said("Запрошены новые данные источника", "A source was asked for new data"),
    "source:pause": Said("Источник отключён", "A source was switched off"),
    "source:resume": Said("Источник включён", "A source was switched on"),
    "source:switch": Said("Переключение источника", "A source was switched"),
    "policy:read": Said("Просмотр полиса", "The policy was read"),
    "policy:review": Said("Просмотр полиса пациента", "A patient's policy was read"),
    "policy:check": Said("Запрос в реестр полисов", "The registry of policies was asked"),
    "policy:update": Said("Данные полиса обновлены", "The policy was brought up to date"),
}

REASONS: Mapping[str, Said] = {
    "wrong-patient": Said("запись о другом человеке", "the record is about somebody else"),
}

THINGS: Mapping[str, Said] = {
    "source": Said("Источник данных", "Source of data"),
    "gathering": Said("Сбор данных", "Gathering of data"),
    "unmapped": Said("Запись иного вида", "Record of another kind"),
}
