"""Sentences about fields: the waiting list, offers of freed slots, and changes by the clinic."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "order": {"the last day comes before the first": "Последний день раньше первого"},
    "past": {"the last day lies behind": "Последний день уже прошёл"},
    "range": {"at most {days} days ahead": "Не дальше чем на {days} дней вперёд"},
    "unknown": {
        "nobody receives patients there": "Там сейчас никто не принимает",
        "one of {names}": "Возможные значения: {names}",
    },
    "value-error": {
        "a schedule, or an organisation and a specialty": "Укажите расписание или организацию и специальность"
    },
}
