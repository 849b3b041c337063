"""Notices about an account."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "factor_added": Notice(
        Said("Добавлен способ подтверждения входа", "A second factor was added"),
        Said(
            "К вашей учётной записи добавлен способ подтверждения входа. Если это не вы, обратитесь в поддержку.",
            "A second factor was added to your account. If it was not you, contact support.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "registration_attempted": Notice(
        Said("Попытка регистрации с вашими данными", "Somebody tried to register with your data"),
        Said(
            "Кто-то указал ваши СНИЛС, телефон или почту при регистрации. Учётная запись не создана.",
            "Somebody gave your SNILS, phone or e-mail when registering. No account was made.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "erasure_proposed": Notice(
        Said("Предложено уничтожить ваши данные", "The erasure of your data was proposed"),
        Said(
            "Предложено уничтожить все данные вашей карты и учётной записи без возможности восстановления. Если вы об"
            " этом не просили, отмените это в кабинете или сразу обратитесь в поддержку.",
            "It was proposed to erase all data of your card and account; they cannot be restored. If you did not ask"
            " for this, withdraw it in your cabinet or contact support at once.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "erasure_approved": Notice(
        Said("Уничтожение ваших данных одобрено", "The erasure of your data was approved"),
        Said(
            "Уничтожение всех данных вашей карты и учётной записи одобрено. По вашему собственному запросу оно начнётся"
            " не раньше чем через сутки, до этого запрос можно отменить в кабинете.",
            "The erasure of all data of your card and account was approved. If you asked for it, it begins after a day"
            " at the earliest; until then you can withdraw it in your cabinet.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "erasure_stopped": Notice(
        Said("Уничтожение ваших данных отменено", "The erasure of your data was stopped"),
        Said("Ваши данные не будут уничтожены.", "Your data will not be erased."),
        SECURITY,
        topic=Topic.SECURITY,
    ),
    "session_revoked": Notice(
        Said("Сеанс завершён", "A session was ended"),
        Said(
            "Сеанс завершён: ключ обновления использован повторно. Проверьте список устройств.",
            "A session was ended: its refresh token was used twice. Check your devices.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
}
