"""iCalendar (RFC 5545) and its messages (iTIP, RFC 5546), by the library ``icalendar``; it is imported when needed.

What comes in is refused rather than guessed at: a time without a zone, a zone that is no IANA name, a time that the
clock skips, a repeated event (send each time with a UID of its own).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.domain.calendars import NAME, REFRESH, Entry, summary
from chalicelib.domain.identifiers import problem
from chalicelib.domain.outside_times import Change, Status
from chalicelib.errors import InvalidFieldsError
from chalicelib.ports.calendars import Received

if TYPE_CHECKING:
    from icalendar import Calendar, Component, Event

PRODUCT = "-//Medkarta//Calendar feed//RU"
METHODS = ("REQUEST", "PUBLISH", "CANCEL")
REPEATED = ("RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")
MOST = 100
MAX_UID = 255


class ICalendarTexts:
    # --- out

    def written(self, entries: Sequence[Entry], language: str) -> bytes:
        from icalendar import Calendar

        made = Calendar()
        made.add("prodid", PRODUCT)
        made.add("version", "2.0")
        made.add("calscale", "GREGORIAN")
        made.add("method", "PUBLISH")
        for name in ("name", "x-wr-calname"):  # RFC 7986, and what programs knew before it
            made.add(name, NAME.to(language))
        made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", "PT1H")
        for entry in entries:
            made.add_component(_event(entry, language))
        return bytes(made.to_ical())

    # --- in

    def read(self, data: bytes) -> list[Received]:
        """Raises InvalidFieldsError when the message as a whole cannot be read."""
        calendar = _calendar(data)
        method = str(calendar.get("METHOD", "")).upper()
        if method not in METHODS:
            raise problem("/method", "method", "METHOD is REQUEST, PUBLISH or CANCEL (RFC 5546)")
        events = calendar.walk("VEVENT")
        if not 1 <= len(events) <= MOST:
            raise problem("/vevent", "length", f"from 1 to {MOST} events")
        return [_received(event, method) for event in events]


def _event(entry: Entry, language: str) -> Event:
    from icalendar import Event

    made = Event()
    made.add("uid", entry.uid)
    for name in ("dtstamp", "last-modified"):  # without an organiser both are the last change (RFC 5545, 3.8.7.2)
        made.add(name, entry.changed_at.astimezone(UTC).replace(microsecond=0))
    made.add("dtstart", entry.start.astimezone(UTC))
    made.add("dtend", entry.end.astimezone(UTC))
    made.add("sequence", entry.version)
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    made.add("class", "PRIVATE")
    made.add("summary", summary(entry, language))
    if entry.place:
        made.add("location", entry.place)
    return made


def _calendar(data: bytes) -> Calendar:
    from icalendar import Calendar

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise problem("", "encoding", "iCalendar is UTF-8 (RFC 5545, 3.1.4)") from None
    if "\0" in text:
        raise problem("", "icalendar", "no iCalendar that can be read (RFC 5545)")
    try:
        found: Any = Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, OverflowError, RecursionError):
        # what the parser of somebody else's text may raise; OSError where the name of a zone is longer than a file's
        raise problem("", "icalendar", "no iCalendar that can be read (RFC 5545)") from None
    if not isinstance(found, Calendar) or found.name != "VCALENDAR":
        raise problem("", "icalendar", "no iCalendar that can be read (RFC 5545)")
    made: Calendar = found
    return made


def _received(event: Component, method: str) -> Received:
    uid: Any = event.get("UID", "")
    name = "" if isinstance(uid, list) else str(uid)
    try:
        return Received(name[:MAX_UID], _change(event, name, method))
    except InvalidFieldsError as error:
        return Received(name[:MAX_UID], error)


def _change(event: Component, uid: str, method: str) -> Change:
    if not 0 < len(uid) <= MAX_UID:
        raise problem("/uid", "length", f"from 1 to {MAX_UID} characters")
    if event.errors:
        raise problem("", "icalendar", "a property that cannot be read")
    repeated = [name for name in REPEATED if name in event]
    if repeated:
        raise problem("/rrule", "repeated", "no repeated events: send each time with a UID of its own")
    cancelled = method == "CANCEL" or _word(event, "STATUS") == "CANCELLED"
    free = _word(event, "TRANSP") == "TRANSPARENT"
    at = _dt(event, "DTSTAMP")
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise problem("/stamp", "format", "DTSTAMP is a moment in UTC")
    sequence = event.get("SEQUENCE", 0)
    if not isinstance(sequence, int):
        raise problem("/sequence", "format", "one SEQUENCE, a whole number")
    made_at = at.astimezone(UTC)
    if cancelled or free:
        return Change(uid, int(sequence), made_at, Status.CANCELLED)
    start, end = _times(event)
    return Change(uid, int(sequence), made_at, Status.BUSY, start, end)


def _times(event: Component) -> tuple[date, date]:
    """Moments, or dates of whole days (``end`` is not of them any more)."""
    begins, ends = _dt(event, "DTSTART"), _dt(event, "DTEND")
    if begins is None:
        raise problem("/start", "required", "DTSTART says when it begins")
    start = _exact(begins, "/start")
    end = _after(start, _dt(event, "DURATION")) if ends is None else _exact(ends, "/end")
    if isinstance(start, datetime) != isinstance(end, datetime):
        raise problem("/end", "format", "DTSTART and DTEND are both moments, or both dates")
    return start, end


def _after(start: date, length: Any) -> date:
    """The end where none is said. A duration is real time (RFC 5545, 3.3.6), a date without one is one day."""
    if length is None and not isinstance(start, datetime):
        return start + timedelta(days=1) if start < date.max else start
    if not isinstance(length, timedelta):
        raise problem("/end", "required", "DTEND or DURATION says when it ends")
    try:
        return start + length
    except OverflowError:
        raise problem("/end", "format", "no time of the calendar") from None


def _word(event: Component, name: str) -> str:
    found: Any = event.get(name, "")
    if isinstance(found, list):
        raise problem("", "icalendar", "a property that stands twice")
    return str(found).upper()


def _dt(event: Component, name: str) -> Any:
    found = event.get(name)
    if isinstance(found, list):
        raise problem("", "icalendar", "a property that stands twice")
    return None if found is None else getattr(found, "dt", getattr(found, "td", None))


def _exact(moment: Any, field: str) -> date:
    """In UTC. Of a time that comes twice the first is meant (RFC 5545, 3.3.5)."""
    if not isinstance(moment, datetime):
        if isinstance(moment, date):
            return moment
        raise problem(field, "format", "a moment or a date")
    if moment.tzinfo is None:
        raise problem(field, "zone", "a time needs Z or a TZID that is an IANA name, like Europe/Moscow")
    try:
        there = moment.astimezone(UTC)
        back = there.astimezone(moment.tzinfo)
    except OverflowError:
        raise problem(field, "format", "no time of the calendar") from None
    if moment.utcoffset() != timedelta(0) and not isinstance(moment.tzinfo, ZoneInfo):
        raise problem(field, "zone", "a time needs Z or a TZID that is an IANA name, like Europe/Moscow")
    if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise problem(field, "skipped", "the clock skips this time")
    return there
