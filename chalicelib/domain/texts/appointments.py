"""Notices: appointments: booking, moving, cancelling, what became of them."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "appointment_booked": Notice(
        Said("Вы записаны на приём", "A visit is booked"),
        Said(
            "Запись на {when}. К кому и куда прийти, показывает раздел «Записи на приём»; там же её можно перенести или"
            " отменить.",
            "A visit is booked for {when}. “Appointments” shows with whom and where; you can move or cancel it there.",
        ),
        Said("Медкарта: запись на {when}. Подробности в кабинете.", "Medkarta: booked for {when}. See your cabinet."),
        topic=Topic.VISITS,
    ),
    "appointment_moved": Notice(
        Said("Запись перенесена", "A visit was moved"),
        Said(
            "Новое время приёма: {when}. Подробности в разделе «Записи на приём».",
            "The new time of the visit: {when}. See “Appointments”.",
        ),
        Said(
            "Медкарта: запись перенесена на {when}. Подробности в кабинете.",
            "Medkarta: your booking was moved to {when}. See your cabinet.",
        ),
        topic=Topic.VISITS,
        urgent=True,
    ),
    "appointment_cancelled": Notice(
        Said("Запись отменена", "A visit was cancelled"),
        Said(
            "Запись на {when} отменена. Причину показывает раздел «Записи на приём», там же можно записаться снова.",
            "The visit of {when} was cancelled. “Appointments” shows why, and you can book again there.",
        ),
        Said(
            "Медкарта: запись на {when} отменена. Подробности в кабинете.",
            "Medkarta: your booking of {when} was cancelled. See your cabinet.",
        ),
        topic=Topic.VISITS,
        urgent=True,
    ),
    "appointment_missed": Notice(
        Said("Отмечена неявка", "A visit was marked as missed"),
        Said(
            "Клиника отметила, что вы не пришли на приём {when}. Если это ошибка, позвоните в клинику в течение суток.",
            "The clinic says that you did not come for the visit of {when}. If that is wrong, call it within a day.",
        ),
        Said("Медкарта: в кабинете новое уведомление.", "Medkarta: there is a new notice in your cabinet."),
        topic=Topic.VISITS,
    ),
}
