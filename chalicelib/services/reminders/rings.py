"""What happens when a reminder's timer rings: a row that decides is read, an event is told, the next moment is set.

Rows come with the timer (``Topic``): nothing is read here. Nothing sealed is opened: a timer holds ids, days and hours,
and whether it is still wanted, plain attributes say.
A trigger that comes late tells what is still of use, and never one thing several times for what it missed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.domain.cases import overdue
from chalicelib.domain.identity import PersonId
from chalicelib.domain.intakes import TOO_LATE, regimen
from chalicelib.domain.moments import local_day, stamp
from chalicelib.domain.prescriptions import State, from_stamp, present_state
from chalicelib.domain.reminders import (
    APART,
    DAY_APART,
    END_AHEAD,
    EXTRA_LAST,
    Wishes,
    end_moments,
    moved,
    next_of,
    study_moments,
    study_notice,
    visit_moments,
    wishes_of,
)
from chalicelib.ports import Clock, keys
from chalicelib.ports.appointment_rows import EXTRA, standing_of
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Key, Write
from chalicelib.ports.timers import Found, Ring, Rung, Timer, Topic
from chalicelib.records.medication import MEDICATION_STATEMENT, PRESCRIPTION
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.services.reminders.extra import NOBODY, Choosing, switched_off

NOTHING = Rung()
TESTS = tuple(spec.name for spec in RECORD_TYPES if spec.reminds == "test")
ENDS = {
    "representation": ("representation_ends", "representation_over"),
    "representation-age": ("age_soon", "age_reached"),
}
"""Notices for who acts, beforehand and at the end, by topic; for whom they act the same with ``_own``."""


class Rings:
    def __init__(self, new_id: Callable[[], str], clock: Clock, choosing: Choosing = NOBODY) -> None:
        """``new_id``: ids that are ordered by time."""
        self._new_id = new_id
        self._clock = clock
        self._choosing = choosing

    @property
    def topics(self) -> dict[str, Ring]:
        """By the names that timers are stored with: never rename."""
        return {
            "visit": Topic(self.visit, _wants(keys.appointment)),
            EXTRA: Topic(self.visit_extra, _wants(keys.appointment, lambda owner, _: keys.bookings(owner))),
            "test": Topic(self.test, _wants(*map(_record, TESTS))),
            "intake": Topic(self.intake, _wants(_record(MEDICATION_STATEMENT.name), keys.muted)),
            "vaccination": self.vaccination,
            "consent": Topic(self.consent, _wants(keys.consent)),
            "representation": Topic(self.representation, _wants(keys.representation)),
            "representation-age": Topic(self.representation, _wants(keys.representation)),
            "prescription-expiry": Topic(
                self.prescription_expiry, _wants(lambda _, code: keys.prescription_code(code))
            ),
            "case-term": Topic(self.case_term, _wants(keys.case)),
        }

    def visit(self, timer: Timer, found: Found) -> Rung:
        """``about``: ``start`` and ``zone`` of the visit. Cancelled or moved to another time, it tells nothing."""
        now, begins = self._clock(), datetime.fromisoformat(timer.about["start"])
        if _booked(timer, found) is None or begins <= now:
            return NOTHING
        again = visit_moments(begins, now + APART, timer.about["zone"], _wishes(timer, found).quiet)
        return Rung([self._told(timer.owner, "visit_soon", _visit(timer))], again=next_of(again, now))

    def visit_extra(self, timer: Timer, found: Found) -> Rung:
        """ANA-3. ``about`` as of a visit's. Who switched it off is not scored; of a score nothing stays."""
        now, begins, profile = self._clock(), datetime.fromisoformat(timer.about["start"]), keys.profile(timer.owner)
        row = _booked(timer, found)
        if row is None or begins - now < EXTRA_LAST or switched_off(found.get(profile)):
            return NOTHING
        if (later := moved(now, timer.topic, timer.about["zone"], _wishes(timer, found).quiet)) > now:
            return Rung(again=later)
        if self._choosing.reasons(row, standing_of(found.get(keys.bookings(timer.owner)))) is None:
            return NOTHING
        return Rung([self._told(timer.owner, "visit_ahead", _visit(timer))])

    def test(self, timer: Timer, found: Found) -> Rung:
        """``about``: ``kind`` of the order, the ``day`` it is planned for, the ``zone``."""
        now, wishes = self._clock(), _wishes(timer, found)
        if not _stands(timer, found, str(timer.about["kind"])):
            return NOTHING
        if (later := moved(now, "test", wishes.zone, wishes.quiet)) > now:
            return Rung(again=later)
        day = date.fromisoformat(timer.about["day"])
        notice = study_notice(day, local_day(now, wishes.zone))
        about = {"kind": timer.about["kind"], "record": timer.subject}
        told = [self._told(timer.owner, notice, about)] if notice else []
        return Rung(told, again=next_of(study_moments(day, wishes), now + DAY_APART))

    def intake(self, timer: Timer, found: Found) -> Rung:
        """``about``: the regimen (domain/intakes.py), and ``at``, the stamp of the intake."""
        kind, now, at = MEDICATION_STATEMENT.name, self._clock(), str(timer.about["at"])
        if not _stands(timer, found, kind):
            return NOTHING
        told: list[Write] = []
        late = now - datetime.fromisoformat(at) > TOO_LATE
        if not late and found.get(keys.muted(timer.owner, timer.subject)) is None:
            about = {"kind": kind, "record": timer.subject, "when": at, "zone": timer.about["zone"]}
            told = [self._told(timer.owner, "intake_due", about)]
        again = regimen(timer.about).after(max(now, datetime.fromisoformat(at)))
        return Rung(told, again=again, about={**timer.about, "at": stamp(again)} if again else None)

    def vaccination(self, timer: Timer) -> Rung:
        """``about``: the ``day``. Whether something is due the sealed records say: a reaction looks and tells."""
        event = self._told(timer.owner, "plan_vaccinations", {"day": timer.about["day"]})
        return Rung([event])

    def consent(self, timer: Timer, found: Found) -> Rung:
        """``about``: ``until``, the end that the consent had when it was set."""
        row = found.get(keys.consent(timer.owner, timer.subject)) or {}
        if row.get("state") != "granted" or row.get("valid_until") != timer.about["until"]:
            return NOTHING
        return self._ending(timer, found, lambda left: {timer.owner: "consent_expiring"} if left else {})

    def representation(self, timer: Timer, found: Found) -> Rung:
        """``about``: ``until`` as for a consent. ``subject`` is who acts; both sides are told. Nothing here ends
        anything: that is the gate's, with every request.
        """
        row = found.get(keys.representation(timer.owner, timer.subject)) or {}
        if row.get("state") != "active" or row.get("until") != timer.about["until"]:
            return NOTHING
        ends, over = ENDS[timer.topic]
        acting = PersonId(timer.subject)

        def said(left: bool) -> Mapping[PersonId, str]:  # noqa: FBT001 - as ``_ending`` calls it
            event = ends if left else over
            return {timer.owner: f"{event}_own", acting: event}

        return self._ending(timer, found, said)

    def prescription_expiry(self, timer: Timer, found: Found) -> Rung:
        """RX-5; nothing here ends anything. ``about``: the ``record``. ``subject``: the hash of the code; its row says
        whether anything can still be dispensed by it, and on whose card: after a merge that is another one.
        """
        now, wishes = self._clock(), _wishes(timer, found)
        row = found.get(keys.prescription_code(timer.subject))
        if row is None or row["patient"] != timer.owner:
            return NOTHING
        if present_state(row["state"], from_stamp(row["expires_at"]), now) is not State.ACTIVE:
            return NOTHING
        if (later := moved(now, timer.topic, wishes.zone, wishes.quiet)) > now:
            return Rung(again=later)
        about = {"kind": PRESCRIPTION.name, "record": timer.about["record"]}
        return Rung([self._told(timer.owner, "prescription_expiring", about)])

    def case_term(self, timer: Timer, found: Found) -> Rung:
        """DOC-5; the work list marks what is late by itself. ``subject``: the case; whether it waits, its row says."""
        now, wishes = self._clock(), _wishes(timer, found)
        row = found.get(keys.case(timer.owner, timer.subject))
        if row is None or not overdue(row, now):
            return NOTHING
        if (later := moved(now, timer.topic, wishes.zone, wishes.quiet)) > now:
            return Rung(again=later)
        return Rung([self._told(timer.owner, "case_overdue", {"kind": "case", "record": timer.subject})])

    # --- pieces

    def _ending(self, timer: Timer, found: Found, said: Callable[[bool], Mapping[PersonId, str]]) -> Rung:
        """``said``: the notice of each person, by whether something is left."""
        now, wishes, topic = self._clock(), _wishes(timer, found), timer.topic
        until = datetime.fromisoformat(timer.about["until"])
        left = until > now
        if not left and END_AHEAD[topic][-1]:
            return NOTHING
        if (later := moved(now, topic, wishes.zone, wishes.quiet)) > now:
            return Rung(again=later)
        about = {"when": timer.about["until"], "zone": wishes.zone}
        told = [self._told(who, event, about) for who, event in said(left).items()]
        return Rung(told, again=next_of(end_moments(until, topic, wishes), now + DAY_APART) if left else None)

    def _told(self, who: PersonId, event: str, about: Mapping[str, Any]) -> Write:
        return happened(who, self._new_id(), event, self._clock(), about)


def _booked(timer: Timer, found: Found) -> Item | None:
    """The appointment, if it still is booked at the time that the timer was set for."""
    row = found.get(keys.appointment(timer.owner, timer.subject))
    stands = row is not None and row["state"] == "booked" and row["start"] == timer.about["start"]
    return row if stands else None


def _visit(timer: Timer) -> dict[str, str]:
    return {"when": timer.about["start"], "zone": timer.about["zone"], "appointment": timer.subject}


def _wants(*rows: Callable[[str, str], Key]) -> Callable[[PersonId, str], Sequence[Key]]:
    """The rows by owner and subject, and the owner's wishes."""
    return lambda owner, subject: [keys.profile(owner), *(key(owner, subject) for key in rows)]


def _record(kind: str) -> Callable[[str, str], Key]:
    return lambda owner, record_id: keys.record(owner, kind, record_id)


def _wishes(timer: Timer, found: Found) -> Wishes:
    return wishes_of(found.get(keys.profile(timer.owner)))


def _stands(timer: Timer, found: Found, kind: str) -> bool:
    """The record is there, its source did not take it back, and it is no copy of another one."""
    return standing(found.get(keys.record(timer.owner, kind, timer.subject)))


def standing(row: Item | None) -> bool:
    """Whether a record is one to be reminded of: a duplicate that came with a merge has no place by date."""
    return row is not None and "status" not in row and "kd" in row
