"""An appointment as a process (APT-1), pure rules.

    booked ──▶ arrived ──▶ fulfilled          booked ──▶ cancelled, noshow          noshow ──▶ fulfilled (a mistake)

1. who may take a step from which state, and when, is one table (``STEPS``)
2. a patient moves and cancels until ``cancel_hours`` of the schedule before the start, the clinic at any time; a visit
   that the clinic displaced is the patient's to move or cancel until it begins
3. nobody has two visits at one time, nor more open ones than ``LIMITS`` say
4. a doctor whose schedule asks for one is visited with a referral; it serves one appointment
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.identity import OWNERS, Role
from chalicelib.domain.moments import local_day, stamp
from chalicelib.domain.schedules import Interval
from chalicelib.domain.specialties import SPECIALTIES
from chalicelib.errors import (
    AccessDeniedError,
    OwnOverlapError,
    ReferralNeededError,
    TooLateError,
    TooManyOpenError,
    WrongStateError,
)


class State(StrEnum):
    """As FHIR R4 names them (Appointment.status). Stored: never rename, never reuse."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"


class Step(StrEnum):
    MOVE = "move"
    CANCEL = "cancel"
    ARRIVE = "arrive"
    FULFIL = "fulfil"
    MISS = "miss"
    CORRECT = "correct"
    """A visit that was marked as missed took place after all."""


class Why(StrEnum):
    """Why an appointment was cancelled; the patient sees it. Stored: never rename, never reuse."""

    PATIENT = "patient"
    ASKED = "asked-by-patient"
    DOCTOR = "doctor-absent"
    SCHEDULE = "schedule-changed"
    EQUIPMENT = "equipment"
    UNANSWERED = "unanswered"
    """The system's word: a displaced visit about which the patient said nothing."""
    OTHER = "other"


CLINIC = frozenset({Role.DOCTOR, Role.REGISTRAR, Role.SYSTEM})
AT_WORK = frozenset({Role.DOCTOR, Role.NURSE, Role.REGISTRAR})


@dataclass(frozen=True, slots=True)
class Rule:
    """``to``: None where the state stays. ``begins``, ``ends``: the stretch around the start in which it may be done,
    None for no bound. ``same_day``: on the day of the visit alone, in the schedule's zone.
    """

    before: frozenset[State]
    to: State | None
    who: frozenset[Role]
    begins: timedelta | None = None
    ends: timedelta | None = None
    same_day: bool = False


STEPS: Mapping[Step, Rule] = {
    Step.MOVE: Rule(frozenset({State.BOOKED}), None, OWNERS | CLINIC),
    Step.CANCEL: Rule(frozenset({State.BOOKED}), State.CANCELLED, OWNERS | CLINIC),
    Step.ARRIVE: Rule(frozenset({State.BOOKED}), State.ARRIVED, AT_WORK, same_day=True),
    Step.FULFIL: Rule(frozenset({State.ARRIVED}), State.FULFILLED, AT_WORK),
    Step.MISS: Rule(frozenset({State.BOOKED}), State.NOSHOW, AT_WORK, begins=timedelta(0)),
    Step.CORRECT: Rule(frozenset({State.NOSHOW}), State.FULFILLED, AT_WORK, ends=timedelta(days=1)),
}

OPEN = frozenset({State.BOOKED, State.ARRIVED})


@dataclass(frozen=True, slots=True)
class Limit:
    """Open appointments of one patient: all together, and of one specialty."""

    all: int
    specialty: int


LIMITS: Mapping[bool, Limit] = {False: Limit(10, 1), True: Limit(30, 10)}
"""By whether the clinic books. Our own choice: whoever books by themselves must not empty a schedule."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """As stored; ``ver`` counts changes. ``by``: role of who booked. ``displaced``: since when the clinic's schedule
    has no place for it, "" otherwise. ``referral``: id of the record that it uses up.
    """

    id: str
    patient: str
    schedule: str
    organisation: str
    member: str
    specialty: str
    start: datetime
    until: datetime
    zone: str
    state: State
    version: int
    by: str
    cancel_hours: int
    referral: str = ""
    visit: str = ""
    displaced: str = ""
    why: str = ""
    changed_at: str = ""

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.until)

    def changeable_until(self) -> datetime:
        """Until when the patient may move or cancel it without the clinic."""
        return self.start if self.displaced else self.start - timedelta(hours=self.cancel_hours)


# --- steps


def check_step(step: Step, found: Appointment, role: Role, now: datetime) -> State:
    """The state after a step. Raises AccessDeniedError, WrongStateError, TooLateError."""
    rule = STEPS[step]
    if role not in rule.who:
        raise AccessDeniedError
    if found.state not in rule.before:
        raise WrongStateError(f"the appointment is {found.state.value}", extra={"state": found.state.value})
    if role in OWNERS and now >= found.changeable_until():
        raise TooLateError(extra={"until": stamp(found.changeable_until())})
    if rule.begins is not None and now < found.start + rule.begins:
        raise TooLateError(extra={"from": stamp(found.start + rule.begins)})
    if rule.ends is not None and now >= found.until + rule.ends:
        raise TooLateError(extra={"until": stamp(found.until + rule.ends)})
    if rule.same_day and local_day(now, found.zone) != local_day(found.start, found.zone):
        raise TooLateError("on the day of the visit alone")
    return rule.to or found.state


# --- what one patient has


@dataclass(frozen=True, slots=True)
class Booking:
    """One open appointment as the patient's BOOKINGS row holds it."""

    id: str
    interval: Interval
    schedule: str
    specialty: str


def check_own(others: Iterable[Booking], wanted: Interval, specialty: str, now: datetime, *, clinic: bool) -> None:
    """Raises OwnOverlapError, TooManyOpenError. ``others``: without the one that is being moved."""
    ahead = [one for one in others if one.interval.end > now]
    if any(one.interval.meets(wanted) for one in ahead):
        raise OwnOverlapError
    limit = LIMITS[clinic]
    if len(ahead) >= limit.all:
        raise TooManyOpenError(extra={"most": limit.all, "of": "all"})
    if sum(one.specialty == specialty for one in ahead) >= limit.specialty:
        raise TooManyOpenError(extra={"most": limit.specialty, "of": "specialty"})


# --- a referral


STEM = 5
"""So many first letters of a word of a specialty's name decide: records say it in any case and form."""
SAYS_NOTHING = frozenset(
    {
        *("врач", "детск", "общая", "общий", "общег", "практ", "специ", "консу", "медиц", "диагн", "болез"),
        *("docto", "gener", "pract", "speci", "consu", "medic", "diagn", "disea", "paedi", "and"),
    }
)
"""Stems of words that stand beside the name of a specialty and name none."""
ALSO_SAID: Mapping[str, str] = {
    "otorhinolaryngology": "лор отоларинголог ent",
    "ophthalmology": "окулист",
    "ultrasound": "узи",
    "coloproctology": "проктолог",
    "radiology": "рентген",
    "infectious-diseases": "инфекционист",
    "rehabilitation": "реабилитолог",
}
"""What doctors write on a referral for a specialty (domain/specialties.py) and what begins as no word of its name."""


def check_referral(body: Mapping[str, Any], specialty: str, start: datetime, zone: str) -> None:
    """Whether a referral leads to a specialty at a moment. Raises ReferralNeededError."""
    if body.get("status") != "active":
        raise ReferralNeededError(extra={"why": "inactive"})
    until = body.get("valid_until")
    if until and local_day(start, zone).isoformat() > str(until):
        raise ReferralNeededError(extra={"why": "over"})
    if not leads_to(str(body["specialty"]), specialty):
        raise ReferralNeededError(extra={"why": "specialty"})


def leads_to(said: str, specialty: str) -> bool:
    """``К кардиологу`` leads to ``cardiology``: a word of one begins as a word of the other's names does."""
    known = SPECIALTIES.get(specialty)
    names = [specialty, ALSO_SAID.get(specialty, ""), *((known.ru, known.en) if known else ())]
    return not _stems(said).isdisjoint(_stems(" ".join(names)))


def _stems(text: str) -> set[str]:
    kept = "".join(char if char.isalnum() else " " for char in text.casefold().replace("ё", "е"))
    found = {word[:STEM] for word in kept.split() if len(word) > 2}  # noqa: PLR2004 - no prepositions
    return found - SAYS_NOTHING
