"""Words of the access journal: transactions and batches of FHIR R4 resources, also large ones."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "bundle:transaction": Said("Переданы ресурсы одной транзакцией", "Resources were delivered as one transaction"),
    "bundle:import": Said("Передана большая транзакция", "A large transaction was delivered"),
    "bundle:void": Said(
        "Большая транзакция не состоялась: карта закрыта", "A large transaction came to nothing: a card was closed"
    ),
    "bundle:send": Said("Передача ресурсов транзакцией", "Delivery of resources as a transaction"),
    "import:read": Said("Запрос о ходе большой транзакции", "A large transaction was asked after"),
    "patient:open": Said("Открыта карта по сведениям партнёра", "A card was opened by what a partner said"),
    "patient:follow": Said(
        "Сведения о пациенте изменены партнёром, который открыл карту",
        "Details of the patient were changed by the partner that opened the card",
    ),
    "patient-doubt:list": Said("Просмотр возможных двойных карт", "Possible duplicates of cards were listed"),
    "patient-doubt:same": Said("Карты признаны картами одного человека", "Two cards were found to be one person's"),
    "patient-doubt:different": Said("Карты признаны картами разных людей", "Two cards were found to be two people's"),
    "patient-doubt:decide": Said("Решение о двойных картах", "A decision about a duplicate"),
}

REASONS: Mapping[str, Said] = {}

THINGS: Mapping[str, Said] = {
    "bundle": Said("Транзакция", "Transaction"),
    "import": Said("Большая транзакция", "Large transaction"),
}
