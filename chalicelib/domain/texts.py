"""Every text that leaves the system on its own accord, in both languages (MSG-2).

``inside`` is shown in the cabinet and may name a kind of record or a role; ``outside`` goes by SMS and e-mail and never
says anything medical, nor who.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    ru: str
    en: str

    def to(self, language: str) -> str:
        return self.en if language == "en" else self.ru


@dataclass(frozen=True, slots=True)
class Notice:
    title: Said
    inside: Said
    outside: Said
    urgent: bool = False


_NEWS = Said("Медкарта: в кабинете новое уведомление.", "Medkarta: there is a new notice in your cabinet.")
_SECURITY = Said(
    "Медкарта: важное уведомление о безопасности. Откройте кабинет.",
    "Medkarta: an important security notice. Open your cabinet.",
)

NOTICES: Mapping[str, Notice] = {
    "new_record": Notice(
        Said("Новая запись в карте", "A new record in your card"),
        Said("В карту внесена запись: {kind}.", "A record was added to your card: {kind}."),
        _NEWS,
    ),
    "consent_requested": Notice(
        Said("Запрос согласия", "A request for consent"),
        Said(
            "{who} ({organisation}) просит доступ к вашей карте. Разрешите или откажите в разделе «Согласия».",
            "{who} ({organisation}) asks for access to your card. Grant or refuse it under “Consents”.",
        ),
        _NEWS,
        urgent=True,
    ),
    "consent_answered": Notice(
        Said("Ответ пациента на запрос согласия", "A patient answered your request"),
        Said("Пациент ответил на запрос согласия: {state}.", "The patient answered your request: {state}."),
        _NEWS,
    ),
    "access_refused": Notice(
        Said("Отказано в доступе к вашей карте", "Access to your card was refused"),
        Said(
            "Попытка доступа без права отклонена. Роль: {role}, организация: {organisation}.",
            "An attempt without a right was refused. Role: {role}, organisation: {organisation}.",
        ),
        _SECURITY,
        urgent=True,
    ),
    "card_opened": Notice(
        Said("Электронная медкарта подключена", "Your electronic card is open"),
        Said("Заявление рассмотрено, карта открыта.", "Your application was accepted; the card is open."),
        _NEWS,
        urgent=True,
    ),
    "card_refused": Notice(
        Said("Заявление отклонено", "Your application was refused"),
        Said("Заявление отклонено. Причину укажет регистратура.", "The registry will tell you the reason."),
        _NEWS,
        urgent=True,
    ),
    "prescription_dispensed": Notice(
        Said("Рецепт отпущен", "A prescription was dispensed"),
        Said("Аптека отпустила лекарство по вашему рецепту.", "A pharmacy dispensed your prescription."),
        _NEWS,
        urgent=True,
    ),
    "prescription_revoked": Notice(
        Said("Рецепт отозван", "A prescription was revoked"),
        Said("Врач отозвал рецепт. Код больше не действует.", "The doctor revoked it. Its code no longer works."),
        _NEWS,
    ),
    "factor_added": Notice(
        Said("Подключено приложение-аутентификатор", "An authenticator app was added"),
        Said(
            "К вашей учётной записи подключено приложение-аутентификатор. Если это не вы, обратитесь в поддержку.",
            "An authenticator app was added to your account. If it was not you, contact support.",
        ),
        _SECURITY,
        urgent=True,
    ),
    "registration_attempted": Notice(
        Said("Попытка регистрации с вашими данными", "Somebody tried to register with your data"),
        Said(
            "Кто-то указал ваши СНИЛС, телефон или почту при регистрации. Учётная запись не создана.",
            "Somebody gave your SNILS, phone or e-mail when registering. No account was made.",
        ),
        _SECURITY,
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
        _SECURITY,
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
        _SECURITY,
        urgent=True,
    ),
    "erasure_stopped": Notice(
        Said("Уничтожение ваших данных отменено", "The erasure of your data was stopped"),
        Said("Ваши данные не будут уничтожены.", "Your data will not be erased."),
        _SECURITY,
    ),
    "session_revoked": Notice(
        Said("Сеанс завершён", "A session was ended"),
        Said(
            "Сеанс завершён: ключ обновления использован повторно. Проверьте список устройств.",
            "A session was ended: its refresh token was used twice. Check your devices.",
        ),
        _SECURITY,
        urgent=True,
    ),
    "finding_opened": Notice(
        Said("Новые находки проверки журнала", "New findings of the review"),
        Said(
            "Автоматическая проверка журнала доступа нашла то, что нужно рассмотреть. Откройте раздел «Находки».",
            "The regular review of the access log found something to look at. Open “Findings”.",
        ),
        _NEWS,
    ),
    "finding_about_card": Notice(
        Said("Необычный доступ к вашей карте", "An unusual access to your card"),
        Said(
            "Карту открыл ваш коллега или её открыли экстренно, без согласия. Кто и когда: раздел «Журнал доступа».",
            "A colleague opened your card, or it was opened in an emergency without consent. See “Access journal”.",
        ),
        _SECURITY,
        urgent=True,
    ),
    "finding_confirmed": Notice(
        Said("Нарушение доступа к вашей карте подтверждено", "A breach of access to your card was confirmed"),
        Said(
            "Служба безопасности подтвердила нарушение. Кто и когда открывал карту: раздел «Журнал доступа».",
            "The security service confirmed a breach. Who opened the card and when: see “Access journal”.",
        ),
        _SECURITY,
        urgent=True,
    ),
    "finding_new_network": Notice(
        Said("Вход из новой сети", "Sign-in from a new network"),
        Said(
            "В вашу учётную запись вошли из сети, откуда раньше не входили. Если это не вы, завершите сеансы.",
            "Somebody signed in to your account from a new network. If it was not you, end the sessions.",
        ),
        _SECURITY,
        urgent=True,
    ),
    "report_ready": Notice(
        Said("Отчёт о доступе за месяц готов", "The monthly access report is ready"),
        Said(
            "Отчёт о доступе сотрудников за прошлый месяц готов. Откройте раздел «Отчёты».",
            "The report of access by staff for the last month is ready. Open “Reports”.",
        ),
        _NEWS,
    ),
}
"""Names are stored: never rename, never reuse."""

ACCESS_REPORT: Mapping[str, Said] = {
    "title": Said("Отчёт о доступе к медкартам", "Access to medical cards"),
    "month": Said("Месяц", "Month"),
    "state": Said("Состояние", "State"),
    "closed": Said("месяц закрыт", "the month is closed"),
    "open": Said("месяц не закрыт, числа растут", "the month is open, the numbers grow"),
    "total": Said("Всего по организации", "The organisation as a whole"),
    "members": Said("По сотрудникам", "By member of staff"),
    "member": Said("Табельный номер, должность", "Staff number, position"),
    "department": Said("Отделение", "Department"),
    "reads": Said("Просмотры", "Reads"),
    "changes": Said("Изменения", "Changes"),
    "refusals": Said("Отказы", "Refusals"),
    "exports": Said("Выгрузки документов", "Documents downloaded"),
    "break_glass": Said("Экстренный доступ", "Emergency access"),
    "out_of_hours": Said("Просмотры в нерабочее время", "Reads out of hours"),
    "reads_short": Said("Просм.", "Reads"),
    "changes_short": Said("Изм.", "Chg."),
    "refusals_short": Said("Отк.", "Ref."),
    "exports_short": Said("Выгр.", "Exp."),
    "break_glass_short": Said("Экстр.", "Emerg."),
    "out_of_hours_short": Said("Ночь", "Night"),
    "how": Said("Как считается", "How it is counted"),
    "explained": Said(
        "Числа берутся из неизменяемого журнала доступа: одна запись журнала, один просмотр, изменение или отказ. "
        "Просмотр в нерабочее время: организация закрыта, отделение не круглосуточное. Имён и диагнозов здесь нет.",
        "The numbers come from the immutable access log: one entry is one read, change or refusal. Out of hours: the "
        "organisation is closed and the department does not work at night. There are no names and no diagnoses here.",
    ),
    "footer": Said("Для службы безопасности организации.", "For the organisation's security service."),
}
"""Words of the monthly report (services/access_reports.py)."""

CODE = Said("Медкарта: код {code}. Никому его не сообщайте.", "Medkarta: code {code}. Tell it to nobody.")
CODE_SUBJECT = Said("Код подтверждения", "Confirmation code")


def rendered(event: str, params: Mapping[str, str], language: str) -> tuple[str, str]:
    """Title and text of a notice as the cabinet shows it; a missing parameter shows as a dash."""
    notice = NOTICES[event]
    filled = {name: params.get(name, "—") for name in ("kind", "who", "organisation", "role", "state")}
    return notice.title.to(language), notice.inside.to(language).format(**filled)
