"""Notices about a card and its content."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, SECURITY, Notice, Said, Topic

ANSWERS: Mapping[str, Said] = {
    "granted": Said("доступ разрешён", "granted"),
    "refused": Said("отказ", "refused"),
    "revoked": Said("согласие отозвано", "revoked"),
}
"""States of a consent in words, for whoever asked."""

NOTICES: Mapping[str, Notice] = {
    "new_record": Notice(
        Said("Новая запись в карте", "A new record in your card"),
        Said("В карту внесена запись: {kind}.", "A record was added to your card: {kind}."),
        NEWS,
    ),
    "consent_requested": Notice(
        Said("Запрос согласия", "A request for consent"),
        Said(
            "{who} ({organisation}) просит доступ к вашей карте. Разрешите или откажите в разделе «Согласия».",
            "{who} ({organisation}) asks for access to your card. Grant or refuse it under “Consents”.",
        ),
        NEWS,
        urgent=True,
    ),
    "consent_answered": Notice(
        Said("Ответ пациента на запрос согласия", "A patient answered your request"),
        Said("Пациент ответил на запрос согласия: {state}.", "The patient answered your request: {state}."),
        NEWS,
    ),
    "access_refused": Notice(
        Said("Отказано в доступе к вашей карте", "Access to your card was refused"),
        Said(
            "Попытка доступа без права отклонена. Роль: {role}, организация: {organisation}.",
            "An attempt without a right was refused. Role: {role}, organisation: {organisation}.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "card_opened": Notice(
        Said("Электронная медкарта подключена", "Your electronic card is open"),
        Said("Заявление рассмотрено, карта открыта.", "Your application was accepted; the card is open."),
        NEWS,
        urgent=True,
    ),
    "card_refused": Notice(
        Said("Заявление отклонено", "Your application was refused"),
        Said("Заявление отклонено. Причина указана в кабинете.", "Your application was refused; the cabinet says why."),
        NEWS,
        urgent=True,
    ),
}
