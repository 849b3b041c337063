"""What the card's own records ask for: planned reviews, results without a repeat, prescriptions, vaccinations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from chalicelib.domain.needs.facts import Facts, Need, conditions
from chalicelib.domain.needs.matching import PROTOCOL, RESULT, VISIT, Known
from chalicelib.domain.needs.table import (
    CONDITION,
    ENDS_DAYS,
    PRESCRIPTION,
    PRESCRIPTION_ENDS,
    REPEAT_RESULT_DAYS,
    RESULT_YEARS,
    REVIEW,
    REVIEW_EARLY_DAYS,
    UNREPEATED,
    VACCINATION,
)
from chalicelib.domain.needs.words import day, filled, joined
from chalicelib.domain.results.comparison import Line, Result, Wish, compare
from chalicelib.domain.results.points import Patient, Point
from chalicelib.domain.results.suggestions import BOTH, SUGGESTIONS
from chalicelib.domain.texts.said import Said
from chalicelib.domain.vaccination_calendar.dates import months_later
from chalicelib.domain.vaccination_calendar.national import COURSES
from chalicelib.domain.vaccination_calendar.person import CourseState, Status

ABNORMAL = BOTH | {"A", "AA"}
EARLIEST = date(1900, 1, 1)
"""A planned day before it is a slip: nothing is reckoned back from the beginning of the calendar."""
_NAMES = {course.id: Said(course.ru, course.en) for course in COURSES}

DOSE = Said(
    "Доза {stage} полагается с {due} по национальному календарю (строка {row}): причина обсудить с врачом.",
    "Dose {stage} is expected since {due} by the national calendar (row {row}): reason to check.",
)
LATE = Said("Срок прошёл {late}.", "It is late since {late}.")
UNKNOWN = Said("В карте нет сведений об этой прививке.", "The card has no data on this vaccination.")
GIVEN = Said("Последняя доза: {day}.", "Last dose: {day}.")
PLANNED = Said(
    "В карте записано: {code} {text} (запись от {day}). Осмотр был назначен на {due}, записи о нём нет: причина "
    "обсудить с врачом.",
    "The card says: {code} {text} (record of {day}). A review was planned for {due} and none is recorded: reason to "
    "check.",
)
OUT = Said(
    "Результат «{panel}» от {day}, вне границ лаборатории: {names}. Повтора нет, с {due} это причина обсудить с "
    "врачом.",
    "Result “{panel}” of {day}, out of the laboratory's range: {names}. No repeat since; from {due} on a reason to "
    "check.",
)
ENDS = Said(
    "Рецепт от {day} ({names}) действует до {until}: причина обсудить с врачом, нужен ли новый.",
    "The prescription of {day} ({names}) is valid until {until}: ask a doctor whether a new one is needed.",
)


def vaccinations(facts: Facts) -> Iterator[Need]:
    """Courses of which a dose is due, as the calendar's plan says; nothing is reckoned here."""
    for state in facts.courses:
        if state.status in {Status.DUE, Status.OVERDUE} and state.next is not None:
            yield _dose(state)


def _dose(state: CourseState) -> Need:
    step, given = state.next, [one.given for one in state.steps if one.given is not None]
    assert step is not None  # noqa: S101 - for the type checker; who calls has looked
    said = [filled(DOSE, stage=step.stage, due=day(step.due), row=str(step.row))]
    if state.status is Status.OVERDUE:
        said.append(filled(LATE, late=day(step.until)))
    if given:
        said.insert(0, filled(GIVEN, day=day(given[-1].on)))
    elif state.because == "no-data":
        said.insert(0, UNKNOWN)
    records = [Known("vaccination", one.id, one.on, {}) for one in given[-1:]]
    return Need(VACCINATION, step.due, joined(*said), tuple(records), state.course, _NAMES[state.course])


def reviews(facts: Facts) -> Iterator[Need]:
    """A day that a condition's newest record names, with no visit or protocol about it since shortly before."""
    lasting = {one.code for one in conditions(facts)}
    seen: set[str] = set()
    for one in facts.of(CONDITION):
        diagnosis = one.body["diagnosis"]
        code, planned = diagnosis["code"], one.body.get("next_review")
        if code in seen or code not in lasting:
            continue
        seen.add(code)
        if not planned or date.fromisoformat(planned) > facts.today:
            continue
        due = max(date.fromisoformat(planned), EARLIEST)
        if not _looked_at(facts, code[:3], due - timedelta(days=REVIEW_EARLY_DAYS)):
            words = {"code": code, "text": diagnosis["text"], "day": day(one.on), "due": day(due)}
            yield Need(REVIEW, due, filled(PLANNED, **words), (one,), code)


def _looked_at(facts: Facts, category: str, since: date) -> bool:
    return any(
        one.on >= since and any(found["code"].startswith(category) for found in one.body.get("diagnoses", ()))
        for one in facts.of(VISIT, PROTOCOL)
    )


def unrepeated(facts: Facts) -> Iterator[Need]:
    """Results whose newest value of an analyte lies out of the laboratory's range, one need a result."""
    records = {one.id: one for one in facts.of(RESULT)}
    results = [Result(one.id, 1, one.body) for one in records.values()]
    found = compare(results, Wish((), "", facts.analytes), Patient(facts.sex, facts.born))
    lines: dict[str, list[Line]] = {}
    for line in found.lines:
        point = _newest(line)
        if point.settled and point.flag in ABNORMAL:
            lines.setdefault(point.source.record, []).append(line)
    oldest = months_later(facts.today, -12 * RESULT_YEARS)
    for record, some in sorted(lines.items()):
        one = records[record]
        due = one.on + timedelta(days=min(_days(line) for line in some))
        if one.on >= oldest and due <= facts.today:
            yield Need(UNREPEATED, due, _out(one, some, due), (one,), record)


def _out(one: Known, lines: Iterable[Line], due: date) -> Said:
    names = [Said(line.title("ru"), line.title("en")) for line in lines]
    told = Said(", ".join(name.ru for name in names), ", ".join(name.en for name in names))
    return filled(OUT, panel=str(one.body["panel"]), day=day(one.on), names=told, due=day(due))


def _days(line: Line) -> int:
    """After how many days to repeat, by the table of suggestions."""
    flag, codes = _newest(line).flag, {one.code for one in line.names}
    fitting = [one.days for one in SUGGESTIONS if one.analyte in codes and flag in one.flags]
    return min(fitting, default=REPEAT_RESULT_DAYS)


def _newest(line: Line) -> Point:
    return max(line.points, key=lambda one: (one.source.at, one.source.record))


def prescriptions(facts: Facts) -> Iterator[Need]:
    """In force, and for some days only; unless another in force has the same drugs for longer."""
    last = facts.today + timedelta(days=ENDS_DAYS)
    standing = facts.of(PRESCRIPTION)
    for one in standing:
        if one.until is None or not facts.today <= one.until <= last:
            continue
        longer = {name for other in standing if other.until and other.until > last for name in _drugs(other)}
        if not _drugs(one) <= longer:
            names = ", ".join(sorted(_drugs(one) - longer))
            reason = filled(ENDS, day=day(one.on), names=names, until=day(one.until))
            yield Need(PRESCRIPTION_ENDS, one.until - timedelta(days=ENDS_DAYS), reason, (one,), one.id, by=one.until)


def _drugs(one: Known) -> set[str]:
    return {str(drug["inn"]) for drug in one.body.get("drugs", ())}
