"""Notices of single sign-on and of confirming an identity at a provider."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "provider_linked": Notice(
        Said("Подключён вход через внешнюю службу", "Sign-in through another service was added"),
        Said(
            "В вашу учётную запись впервые вошли через внешнюю службу входа. Если это не вы, удалите связь и обратитесь"
            " в поддержку.",
            "An external sign-in service was used with your account for the first time. If it was not you, remove the"
            " link and contact support.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "provider_unlinked": Notice(
        Said("Вход через внешнюю службу отключён", "Sign-in through another service was removed"),
        Said("Связь учётной записи с внешней службой входа удалена.", "Your account's link to a service was removed."),
        SECURITY,
        topic=Topic.SECURITY,
    ),
    "provider_confirmed": Notice(
        Said("Личность подтверждена", "Your identity was confirmed"),
        Said(
            "Внешняя служба подтвердила вашу личность. Если это не вы, обратитесь в поддержку.",
            "An external service confirmed your identity. If it was not you, contact support.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "provider_mismatch": Notice(
        Said("Личность не подтверждена", "Your identity was not confirmed"),
        Said(
            "Данные внешней службы не совпали с вашим профилем. Проверьте профиль или обратитесь в регистратуру.",
            "What the external service says is not what your profile says. Check your profile, or ask a registrar.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "provider_conflict": Notice(
        Said("Отклонён вход через внешнюю службу", "A sign-in through another service was refused"),
        Said(
            "Внешняя служба назвала вашу учётную запись, но вход в ней связан с другим человеком или связан иначе."
            " Вход отклонён.",
            "A service named your account, but the login there is linked to somebody else or was linked otherwise."
            " The sign-in was refused.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
}
