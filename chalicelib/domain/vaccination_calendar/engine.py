"""From doses given to what comes next, for one course and one person: pure rules.

  1. doses are taken in the order of their dates; each that counts is the next one of the course. A course goes on where
     it stopped, however long ago that was; it never begins anew
  2. a recorded stage that is further on says that the ones before were given elsewhere
  3. a dose before its interval (intervals.py) does not count, and says from which day on it would have; one before the
     birth of the person, or of a vaccine that the course leaves out, is no dose of the course
  4. the next dose is due at its age, and not before its interval; where nothing is said about the interval, a late
     course keeps the calendar's step between two doses, half a year at most (this project's choice)
  5. a dose that is late because of the one before has a month until it is overdue (this project's choice)
Sources of the numbers: national.py, intervals.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chalicelib.domain.vaccination_calendar.dates import Span
from chalicelib.domain.vaccination_calendar.intervals import GRACE_DAYS, INTERVALS, Interval
from chalicelib.domain.vaccination_calendar.national import DOSES, REPEATS, Course, Dose, Repeat
from chalicelib.domain.vaccination_calendar.person import BEFORE_BIRTH, Given, NotCounted, Person, Step
from chalicelib.domain.vaccination_calendar.vaccines import VACCINES

LONGEST_STEP = timedelta(days=183)
PATIENCE = Span(1)


@dataclass(frozen=True, slots=True)
class Counted:
    """Doses of a course that count, each with its place in the schedule (beyond it: a repeated one)."""

    doses: tuple[tuple[Given, int], ...]
    not_counted: tuple[NotCounted, ...]

    @property
    def place(self) -> int:
        """Of the next dose."""
        return self.doses[-1][1] + 1 if self.doses else 0

    @property
    def first(self) -> date | None:
        return self.doses[0][0].on if self.doses else None

    @property
    def last(self) -> Given | None:
        return self.doses[-1][0] if self.doses else None


def schedule(course: Course, person: Person, begun: date | None) -> tuple[Dose, ...]:
    """The doses that this person needs; ``begun``: when the first one was or would be given."""
    doses = [d for d in DOSES if d.course == course.id and _meant(d, person)]
    if begun is not None:
        for short in INTERVALS[person.intervals].shortened:
            if short.course == course.id and short.is_for(person.born, begun):
                by_stage = {d.stage: d for d in doses}
                return tuple(by_stage[stage] for stage in short.stages)
    return tuple(doses)


def repeat_of(course: Course) -> Repeat | None:
    return next((r for r in REPEATS if r.course == course.id), None)


def of_course(course: Course, person: Person, given: Sequence[Given]) -> tuple[list[Given], list[NotCounted]]:
    """The recorded doses against what the course is against, the oldest first; apart, those that can be none of it."""
    against = (g for g in given if course.diseases <= set(VACCINES[g.vaccine].diseases))
    mine: list[Given] = []
    left: list[NotCounted] = []
    for dose in sorted(against, key=lambda g: (g.on, g.id)):
        if dose.on < person.born:
            left.append(NotCounted(dose, BEFORE_BIRTH, person.born))
        elif dose.vaccine in course.without:
            left.append(NotCounted(dose, "other-vaccine"))
        else:
            mine.append(dose)
    return mine, left


def counted(course: Course, person: Person, given: Sequence[Given]) -> Counted:
    """Which of the recorded doses count, and as what (rules 1 to 3)."""
    mine, left = of_course(course, person, given)
    doses = schedule(course, person, mine[0].on if mine else None)
    repeat = repeat_of(course)
    taken: list[tuple[Given, int]] = []
    for dose in mine:
        place = _place(doses, repeat, dose.stage_for(course.diseases), taken[-1][1] + 1 if taken else 0)
        if place >= len(doses) and repeat is None:
            left.append(NotCounted(dose, "beyond-course"))
            continue
        earliest = _earliest(doses, place, person, taken)
        if taken and taken[-1][0].on == dose.on:
            left.append(NotCounted(dose, "twice-a-day"))
        elif earliest is not None and dose.on < earliest - timedelta(days=GRACE_DAYS):
            left.append(NotCounted(dose, "too-early", earliest))
        else:
            taken.append((dose, place))
    return Counted(tuple(taken), tuple(left))


def steps(course: Course, person: Person, found: Counted) -> tuple[Step, ...]:
    """Doses given and taken for given, in the order of the schedule."""
    doses = schedule(course, person, found.first)
    made = {place: given for given, place in found.doses}
    shown = [_step(d, person, "given" if n in made else "assumed", made.get(n)) for n, d in _before(doses, found.place)]
    repeat = repeat_of(course)
    for given, place in found.doses:
        if repeat is not None and place >= len(doses):
            shown.append(_again(repeat, given.on, given.on, "given", given))
    return tuple(shown)


def planned(course: Course, person: Person, found: Counted, today: date) -> tuple[Step, ...]:
    """The doses to come, the next one first (rules 4 and 5); of a repeated one the next alone."""
    doses = schedule(course, person, found.first or today)
    ahead: list[Step] = []
    before = found.last.on if found.last else None
    for place in range(found.place, len(doses)):
        step = _planned(doses, place, person, found, before)
        ahead.append(step)
        before = step.due
    repeat = repeat_of(course)
    if repeat is not None and not ahead:
        ahead.append(_repeated(repeat, person, before))
    return tuple(ahead)


def _meant(dose: Dose, person: Person) -> bool:
    return (not dose.group or dose.group in person.groups) and dose.unless not in person.groups


def _place(doses: Sequence[Dose], repeat: Repeat | None, stage: str, at_least: int) -> int:
    """Where a dose stands: the next place, or the one that its recorded stage names, if that is further on."""
    if repeat is not None and stage == repeat.stage:
        return max(at_least, len(doses))
    return max(at_least, next((n for n, d in enumerate(doses) if d.stage == stage), 0))


def _before(doses: Sequence[Dose], place: int) -> Iterator[tuple[int, Dose]]:
    return ((n, d) for n, d in enumerate(doses) if n < place)


def _earliest(doses: Sequence[Dose], place: int, person: Person, taken: Sequence[tuple[Given, int]]) -> date | None:
    """From when on a dose counts; None where nobody says. Nothing is known about a dose after one taken for given."""
    if not taken or place >= len(doses) or taken[-1][1] != place - 1:
        return None
    rule = _interval(doses[place], person, taken[-1][0].on)
    if rule is None or (rule.since_first and taken[0][1] != 0):
        return None
    return rule.least.after(taken[0][0].on if rule.since_first else taken[-1][0].on)


def _interval(dose: Dose, person: Person, before: date) -> Interval | None:
    for rule in INTERVALS[person.intervals].least:
        fits = rule.course == dose.course and rule.stage == dose.stage and _group_fits(rule, person)
        if fits and (rule.younger is None or before < rule.younger.after(person.born)):
            return rule
    return None


def _group_fits(rule: Interval, person: Person) -> bool:
    return (not rule.group or rule.group in person.groups) and rule.unless not in person.groups


def _planned(doses: Sequence[Dose], place: int, person: Person, found: Counted, before: date | None) -> Step:
    dose = doses[place]
    at, until = dose.at.after(person.born), dose.until.after(person.born)
    if before is None or place == 0:
        return _step(dose, person, "planned")
    rule = _interval(dose, person, before)
    planned_before = doses[place - 1].at.after(person.born)
    late = before + min(at - planned_before, LONGEST_STEP) if before > planned_before else at
    if rule is None:
        earliest = late
    elif rule.since_first:
        first = found.first if found.doses else doses[0].at.after(person.born)
        known = first is not None and (not found.doses or found.doses[0][1] == 0)
        earliest = max(rule.least.after(first), late) if known and first else late
    else:
        earliest = rule.least.after(before)
    if earliest <= at:
        return _step(dose, person, "planned")
    return replace(_step(dose, person, "planned"), due=earliest, until=max(until, PATIENCE.after(earliest)))


def _repeated(repeat: Repeat, person: Person, last: date | None) -> Step:
    at = repeat.since.after(person.born)
    due = at if last is None else max(at, repeat.every.after(last))
    return _again(repeat, due, PATIENCE.after(due), "planned")


def _again(repeat: Repeat, due: date, until: date, state: str, given: Given | None = None) -> Step:
    return Step(
        f"{repeat.course}-{repeat.stage.lower()}", repeat.stage, repeat.row, due, until, state, given, repeat.vaccine
    )


def _step(dose: Dose, person: Person, state: str, given: Given | None = None) -> Step:
    at, until = dose.at.after(person.born), dose.until.after(person.born)
    closes = dose.closes.after(person.born) if dose.closes else None
    return Step(dose.id, dose.stage, dose.row, at, until, state, given, _kind(dose, person), closes)


def _kind(dose: Dose, person: Person) -> str:
    return dose.group_vaccine if dose.course in person.groups and dose.group_vaccine else dose.vaccine
