"""Notices: exchange of cards between organisations under consent."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice, Said

LOOK = Said("Медкарта: передача карты. Откройте кабинет.", "Medkarta: a transfer of your card. Open your cabinet.")

NOTICES: Mapping[str, Notice] = {
    "transfer_given": Notice(
        Said("Карта передаётся другой организации", "Your card goes to another organisation"),
        Said(
            "По вашему согласию система другой организации получает сведения из карты. Какая и какие разделы, сказано в"
            " разделе «Передача карты». Отзыв согласия прекращает передачу сразу.",
            "By your consent a system of another organisation receives content of your card. Which one, and which"
            " sections, stands under “Transfers”. Revoking the consent ends it at once.",
        ),
        LOOK,
    ),
    "transfer_accepted": Notice(
        Said("Другая организация получила карту", "Another organisation has your card"),
        Said(
            "Организация подтвердила, что сведения из карты дошли. Подробности в разделе «Передача карты».",
            "The organisation confirmed that the content of your card arrived. See “Transfers” for details.",
        ),
        LOOK,
    ),
    "transfer_received": Notice(
        Said("В карту добавлены записи из другой системы", "Records from another system came into your card"),
        Said(
            "Записи приняты по вашей просьбе или просьбе вашей организации; у каждой указано, откуда она.",
            "They were brought by an organisation of yours; each says where it comes from.",
        ),
        LOOK,
    ),
}
