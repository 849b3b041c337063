"""Words of the access journal: appointments: booking, moving, cancelling, what became of them."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "appointment:absence": Said("Отметка о неявке", "A visit was marked as missed"),
    "appointment:arrival": Said("Отметка о приходе на приём", "Somebody's arrival was marked"),
    "appointment:arrive": Said("Пациент пришёл на приём", "The patient arrived for the visit"),
    "appointment:book": Said("Запись на приём", "An appointment was booked"),
    "appointment:book-for": Said("Запись пациента на приём клиникой", "The clinic booked an appointment"),
    "appointment:cancel": Said("Отмена записи на приём", "An appointment was cancelled"),
    "appointment:cancel-for": Said("Отмена записи клиникой", "The clinic cancelled an appointment"),
    "appointment:correct": Said(
        "Неявка исправлена: приём состоялся", "A visit that was marked as missed took place after all"
    ),
    "appointment:create": Said("Запись на приём", "An appointment was booked"),
    "appointment:day": Said("Просмотр записанных на день", "The appointments of a day were listed"),
    "appointment:fulfil": Said("Приём состоялся", "The visit took place"),
    "appointment:fulfilment": Said("Отметка о состоявшемся приёме", "A visit was marked as done"),
    "appointment:list": Said("Просмотр записей на приём", "Appointments were listed"),
    "appointment:miss": Said("Пациент не пришёл на приём", "The patient missed the visit"),
    "appointment:move": Said("Перенос записи на приём", "An appointment was moved"),
    "appointment:move-for": Said("Перенос записи клиникой", "The clinic moved an appointment"),
    "appointment:of-schedule": Said("Просмотр записи в расписании", "An appointment of a schedule was read"),
    "appointment:referrals": Said("Поиск направления для записи", "A referral to book with was looked for"),
    "appointment:read": Said("Просмотр записи на приём", "An appointment was read"),
}

REASONS: Mapping[str, Said] = {
    "another-schedule": Said("расписание другого врача", "another doctor's schedule"),
}

THINGS: Mapping[str, Said] = {
    "appointment": Said("Запись на приём", "Appointment"),
}
