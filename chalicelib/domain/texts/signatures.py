"""Notices about electronic signatures."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "signature_confirmed": Notice(
        Said("Личность подтверждена электронной подписью", "Your identity was confirmed by electronic signature"),
        Said(
            "Личность подтверждена электронной подписью. Если это не вы, обратитесь в поддержку.",
            "Your identity was confirmed by electronic signature. If it was not you, contact support.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "signature_differs": Notice(
        Said("Подпись другого человека", "Somebody else's signature"),
        Said(
            "В вашей учётной записи личность пытались подтвердить сертификатом с другими данными. Если вы сменили имя,"
            " обновите профиль; если это не вы, завершите сеансы и обратитесь в поддержку.",
            "Somebody tried to confirm your identity with a certificate that names somebody else. If your name has"
            " changed, change your profile; if it was not you, end the sessions and contact support.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
}
