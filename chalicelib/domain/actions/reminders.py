"""Words of the access journal: reminders and what was taken."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "reminder:list": Said("Просмотр напоминаний", "Reminders were read"),
    "reminder:mute": Said("Напоминания о приёме отключены", "Intake reminders were silenced"),
    "reminder:unmute": Said("Напоминания о приёме включены", "Intake reminders were switched on"),
    "reminder:extra": Said("Просмотр дополнительных напоминаний", "Extra reminders were read"),
    "reminder:extra-on": Said("Дополнительные напоминания включены", "Extra reminders were switched on"),
    "reminder:extra-off": Said("Дополнительные напоминания отключены", "Extra reminders were switched off"),
    "reminder:extra-switch": Said("Настройка дополнительных напоминаний", "Extra reminders were switched"),
    "intake:list": Said("Просмотр отметок о приёме", "Marks of intakes were read"),
    "intake:mark": Said("Отметка о приёме лекарства", "An intake was marked"),
    "intake:reminders": Said("Настройка напоминаний о приёме", "Reminders of intakes were switched"),
    "intakes:read": Said("Просмотр отметок о приёме", "Marks of intakes were read"),
    "intakes:mark": Said("Отметка о приёме лекарства", "An intake was marked"),
}

THINGS: Mapping[str, Said] = {
    "reminder": Said("Напоминание", "Reminder"),
    "intakes": Said("Отметки о приёме лекарств", "Marks of intakes"),
}
