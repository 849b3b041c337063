"""Words of the access journal: schedules of doctors and their free slots."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "free-slot:list": Said("Поиск ближайшего приёма", "Free slots of a specialty were looked for"),
    "schedule:change": Said("Расписание врача изменено", "The schedule of a doctor was changed"),
    "schedule:choices": Said("Просмотр справочников расписания", "What a schedule may say was looked at"),
    "schedule:close": Said("Расписание врача закрыто", "The schedule of a doctor was closed"),
    "schedule:create": Said("Расписание врача внесено", "The schedule of a doctor was entered"),
    "schedule:list": Said("Просмотр расписаний врачей", "Schedules of doctors were listed"),
    "schedule:list-own": Said("Просмотр расписаний организации", "Schedules of an organisation were listed"),
    "schedule:read": Said("Просмотр расписания врача", "The schedule of a doctor was looked at"),
    "schedule:slots": Said("Просмотр свободного времени врача", "Free slots of a doctor were listed"),
    "schedule:try": Said("Проверка изменения расписания", "A change of a schedule was tried"),
    "schedule-exception:delete": Said("Исключение из расписания снято", "An exception of a schedule was taken back"),
    "schedule-exception:put": Said("Исключение в расписании внесено", "An exception of a schedule was entered"),
    "specialty:list": Said("Просмотр списка специальностей", "Specialties were listed"),
}

THINGS: Mapping[str, Said] = {
    "schedule": Said("Расписание врача", "Schedule of a doctor"),
}
