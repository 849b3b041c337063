"""Words of links to a card in the access journal (DOC-4)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "share:create": Said("Создана ссылка для доступа к карте", "A link to the card was made"),
    "share:list": Said("Просмотр ссылок для доступа к карте", "Links to the card were listed"),
    "share:open": Said("Карта открыта по ссылке", "The card was opened by a link"),
    "share:openings": Said("Просмотр журнала ссылки", "The journal of a link was read"),
    "share:read": Said("По ссылке просмотрен список разделов", "What a link holds was looked at"),
    "share:document": Said("Скачивание документа по ссылке", "A document was taken by a link"),
    "share:record": Said("Чтение записи по ссылке", "A record was read by a link"),
    "share:records": Said("Просмотр записей по ссылке", "Records were listed by a link"),
    "share:revoke": Said("Ссылка отозвана", "A link was revoked"),
}

REASONS: Mapping[str, Said] = {
    "another-device": Said("другое устройство", "another device"),
    "another-share": Said("пропуск от другой ссылки", "a pass of another link"),
    "passcode": Said("неверный код доступа", "wrong passcode"),
    "share": Said("ссылка пациента", "the patient's link"),
    "share-at-once": Said("несколько попыток одновременно", "several tries at once"),
    "share-ended": Said("ссылка больше не действует", "the link has ended"),
    "share-scope": Said("за пределами того, чем поделились", "outside what was shared"),
    "share-secret": Said("неполный или неверный адрес ссылки", "a wrong address of a link"),
}

PURPOSES: Mapping[str, Said] = {
    "employment": Said("для работодателя", "employment"),
}

THINGS: Mapping[str, Said] = {
    "share": Said("Ссылка для доступа к карте", "Link to the card"),
}
