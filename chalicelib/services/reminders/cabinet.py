"""What a person will be reminded of, and intake reminders that are silenced (APT-3)."""

from __future__ import annotations

from collections.abc import Container, Mapping
from itertools import islice
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.reminders import SHIFTS
from chalicelib.errors import NotFoundError
from chalicelib.ports import Clock, Event, evidence, keys
from chalicelib.ports.appointment_rows import EXTRA
from chalicelib.ports.tables import Check, Delete, Expect, Item, Put, Store, Tables, Write, every_row
from chalicelib.records.medication import MEDICATION_STATEMENT, PRESCRIPTION
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.records.reminders import REMINDERS
from chalicelib.records.vaccination_plan import VACCINATION_PLAN
from chalicelib.services.gate import Gate
from chalicelib.services.reminders.extra import ExtraReminders, Reasons

MOST = 1000
"""Timers of one person that are looked at."""
OF_TOPIC = {
    "intake": MEDICATION_STATEMENT.name,
    "prescription-expiry": PRESCRIPTION.name,
    "vaccination": VACCINATION_PLAN.name,
    "visit": "appointment",
    EXTRA: "appointment",
    "consent": "consent",
    "representation": "representation",
    "representation-age": "representation",
}
"""What a topic's timers are about, where they do not say it themselves."""
SHOWN = frozenset(SHIFTS) - {"case-term"}
"""Of the terms of cases nobody is reminded who has to do nothing: they are told when one has passed."""
OWN = frozenset({"consent", "representation", "representation-age"})
"""Topics that nobody but the owner sees."""
BOOKED = frozenset({"visit", EXTRA})
"""Topics that are about no record, and that a representative sees who sees when the ward is where."""


class ReminderService:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock, extra: ExtraReminders) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock
        self._extra = extra

    def coming(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[dict[str, Any]], Item | None]:
        """The soonest first. A representative sees those about kinds that they may list, and visits.

        One more reminder of a visit is among them if it is to come as things stand, with why.
        """
        patient_id = PersonId(actor.card_id)
        kinds = [spec for spec in (*RECORD_TYPES, VACCINATION_PLAN) if spec.reminds or spec.name in OF_TOPIC.values()]
        permits = self._gate.admit_listed(actor, patient_id, REMINDERS, kinds, REMINDERS.name)
        rows = islice(every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.TIMERS), MOST)
        visits = self._visits(actor)
        shown = [row for row in rows if row["topic"] in SHOWN and _seen(actor, row, permits, visits=visits)]
        why = self._extra.reasons(patient_id, [row["subject"] for row in shown if row["topic"] == EXTRA])
        shown = [row for row in shown if row["topic"] != EXTRA or row["subject"] in why]
        found = sorted(shown, key=lambda row: (row["due"], row["sk"]))
        if after is not None:
            last = (after["due"], after["sk"])
            found = [row for row in found if (row["due"], row["sk"]) > last]
        page = found[:limit]
        muted = self._muted(patient_id, page)
        items = [_line(row, muted, why) for row in page]
        if len(found) <= limit:
            return items, None
        return items, {name: page[-1][name] for name in ("pk", "sk", "due")}

    def mute(self, actor: Actor, record_id: str, *, muted: bool) -> dict[str, Any]:
        """Whether intakes of a medication statement are reminded of. Repeatable. NotFoundError for none of the card."""
        patient_id = PersonId(actor.card_id)
        self._gate.admit(actor, Action.READ, patient_id, MEDICATION_STATEMENT, record_id)
        own, there = keys.muted(patient_id, record_id), keys.record(patient_id, MEDICATION_STATEMENT.name, record_id)
        if self._tables.get(there) is None:
            raise NotFoundError
        event = Event(
            actor,
            "reminder:mute" if muted else "reminder:unmute",
            patient_id,
            resource_type=MEDICATION_STATEMENT.name,
            resource_id=record_id,
        )
        change: Write = Put(own, {"id": record_id, "at": stamp(self._clock())}, None) if muted else Delete(own)
        self._gate.commit([self._gate.stage(event)], [change, Check(there, Expect.PRESENT)])
        return {"medication_statement": record_id, "muted": muted}

    def _visits(self, actor: Actor) -> bool:
        """Where and when a ward will be is not for a representative to whom a doctor closed something (ACC-8)."""
        if actor.role is not Role.REPRESENTATIVE:
            return True
        return not evidence.restricted(self._tables.get_many(evidence.standing(actor)), actor)

    def _muted(self, patient_id: PersonId, page: list[Item]) -> Container[str]:
        asked = [keys.muted(patient_id, row["subject"]) for row in page if row["topic"] == "intake"]
        return {row["id"] for row in self._tables.get_many(asked).values()}


def _seen(actor: Actor, row: Item, permits: Mapping[str, Any], *, visits: bool) -> bool:
    if row["topic"] in BOOKED:
        return visits
    if actor.role is not Role.REPRESENTATIVE:
        return True
    return row["topic"] not in OWN and _kind(row) in permits


def _kind(row: Item) -> str:
    return str(row["about"].get("kind") or OF_TOPIC[row["topic"]])


def _line(row: Item, muted: Container[str], why: Mapping[str, Reasons]) -> dict[str, Any]:
    """``about``: what is reminded of; the plan of vaccinations has no id."""
    kind = _kind(row)
    about = {"kind": kind}
    if kind != VACCINATION_PLAN.name:
        about["id"] = row["about"].get("record", row["subject"])
    line = {"topic": row["topic"], "when": row["due"], "about": about}
    line |= {"because": why[row["subject"]]} if row["topic"] == EXTRA else {}
    return {**line, "muted": row["subject"] in muted} if row["topic"] == "intake" else line
