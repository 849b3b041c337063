"""The plan of one person: the state of every course on a day, and what comes next (REC-6).

Status of a course, first match wins:
  1. nothing is to come                                               -> done
  2. the person had the disease, where that ends a course             -> not-applicable (had-disease)
  3. nobody of this age is vaccinated against it any more             -> not-applicable (age)
  4. an exemption holds today and still when the next dose is due     -> exempt
  5. no dose is known, and it is not known that none was given        -> unknown; due (no-data) if a row says so
  6. by the dates of the next dose                                    -> upcoming, due, overdue
An adult in a row of CATCH_UP is due and never overdue: the row names no day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from chalicelib.domain.vaccination_calendar import engine
from chalicelib.domain.vaccination_calendar.national import CATCH_UP, CHILD, COURSES, INFLUENZA, CatchUp, Course
from chalicelib.domain.vaccination_calendar.person import CourseState, Exemption, Given, Person, Status, Step

NEVER = date.max
FOR_GOOD = date(2200, 1, 1)
"""An exemption until a day that nobody who lives sees has no end."""


def states(
    person: Person, given: Sequence[Given], exemptions: Sequence[Exemption], today: date
) -> tuple[CourseState, ...]:
    """One state a course, in the order of ``COURSES``. What was given or begins after ``today`` is not looked at."""
    known = [g for g in given if g.on <= today]
    return tuple(
        (_season if course.id == INFLUENZA.course else _course)(course, person, known, exemptions, today)
        for course in COURSES
    )


def due_on(
    person: Person, given: Sequence[Given], exemptions: Sequence[Exemption], day: date
) -> tuple[CourseState, ...]:
    """Courses of which a dose becomes due on exactly this day: for reminders (APT-3)."""
    found = states(person, given, exemptions, day)
    return tuple(s for s in found if s.next is not None and s.next.due == day and s.status is Status.DUE)


def _course(
    course: Course, person: Person, given: Sequence[Given], exemptions: Sequence[Exemption], today: date
) -> CourseState:
    found = engine.counted(course, person, given)
    made, ahead = engine.steps(course, person, found), engine.planned(course, person, found, today)
    if not ahead:
        return CourseState(course.id, Status.DONE, made, None, found.not_counted)
    row = _catch_up(course, person, max(today, ahead[0].due))
    state = CourseState(course.id, Status.UPCOMING, made, ahead[0], found.not_counted, rest=ahead[1:])
    if course.illness_ends and course.diseases <= person.had:
        return _none(state, "had-disease")
    if _closed(course, person, ahead[0], today) and row is None:
        return _none(state, "age")
    adult = CHILD.after(person.born)
    if row is not None and today >= adult:
        step = replace(ahead[0], row=row.row, due=max(ahead[0].due, adult), until=NEVER)
        state = replace(state, next=step, because="catch-up")
    state = _dated(state, today)
    if held := _exempt(course, state, exemptions, today):
        return held
    if not found.doses and not person.complete and today >= ahead[0].until:
        if row is not None and row.no_data:
            return replace(state, status=Status.DUE, because="no-data")
        return replace(state, status=Status.UNKNOWN, because="")
    return state


def _dated(state: CourseState, today: date) -> CourseState:
    step = state.next
    if step is None or today < step.due:
        return replace(state, status=Status.UPCOMING)
    return replace(state, status=Status.DUE if today < step.until else Status.OVERDUE)


def _none(state: CourseState, reason: str) -> CourseState:
    return replace(state, status=Status.NOT_APPLICABLE, next=None, rest=(), because=reason)


def _closed(course: Course, person: Person, step: Step, today: date) -> bool:
    day = max(today, step.due)
    if step.closes is not None and day >= step.closes:
        return True
    return course.closes is not None and day >= course.closes.after(person.born)


def _catch_up(course: Course, person: Person, day: date) -> CatchUp | None:
    for row in CATCH_UP:
        if row.course != course.id or (row.sex and row.sex != person.sex):
            continue
        if row.group and row.group not in person.groups:
            continue
        if row.since.after(person.born) <= day < row.until.after(person.born):
            return row
    return None


def _exempt(course: Course, state: CourseState, exemptions: Iterable[Exemption], today: date) -> CourseState | None:
    """The exemption that holds longest today, if the next dose falls into it; the dose then waits for its end."""
    holding = [e for e in exemptions if e.covers(course.diseases, today)]
    if not holding or state.next is None:
        return None
    longest = max(holding, key=lambda e: (e.until or NEVER, e.id))
    if longest.until is None or longest.until >= FOR_GOOD:
        return replace(state, status=Status.EXEMPT, exemption=longest, next=None, rest=(), because=longest.kind)
    if state.next.due > longest.until:
        return None
    ends = longest.until + timedelta(days=1)
    step = replace(state.next, due=ends, until=max(state.next.until, engine.PATIENCE.after(ends)))
    return replace(state, status=Status.EXEMPT, exemption=longest, next=step, because=longest.kind)


def _season(
    course: Course, person: Person, given: Sequence[Given], exemptions: Sequence[Exemption], today: date
) -> CourseState:
    """Row 19: once a season, for children, the old, and those whom a doctor put into the group."""
    rule = INFLUENZA
    mine, left = engine.of_course(course, person, given)
    made = tuple(_influenza(g.on, g.on, "given", g) for g in mine)
    begins = _season_begin(today)
    this = any(g.on >= begins for g in mine)
    over = this or today >= _season_end(begins)
    next_begin = date(begins.year + 1, *rule.begins) if over else begins
    due = max(next_begin, rule.since.after(person.born))
    if due >= _season_end(_season_begin(due)):  # old enough only after the season
        due = date(due.year, *rule.begins)
    step = _influenza(due, _season_end(_season_begin(due)), "planned")
    state = CourseState(course.id, Status.UPCOMING, made, step, tuple(left))
    if not _in_season_group(person, max(today, due)):
        return _none(state, "age")
    if this:
        return replace(state, status=Status.DONE)
    state = _dated(state, today)
    return _exempt(course, state, exemptions, today) or state


def _in_season_group(person: Person, day: date) -> bool:
    young, old = INFLUENZA.child.after(person.born), INFLUENZA.old.after(person.born)
    return day < young or day >= old or INFLUENZA.group in person.groups


def _season_begin(day: date) -> date:
    begins = date(day.year, *INFLUENZA.begins)
    return begins if day >= begins else date(day.year - 1, *INFLUENZA.begins)


def _season_end(begins: date) -> date:
    return date(begins.year + 1, *INFLUENZA.ends)


def _influenza(due: date, until: date, state: str, given: Given | None = None) -> Step:
    rule = INFLUENZA
    return Step(f"{rule.course}-{rule.stage.lower()}", rule.stage, rule.row, due, until, state, given)
