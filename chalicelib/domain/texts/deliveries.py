"""Notices: what goes outside: by which channel, when, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, Notice, Said

NOTICES: Mapping[str, Notice] = {
    "address_unreachable": Notice(
        Said("Письма до вас не доходят", "E-mails do not reach you"),
        Said(
            "Почтовый сервер вернул наше письмо или сообщил, что вы от них отказались. На этот адрес мы больше не"
            " пишем. Проверьте адрес в профиле.",
            "Your mail server returned our e-mail, or said that you do not want them. We no longer write to this"
            " address. Check it in your profile.",
        ),
        NEWS,
        urgent=True,
    ),
}
