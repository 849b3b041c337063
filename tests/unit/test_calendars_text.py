"""iCalendar as it is written, read by two other parsers; and forty ways in which what comes in may be broken."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.calendars import Entry
from chalicelib.domain.outside_times import Change, Status, interval_of
from chalicelib.errors import InvalidFieldsError
from chalicelib.interop.calendars import ICalendarTexts
from tests.calendar_world import CalendarWorld
from tests.effort import tried

TEXTS = ICalendarTexts()
START = datetime(2026, 3, 10, 6, tzinfo=UTC)
ENTRY = Entry("0189", START, START + timedelta(minutes=30), 3, datetime(2026, 3, 1, 8, 0, 0, 5000, tzinfo=UTC), False)


def unfolded(data: bytes) -> str:
    return data.decode().replace("\r\n ", "")


# --- out


@pytest.mark.requirement("APT-2")
def test_what_is_written_says_no_more_than_it_should() -> None:
    lines = unfolded(TEXTS.written([ENTRY], "ru")).split("\r\n")
    for line in (
        "SUMMARY:Приём",
        "DTSTART:20260310T060000Z",
        "DTEND:20260310T063000Z",
        "UID:0189@medkarta",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        "DTSTAMP:20260301T080000Z",
        "LAST-MODIFIED:20260301T080000Z",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "CLASS:PRIVATE",
    ):
        assert line in lines
    assert not [line for line in lines if line.startswith(("LOCATION", "DESCRIPTION", "ORGANIZER", "ATTENDEE"))]


@pytest.mark.requirement("APT-2")
@settings(max_examples=tried(80), deadline=None)
@given(
    doctor=st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200),
    place=st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=200),
    cancelled=st.booleans(),
)
def test_other_parsers_read_what_was_written(doctor: str, place: str, *, cancelled: bool) -> None:
    from ical.calendar_stream import IcsCalendarStream
    from icalendar import Calendar

    data = TEXTS.written([Entry("a", START, START + timedelta(hours=1), 1, START, cancelled, doctor, place)], "en")
    assert all(len(line) <= 75 for line in data.split(b"\r\n")), "folded by octets (RFC 5545, 3.1)"
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (
        f"Appointment: {doctor}" * bool(doctor) or "Appointment",
        place,
    )
    (read,) = IcsCalendarStream.calendar_from_ics(data.decode()).events
    assert (read.dtstart, read.dtend, read.sequence) == (START, START + timedelta(hours=1), 1)
    assert (read.status.value == "CANCELLED") == cancelled


@pytest.mark.requirement("APT-2")
def test_the_same_visits_are_the_same_bytes_and_an_empty_feed_is_a_calendar() -> None:
    from icalendar import Calendar

    assert TEXTS.written([ENTRY], "ru") == TEXTS.written([ENTRY], "ru")
    assert Calendar.from_ical(TEXTS.written([], "ru")).walk("VEVENT") == []


# --- in


def message(*lines: str, method: str = "REQUEST", end: str = "\r\n") -> bytes:
    return end.join(["BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", *lines, "END:VCALENDAR", ""]).encode()


def event(**said: str) -> list[str]:
    lines = {
        "UID": "UID:u1",
        "DTSTAMP": "DTSTAMP:20260301T080000Z",
        "SEQUENCE": "SEQUENCE:2",
        "DTSTART": "DTSTART:20260310T060000Z",
        "DTEND": "DTEND:20260310T070000Z",
        **said,
    }
    return ["BEGIN:VEVENT", *filter(None, lines.values()), "END:VEVENT"]


def change(data: bytes) -> Change:
    (found,) = TEXTS.read(data)
    assert isinstance(found.change, Change), found.change
    return found.change


GOOD: dict[str, tuple[dict[str, str], datetime]] = {
    "zone": ({"DTSTART": "DTSTART;TZID=Europe/Moscow:20260310T090000"}, START),
    "quoted zone": ({"DTSTART": 'DTSTART;TZID="Europe/Moscow":20260310T090000'}, START),
    "name that Outlook has for a zone": ({"DTSTART": "DTSTART;TZID=Russian Standard Time:20260310T090000"}, START),
    "lower case": ({"DTSTART": "dtstart:20260310T060000Z"}, START),
    "duration": ({"DTEND": "DURATION:PT1H"}, START),
    "no sequence": ({"SEQUENCE": ""}, START),
    "properties that nobody knows": ({"X": "X-THEIRS;A=B:что угодно"}, START),
    "folded": ({"X": "COMMENT:длинн\r\n ое"}, START),
    "with an alarm": ({"X": "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1H\r\nEND:VALARM"}, START),
}


@pytest.mark.requirement("PRT-5")
@pytest.mark.parametrize("case", GOOD)
def test_what_systems_send(case: str) -> None:
    said, start = GOOD[case]
    found = change(message(*event(**said)))
    assert (found.start, found.end, found.status) == (start, START + timedelta(hours=1), Status.BUSY)


@pytest.mark.requirement("PRT-5")
def test_lines_may_end_without_carriage_returns_and_begin_with_a_mark() -> None:
    assert change(b"\xef\xbb\xbf" + message(*event(), end="\n")).start == START


@pytest.mark.requirement("PRT-5")
@pytest.mark.parametrize(
    ("said", "method"),
    [
        ({"X": "STATUS:CANCELLED"}, "REQUEST"),
        ({"DTSTART": "", "DTEND": ""}, "CANCEL"),
        ({"X": "TRANSP:TRANSPARENT"}, "PUBLISH"),
    ],
)
def test_what_takes_no_time(said: dict[str, str], method: str) -> None:
    found = change(message(*event(**said), method=method))
    assert (found.status, found.start, found.sequence) == (Status.CANCELLED, None, 2)


@pytest.mark.requirement("PRT-5")
@pytest.mark.parametrize(("end", "days"), [("DTEND;VALUE=DATE:20260311", 1), ("", 1), ("DURATION:P1D", 1)])
def test_a_whole_day_is_one_of_the_schedules_zone(end: str, days: int) -> None:
    found = change(message(*event(DTSTART="DTSTART;VALUE=DATE:20260310", DTEND=end)))
    assert (found.start, found.end) == (date(2026, 3, 10), date(2026, 3, 10 + days))
    taken = interval_of(found, "Asia/Kamchatka", START)
    assert (taken.start, taken.end) == (datetime(2026, 3, 9, 12, tzinfo=UTC), datetime(2026, 3, 10, 12, tzinfo=UTC))


@pytest.mark.requirement("PRT-5")
def test_a_day_on_which_the_clock_goes_back_has_25_hours() -> None:
    found = change(message(*event(DTSTART="DTSTART;VALUE=DATE:20261025", DTEND="")))
    taken = interval_of(found, "Europe/Berlin", datetime(2026, 10, 1, tzinfo=UTC))
    assert taken.end - taken.start == timedelta(hours=25)


@pytest.mark.requirement("PRT-5")
def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    lines = event(DTSTART="DTSTART;TZID=Europe/Berlin:20261025T023000", DTEND="DURATION:PT30M")
    assert change(message(*lines)).start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


BAD_EVENTS: dict[str, tuple[dict[str, str], str]] = {
    "no UID": ({"UID": ""}, "length"),
    "empty UID": ({"UID": "UID:"}, "length"),
    "long UID": ({"UID": "UID:" + "x" * 256}, "length"),
    "two UIDs": ({"X": "UID:u2"}, "length"),
    "no DTSTAMP": ({"DTSTAMP": ""}, "format"),
    "DTSTAMP without a zone": ({"DTSTAMP": "DTSTAMP:20260301T080000"}, "format"),
    "DTSTAMP of a day": ({"DTSTAMP": "DTSTAMP;VALUE=DATE:20260301"}, "format"),
    "no DTSTART": ({"DTSTART": ""}, "required"),
    "no end": ({"DTEND": ""}, "required"),
    "floating": ({"DTSTART": "DTSTART:20260310T090000"}, "zone"),
    "zone that is none": ({"DTSTART": "DTSTART;TZID=Mars/Olympus:20260310T090000"}, "zone"),
    "zone that leads to a file": ({"DTSTART": "DTSTART;TZID=../../etc/passwd:20260310T090000"}, "zone"),
    "skipped by the clock": (
        {"DTSTART": "DTSTART;TZID=Europe/Berlin:20260329T023000", "DTEND": "DURATION:PT1H"},
        "skipped",
    ),
    "no such day": ({"DTSTART": "DTSTART:20260230T090000Z"}, "icalendar"),
    "29 February of another year": ({"DTSTART": "DTSTART;VALUE=DATE:20270229", "DTEND": ""}, "icalendar"),
    "hour 25": ({"DTSTART": "DTSTART:20260310T250000Z"}, "icalendar"),
    "words": ({"DTSTART": "DTSTART:tomorrow"}, "icalendar"),
    "sequence of words": ({"SEQUENCE": "SEQUENCE:two"}, "icalendar"),
    "two sequences": ({"X": "SEQUENCE:4"}, "format"),
    "sequence of words that says so": ({"SEQUENCE": "SEQUENCE;VALUE=TEXT:two"}, "format"),
    "sequence of a day": ({"SEQUENCE": "SEQUENCE;VALUE=DATE:20260310"}, "format"),
    "half a sequence": ({"SEQUENCE": "SEQUENCE;VALUE=FLOAT:1.5"}, "format"),
    "two states": ({"X": "STATUS:CANCELLED", "Y": "STATUS:CONFIRMED"}, "icalendar"),
    "free and not": ({"X": "TRANSP:TRANSPARENT", "Y": "TRANSP:OPAQUE"}, "icalendar"),
    "a time of every day": ({"DTSTART": "DTSTART;VALUE=TIME:090000", "DTEND": ""}, "format"),
    "a time and a length": ({"DTSTART": "DTSTART;VALUE=TIME:090000", "DTEND": "DURATION:PT1H"}, "format"),
    "a period": ({"DTSTART": "DTSTART;VALUE=PERIOD:20260310T060000Z/PT1H", "DTEND": ""}, "format"),
    "two starts": ({"X": "DTSTART:20260311T060000Z"}, "icalendar"),
    "moment and date": ({"DTEND": "DTEND;VALUE=DATE:20260311"}, "format"),
    "repeated": ({"X": "RRULE:FREQ=SECONDLY"}, "repeated"),
    "repeated by dates": ({"X": "RDATE:20260311T060000Z"}, "repeated"),
    "one of a row": ({"X": "RECURRENCE-ID:20260311T060000Z"}, "repeated"),
    "line without a colon": ({"X": "SUMMARY"}, "icalendar"),
    "duration of words": ({"DTEND": "DURATION:long"}, "icalendar"),
    "duration past the end of time": ({"DTEND": "DURATION:P9999999W"}, "format"),
}


@pytest.mark.requirement("PRT-5")
@pytest.mark.parametrize("case", BAD_EVENTS)
def test_a_broken_event_is_refused_alone(case: str) -> None:
    said, code = BAD_EVENTS[case]
    bad, good = TEXTS.read(message(*event(**said), *event()))
    assert isinstance(bad.change, InvalidFieldsError), bad
    assert bad.change.fields[0].code == code
    assert bad.change.fields[0].message_ru != "Поле заполнено неверно"
    assert isinstance(good.change, Change)


BAD_MESSAGES: dict[str, bytes] = {
    "empty": b"",
    "no calendar": b"hello",
    "JSON": b'{"uid": "u1"}',
    "HTML": b"<!doctype html><html></html>",
    "an event alone": "\r\n".join(event()).encode(),
    "not closed": message(*event())[:-20],
    "cut in the middle of a letter": message("X-A:Приём")[:50],
    "closed the wrong way round": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\nEND:VEVENT\r\n",
    "two calendars": message(*event()) * 2,
    "another alphabet": message("X-A:Приём").decode().encode("cp1251"),
    "UTF-16": message(*event()).decode().encode("utf-16"),
    "NUL": message("X-A:\0"),
    "no method": message(*event()).replace(b"METHOD:REQUEST\r\n", b""),
    "another method": message(*event(), method="REPLY"),
    "no event": message(),
    "a task": message("BEGIN:VTODO", "UID:1", "END:VTODO"),
    "too many": message(*event() * 101),
    "nested as deep as a parser falls": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5000,
    "binary": bytes(range(256)),
    "zone with a name longer than a file's": message(*event(DTSTART=f"DTSTART;TZID={'A' * 5000}:20260310T090000")),
}


@pytest.mark.requirement("PRT-5")
@pytest.mark.parametrize("case", BAD_MESSAGES)
def test_a_message_that_is_none(case: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        TEXTS.read(BAD_MESSAGES[case])
    assert refused.value.fields[0].message_ru != "Поле заполнено неверно"


@pytest.mark.requirement("PRT-5")
@settings(max_examples=tried(300), deadline=None)
@given(st.data())
def test_no_damage_is_worse_than_a_refusal(data: st.DataObject) -> None:
    """Bytes changed, taken out and put in anywhere: read, or refused, and nothing else."""
    text = bytearray(
        message(*event(X="SUMMARY;LANGUAGE=ru:Приём"), *event(DTSTART="DTSTART;TZID=Europe/Moscow:20260310T090000"))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=6))
    world = CalendarWorld()
    world.schedule()
    try:
        batch = TEXTS.read(bytes(text))
    except InvalidFieldsError:
        return
    outcomes = world.outside_times.receive(world.system(), batch)
    assert {one["outcome"] for one in outcomes} <= {"applied", "unchanged", "stale", "conflict", "refused"}


@pytest.mark.requirement("PRT-5")
def test_the_largest_message_is_read_in_seconds() -> None:
    padding = "X-A:" + "я" * 60
    data = message(*(event(UID=f"UID:{n}", X="\r\n".join([padding] * 18))[i] for n in range(100) for i in range(8)))
    assert 200_000 < len(data) <= 256 * 1024
    began = datetime.now(UTC)
    assert len(TEXTS.read(data)) == 100
    assert datetime.now(UTC) - began < timedelta(seconds=5)
