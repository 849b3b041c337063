"""Words of the access journal: exchange of cards between organisations under consent."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "transfer-keys": Said("Ключи для обмена картами", "Keys for the exchange of cards"),
    "transfer-mine": Said("Просмотр передач своей карты", "Transfers of the own card were looked at"),
    "transfer-part": Said("Получение части карты", "A part of a card was asked for"),
    "transfer-read": Said("Просмотр запроса на передачу карты", "A request for a card was looked at"),
    "transfer:accept": Said("Получение карты подтверждено", "The receipt of a card was confirmed"),
    "transfer:give": Said("Часть карты передана другой организации", "A part of the card went to another organisation"),
    "transfer:list": Said("Просмотр запросов на передачу карты", "Requests for cards were looked at"),
    "transfer:request": Said("Запрошена передача карты", "A card was asked for by an organisation"),
    "transfer:take": Said("Принята часть карты из другой системы", "A part of a card came from another system"),
    "transfer-sender:list": Said("Просмотр доверенных отправителей", "Trusted senders were looked at"),
    "transfer-sender:put": Said("Отправитель карт признан доверенным", "A sender of cards was trusted"),
    "transfer-sender:remove": Said("Доверие к отправителю карт отозвано", "A sender of cards is trusted no more"),
}

THINGS: Mapping[str, Said] = {
    "transfer": Said("Передача карты", "Transfer of a card"),
    "transfer-sender": Said("Отправитель карт", "Sender of cards"),
}
