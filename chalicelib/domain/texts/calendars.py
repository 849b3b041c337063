"""Notices: calendar feeds, and changes from outside scheduling systems."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "calendar_made": Notice(
        Said("Создан адрес календаря", "An address of a calendar was made"),
        Said(
            "По этому адресу записи на приём видны без входа в кабинет. Если его создали не вы, отзовите его в разделе"
            " «Календари» и смените пароль.",
            "By this address visits are shown without signing in. If it was not you who made it, revoke it under"
            " “Calendars” and change your password.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
    ),
}
