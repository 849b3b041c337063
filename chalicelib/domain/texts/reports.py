"""Words of the monthly report of access (services/access_reports.py)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Said

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
