"""Notices: reminders of what is due (APT-3)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice, Said, Topic

REMINDER = Said("Медкарта: есть напоминание. Откройте кабинет.", "Medkarta: there is a reminder. Open your cabinet.")

NOTICES: Mapping[str, Notice] = {
    "visit_soon": Notice(
        Said("Скоро приём", "A visit soon"),
        Said("Напоминаем о приёме {when}.", "A reminder of your visit: {when}."),
        Said("Медкарта: напоминаем о записи {when}.", "Medkarta: a reminder of your booking, {when}."),
        topic=Topic.VISITS,
        urgent=True,
    ),
    "visit_ahead": Notice(
        Said("Приём через несколько дней", "A visit in some days"),
        Said(
            "Вы записаны на {when}. Это одно дополнительное напоминание: почему оно пришло и как его отключить, "
            "видно в разделе «Напоминания».",
            "Your visit is on {when}. This is one more reminder than usual: why it came, and how to switch it off, "
            "is said in “Reminders”.",
        ),
        Said("Медкарта: напоминаем о записи {when}.", "Medkarta: a reminder of your booking, {when}."),
        topic=Topic.VISITS,
        urgent=True,
    ),
    "test_soon": Notice(
        Said("Скоро исследование", "A test soon"),
        Said("Подходит день запланированного исследования.", "The day of a planned test is near."),
        REMINDER,
        topic=Topic.REMINDERS,
    ),
    "test_overdue": Notice(
        Said("Исследование не выполнено", "A test is overdue"),
        Said(
            "Прошла неделя после запланированного дня, а результата в карте нет.",
            "A week has passed since the planned day, and the card has no result.",
        ),
        REMINDER,
        topic=Topic.REMINDERS,
    ),
    "intake_due": Notice(
        Said("Пора принять лекарство", "Time to take a medicine"),
        Said("По вашему расписанию: {when}.", "By your schedule: {when}."),
        REMINDER,
        topic=Topic.INTAKE,
    ),
    "vaccination_due": Notice(
        Said("Подошёл срок прививки", "A vaccination is due"),
        Said(
            "По календарю прививок подошёл срок. Что и когда, говорит план прививок.",
            "By the calendar a vaccination is due. The plan of vaccinations says which.",
        ),
        REMINDER,
        topic=Topic.REMINDERS,
    ),
    "consent_expiring": Notice(
        Said("Согласие заканчивается", "A consent is about to end"),
        Said(
            "Одно из ваших согласий на доступ к карте действует до {when}.",
            "One of your consents to access ends at {when}.",
        ),
        REMINDER,
        topic=Topic.REMINDERS,
    ),
    "representation_ends_own": Notice(
        Said("Представительство заканчивается", "A representation is about to end"),
        Said("Представитель действует от вашего имени до {when}.", "Somebody acts for you until {when}."),
        REMINDER,
        topic=Topic.REMINDERS,
    ),
    "representation_ends": Notice(
        Said("Представительство заканчивается", "A representation is about to end"),
        Said("Вы представляете другого человека до {when}.", "You act for somebody until {when}."),
        REMINDER,
        topic=Topic.REMINDERS,
    ),
    "representation_over_own": Notice(
        Said("Представительство закончилось", "A representation has ended"),
        Said("Срок истёк {when}: представитель больше не действует.", "It ended at {when}: nobody acts for you by it."),
        REMINDER,
        topic=Topic.REMINDERS,
    ),
    "representation_over": Notice(
        Said("Представительство закончилось", "A representation has ended"),
        Said("Срок истёк {when}: вы больше не представляете этого человека.", "It ended at {when}: you act no more."),
        REMINDER,
        topic=Topic.REMINDERS,
    ),
}
