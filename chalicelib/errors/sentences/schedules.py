"""Sentences about fields: schedules of doctors and their free slots."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "unknown": {
        "no such specialty is on the list": "Такой специальности нет в списке",
        "no such time zone, for example Europe/Moscow": "Такого часового пояса нет, пример: Europe/Moscow",
        "nobody works here under this membership": "Такого сотрудника в организации нет",
    },
    "overlap": {
        "hours of one day do not overlap": "Часы одного дня не должны пересекаться",
        "another exception has one of these days": "На один из этих дней исключение уже есть",
        "at this time the same person works by the schedule {schedule}": (
            "В это время тот же сотрудник принимает по расписанию {schedule}"
        ),
        "another rule holds at the same time": "В это же время действует другое правило",
    },
    "too-many": {
        "at most {limit} exceptions in a schedule": "Исключений в расписании: не больше {limit}",
    },
    "range": {
        "at most {limit} days": "Дней: не больше {limit}",
        "not one slot has room in these hours": "В эти часы не помещается ни один приём",
        "hours end on the day they began: make two of those over midnight": (
            "Часы заканчиваются в тот же день, когда начались: приём через полночь укажите двумя"
        ),
        "the last day is before the first": "Последний день раньше первого",
        "a day within ten years of today": "День должен быть не дальше десяти лет от сегодняшнего",
    },
    "format": {
        "a date like 2026-12-31": "Дата в виде 2026-12-31",
        "true or false": "true или false",
        "an id of an organisation": "Идентификатор организации",
    },
}
