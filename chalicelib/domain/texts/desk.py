"""Notices about recovery at the desk, suspicious activity and tickets. Those about an account go everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, SECURITY, Notice, Said, Topic

_STOP_RU = " Если это не вы, нажмите «Это не я» в разделе «Безопасность»: код перестанет действовать."
_STOP_EN = " If it was not you, choose “It was not me” under “Security”: the code stops working."

_DESK_RU = (
    " Сообщено о краже: с момента одобрения вторым оператором все сеансы завершены и войти нельзя, пока восстановление"
    " не закончено. Если это не вы, придите с паспортом в центр обслуживания: отменить его можно только там."
)
_DESK_EN = (
    " A theft was reported: from the second operator's approval all sessions are ended and nobody can sign in until the"
    " recovery is over. If it was not you, go to an identity desk with your passport: it can be cancelled only there."
)


def _alarm(title: Said, inside: Said) -> Notice:
    return Notice(title, inside, SECURITY, topic=Topic.SECURITY, urgent=True, everywhere=True)


_NOTICES: Mapping[str, Notice] = {
    "desk_refused": _alarm(
        Said("Кто-то предъявил ваши данные в центре обслуживания", "Somebody gave your data at an identity desk"),
        Said(
            "В центре обслуживания назвали ваш СНИЛС, но документ не совпал с вашими данными. В доступе отказано.",
            "Somebody gave your SNILS at an identity desk, but the document did not fit your data. It was refused.",
        ),
    ),
    "identity_confirmed_at_desk": _alarm(
        Said("Личность подтверждена в центре обслуживания", "Your identity was confirmed at an identity desk"),
        Said(
            "Оператор сверил ваш паспорт и подтвердил личность. Если это не вы, сообщите в разделе «Безопасность».",
            "An operator compared your passport and confirmed your identity. If it was not you, report it under"
            " “Security”.",
        ),
    ),
    "first_account_opened": _alarm(
        Said("Создаётся учётная запись владельца карты", "An account is being made for the owner of the card"),
        Said(
            "Владелец карты пришёл в центр обслуживания с паспортом, и для него создаётся учётная запись. Если это"
            " ошибка, сообщите в центр обслуживания.",
            "The owner of the card came to an identity desk with a passport, and an account is being made. If this is"
            " a mistake, tell the identity desk.",
        ),
    ),
    "first_account_made": _alarm(
        Said("У владельца карты есть учётная запись", "The owner of the card has an account"),
        Said(
            "Учётная запись создана в центре обслуживания по паспорту. Законные представители по-прежнему действуют"
            " до 15-летия.",
            "The account was made at an identity desk by passport. Legal representatives go on acting until the 15th"
            " birthday.",
        ),
    ),
    "recovery_opened": _alarm(
        Said("Начато восстановление доступа", "A recovery of your account was begun"),
        Said(
            "В центре обслуживания по паспорту начато восстановление доступа к вашей учётной записи." + _STOP_RU,
            "At an identity desk, a recovery of your account was begun by passport." + _STOP_EN,
        ),
    ),
    "recovery_approved": _alarm(
        Said("Восстановление доступа одобрено", "The recovery of your account was approved"),
        Said(
            "Второй оператор одобрил восстановление доступа." + _STOP_RU,
            "A second operator approved the recovery." + _STOP_EN,
        ),
    ),
    "recovery_code_issued": _alarm(
        Said("Выдан временный код восстановления", "A temporary recovery code was issued"),
        Said(
            "Оператор выдал временный код, он действует 30 минут." + _STOP_RU,
            "An operator issued a temporary code; it works for 30 minutes." + _STOP_EN,
        ),
    ),
    "recovery_redeemed": _alarm(
        Said("Временный код восстановления использован", "The temporary recovery code was used"),
        Said(
            "Временный код введён, осталось подтвердить телефон." + _STOP_RU,
            "The temporary code was entered; the telephone is still to be confirmed." + _STOP_EN,
        ),
    ),
    "recovery_completed": _alarm(
        Said("Доступ восстановлен", "Your account was recovered"),
        Said(
            "Пароль заменён, прежние сеансы завершены, вторые факторы сброшены. Если это не вы, срочно обратитесь в"
            " центр обслуживания с паспортом.",
            "The password was replaced, all sessions ended, second factors were reset. If it was not you, go to an"
            " identity desk with your passport at once.",
        ),
    ),
    "recovery_cancelled": _alarm(
        Said("Восстановление доступа отменено", "The recovery of your account was cancelled"),
        Said("Оператор отменил восстановление доступа.", "An operator cancelled the recovery of your account."),
    ),
    "recovery_stopped": _alarm(
        Said("Вы остановили восстановление доступа", "You stopped the recovery of your account"),
        Said(
            "Код больше не действует, обращение передано службе безопасности.",
            "The code does not work any more; the security service has been told.",
        ),
    ),
    "password_changed": _alarm(
        Said("Пароль изменён", "Your password was changed"),
        Said(
            "Пароль изменён, остальные сеансы завершены. Если это не вы, обратитесь в центр обслуживания.",
            "Your password was changed and all other sessions ended. If it was not you, go to an identity desk.",
        ),
    ),
    "session_blocked": _alarm(
        Said("Сеанс заблокирован из-за необычной активности", "A session was blocked because of unusual activity"),
        Said(
            "Мы остановили сеанс: действия в нём не похожи на ваши. Проверьте журнал входов в разделе «Безопасность».",
            "We stopped a session: what was done in it is unlike you. See your sign-ins under “Security”.",
        ),
    ),
    "session_unblocked": _alarm(
        Said("Блокировка сеанса снята", "A blocked session was released"),
        Said("Сеанс снова работает.", "The session works again."),
    ),
    "sign_in_from_new_place": _alarm(
        Said("Вход с нового устройства", "Sign-in from a new device"),
        Said(
            "В вашу учётную запись вошли с нового устройства из новой сети. Если это не вы, отметьте это в журнале"
            " входов.",
            "Somebody signed in to your account on a new device and network. If it was not you, report the sign-in.",
        ),
    ),
    "password_guessed": _alarm(
        Said("Кто-то подбирает ваш пароль", "Somebody is guessing your password"),
        Said(
            "К вашей учётной записи подбирают пароль. Вход временно приостанавливается, данные не открыты.",
            "Somebody is trying passwords for your account. Sign-in pauses for a while; nothing was opened.",
        ),
    ),
    "factor_guessed": _alarm(
        Said("Кто-то подбирает код подтверждения", "Somebody is guessing your confirmation code"),
        Said(
            "Кто-то знает ваш пароль или держит ваш сеанс и подбирает код. Коды этого вида до завтра не принимаются."
            " Войдите другим способом и смените пароль; если другого нет, придите с паспортом в центр обслуживания.",
            "Somebody has your password or a session of yours and is guessing the code. Codes of this kind are not"
            " taken until tomorrow. Come in by another factor and change your password; if there is none, go to an"
            " identity desk with your passport.",
        ),
    ),
    "ticket_opened": Notice(
        Said("Обращение принято", "Your report was received"),
        Said("Служба безопасности рассмотрит ваше обращение.", "The security service will look into your report."),
        NEWS,
    ),
    "ticket_waiting": Notice(
        Said("Новое обращение", "A new report"),
        Said("Поступило обращение. Откройте раздел «Обращения».", "There is a new report. Open “Reports”."),
        NEWS,
    ),
    "ticket_closed": Notice(
        Said("Обращение рассмотрено", "Your report was answered"),
        Said("Ответ на ваше обращение: раздел «Обращения».", "See the answer to your report under “Reports”."),
        NEWS,
        urgent=True,
    ),
}


def _at_desk(notice: Notice) -> Notice:
    """The same step where the cabinet cannot stop it (domain/desk_recovery.py, rule 5)."""
    inside = Said(
        notice.inside.ru.removesuffix(_STOP_RU) + _DESK_RU, notice.inside.en.removesuffix(_STOP_EN) + _DESK_EN
    )
    return _alarm(notice.title, inside)


NOTICES: Mapping[str, Notice] = {
    **_NOTICES,
    **{f"stolen_{name}": _at_desk(said) for name, said in _NOTICES.items() if said.inside.ru.endswith(_STOP_RU)},
}
