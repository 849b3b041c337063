"""Sentences about fields: calendar feeds, and changes from outside scheduling systems."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "cursor": {
        "a place that an answer gave as next": "Укажите место из поля next предыдущего ответа",
    },
    "encoding": {
        "iCalendar is UTF-8 (RFC 5545, 3.1.4)": "iCalendar передаётся в UTF-8 (RFC 5545, 3.1.4)",
    },
    "format": {
        "a moment with its offset, like 2026-03-02T09:00:00+03:00": (
            "Нужен момент со смещением, например 2026-03-02T09:00:00+03:00"
        ),
        "a moment or a date": "Нужен момент или дата",
        "DTSTAMP is a moment in UTC": "DTSTAMP — момент в UTC",
        "DTSTART and DTEND are both moments, or both dates": "DTSTART и DTEND — оба моменты или оба даты",
        "no time of the calendar": "Такого момента нет в календаре",
        "one SEQUENCE, a whole number": "SEQUENCE указывается один раз, это целое число",
    },
    "icalendar": {
        "no iCalendar that can be read (RFC 5545)": "Это не iCalendar, который можно прочитать (RFC 5545)",
        "a property that cannot be read": "Одно из свойств не читается",
        "a property that stands twice": "Свойство указано дважды",
    },
    "length": {
        "from 1 to {most} events": "От 1 до {most} событий",
    },
    "method": {
        "METHOD is REQUEST, PUBLISH or CANCEL (RFC 5546)": "METHOD — REQUEST, PUBLISH или CANCEL (RFC 5546)",
    },
    "range": {
        "a number from 0 to {highest}": "Число от 0 до {highest}",
        "the change was made in the future": "Изменение сделано в будущем",
        "the end comes after the start": "Конец должен быть позже начала",
        "at most one day; send longer times day by day": "Не больше суток; более долгое время передавайте по дням",
        "at most {back} days back and {ahead} days ahead": "Не больше {back} дней назад и {ahead} дней вперёд",
        "older than what is kept: read from the beginning": "Изменения так давно не хранятся, читайте с начала",
    },
    "repeated": {
        "no repeated events: send each time with a UID of its own": (
            "Повторяющиеся события не принимаются: передавайте каждое время со своим UID"
        ),
    },
    "required": {
        "name the schedule, by our id or by your own": "Назовите расписание: наш код или свой",
        "a busy time has a start and an end": "У занятого времени есть начало и конец",
        "DTSTART says when it begins": "Начало указывает DTSTART",
        "DTEND or DURATION says when it ends": "Конец указывает DTEND или DURATION",
        "name the schedules that the feed is to have": "Назовите расписания, которые будут в календаре",
    },
    "skipped": {
        "the clock skips this time": "Этого времени нет: часы переводят вперёд",
    },
    "unknown": {
        "your own feed has your own visits": "В вашем календаре только ваши записи",
        "no schedule of yours": "Это не ваше расписание",
    },
    "zone": {
        "a time needs Z or a TZID that is an IANA name, like Europe/Moscow": (
            "Времени нужен Z или TZID с именем IANA, например Europe/Moscow"
        ),
    },
}
