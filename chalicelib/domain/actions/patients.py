"""Words of registration at a clinic, of look-alikes and of merged cards (ACT-5, SPC-5)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "patient:register": Said("Регистрация пациента в клинике", "A clinic registered a patient"),
    "patient:bind": Said("Пациент внесён в список клиники", "The patient was put on a clinic's list"),
    "patient:compare": Said(
        "Личные данные сверены с похожей записью", "Personal data were compared with a similar registration"
    ),
    "patient:possible-duplicate": Said("Найден возможный дубликат карты", "A possible duplicate of a card was found"),
    "patient:duplicates": Said("Поиск похожих карт", "Similar cards were looked for"),
    "registration:compare": Said(
        "Регистрация сверена с картой, заведённой клиникой", "A registration was compared with a clinic's card"
    ),
    "registration:claim": Said(
        "Учётная запись создана на карте, заведённой клиникой", "An account was made on a clinic's card"
    ),
    "consent:paper": Said(
        "Согласие на бумаге внесено регистратором", "A registrar recorded a consent that was signed on paper"
    ),
    "paper:upload": Said(
        "Загружен скан бумаги пациента без учётной записи", "A scan was uploaded for a patient without an account"
    ),
    "paper-upload:list": Said("Просмотр сканов бумаг пациента", "Scans of a patient's papers were listed"),
    "merge:propose": Said("Предложено объединить карты", "A merge of cards was proposed"),
    "merge:list": Said("Просмотр объединений карт", "Merges of cards were listed"),
    "merge:read": Said("Просмотр объединения карт", "A merge of cards was read"),
    "merge:compare": Said("Две карты сверены перед объединением", "Two cards were compared before a merge"),
    "merge:decide": Said("Решение об объединении карт", "Decision on a merge of cards"),
    "merge:approve": Said("Объединение карт одобрено", "A merge of cards was approved"),
    "merge:refuse": Said("В объединении карт отказано", "A merge of cards was refused"),
    "merge:undo": Said("Отмена объединения карт", "A merge of cards was undone"),
    "merge:open": Said("Записи открыты для переноса", "Records were opened to be carried over"),
    "merge:carry": Said("Запись перенесена при объединении карт", "A record was carried over by a merge"),
    "merge:return": Said("Запись возвращена при отмене объединения", "A record went back when a merge was undone"),
    "merge:complete": Said("Объединение карт закончено", "A merge of cards is complete"),
    "merge:returned": Said("Отмена объединения закончена", "The undoing of a merge is complete"),
    "merge:mine": Said("Просмотр своих объединений карт", "One's own merges of cards were read"),
}
REASONS: Mapping[str, Said] = {
    "age": Said("до возраста согласия отвечает представитель", "until the age of consent a representative answers"),
    "same-eyes": Said("решать должен второй сотрудник", "a second member of staff must decide"),
}
THINGS: Mapping[str, Said] = {
    "merge": Said("Объединение карт", "Merge of cards"),
}
