"""Notices: applications that a patient lets into the card (SMART app launch)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "application_allowed": Notice(
        Said("Приложению разрешён доступ к карте", "An application was let into the card"),
        Said(
            "Приложение может читать часть карты. Какое, что и до какого дня: раздел «Приложения». Если разрешили не"
            " вы, закройте ему доступ там же и смените пароль.",
            "An application may read a part of the card. Which one, what, and until when: see “Applications”. If it was"
            " not you who allowed it, put it out there and change your password.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
}
