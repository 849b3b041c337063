"""What happens after a reading was stored or amended: its series are brought up to date, whoever must know is told.

Everything is one transaction with the receipt of the reaction, on condition that the rows stand as they were read; a
version that was amended meanwhile is left to the reaction of the newer one. So repeated, late and reordered triggers
come to the same.

Attending doctors are those with a live, full consent for treatment that covers vital signs: the patient's own word
says who treats them, and it is asked whether they are in their post and the card is open to them. One query of the
card's consents and one read, however many patients a doctor has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from chalicelib.domain.access import Action, Level, Permit
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.vital_signs import alerts, rolls
from chalicelib.domain.vital_signs.alerts import Judged
from chalicelib.domain.vital_signs.bands import Level as Grade
from chalicelib.domain.vital_signs.bands import judge
from chalicelib.domain.vital_signs.rolls import Point
from chalicelib.domain.vital_signs.signs import WHOLE, Reading, body_mass_index, reading_of
from chalicelib.errors import ErasedError, TooLargeError
from chalicelib.ports import Sealed, keys
from chalicelib.ports.access_rows import consent_of
from chalicelib.ports.tables import Item, Key, Store, Write, every_row
from chalicelib.records.conditions import CHRONIC_CONDITION
from chalicelib.records.observation import VITAL_SIGN, VITAL_SIGN_SERIES
from chalicelib.services.gate import Staged
from chalicelib.services.vital_signs.knowledge import Knowledge, knowledge
from chalicelib.services.vital_signs.rows import KIND, TASK, Rows, Tools

KINDS = (VITAL_SIGN_SERIES, VITAL_SIGN, CHRONIC_CONDITION)
TREATMENT = "treatment"
DOCTORS = 10
"""So many attending doctors are told at most."""
CONSENTS, MOST_ASKED = 200, 30
HEIGHT, WEIGHT = "height", "weight"

Change = tuple[list[Staged], list[Write]]


@dataclass(frozen=True, slots=True)
class Stored:
    """A reading as it stands in the card, and its earlier versions."""

    row: Item
    reading: Reading
    earlier: tuple[Reading, ...]

    @property
    def record(self) -> str:
        return str(self.row["id"])

    @property
    def days_before(self) -> set[str]:
        return {rolls.day_of(reading.at) for reading in self.earlier}

    @property
    def signs_before(self) -> set[str]:
        """Signs that it was taken for before."""
        return {reading.sign for reading in self.earlier} - {self.reading.sign}


class Watch:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    @property
    def reactions(self) -> Mapping[str, Callable[[Item], tuple[Sequence[Staged], Sequence[Write]]]]:
        return {"check_vital_sign": self.one, "check_vital_signs": self.many, "forget_vital_sign": self.forget}

    def one(self, row: Item) -> Change:
        """After one record was written."""
        return self._check(PersonId(row["patient"]), {row["id"]: int(row["ver"])})

    def many(self, row: Item) -> Change:
        """After a part of a batch was written: ``records`` names new records of one sign and day."""
        return self._check(PersonId(row["patient"]), dict.fromkeys(row["records"], 1))

    def forget(self, row: Item) -> Change:
        """A record went back to the card that it came from (SPC-5): it is part of no series here any more."""
        patient_id, record, day = PersonId(row["patient"]), row["record"], row.get("day", "")
        here = self._t.tables.get(keys.record(patient_id, VITAL_SIGN.name, record))
        if here is not None or not day:
            return [], []
        permits = self._t.gate.admit_kinds(TASK, patient_id, VITAL_SIGN_SERIES, KINDS)
        kept = Rows(self._t, patient_id)
        kept.load(permits[KIND], ["state", day, day[:7]])
        if rolls.drop(kept.day(day), record):
            rolls.note(kept.month(day[:7]), day, kept.day(day))
            kept.change(day)
            kept.change(day[:7])
        if kept.state.get(HEIGHT, {}).get("record") == record:
            del kept.state[HEIGHT]
            kept.change("state")
        for sign, known in list(kept.state.get("alerts", {}).items()):
            left = alerts.stored(alerts.gone(alerts.restored(known), record))
            if left != known:
                kept.state["alerts"][sign] = left
                kept.change("state")
        staged, writes = kept.writes()
        return staged, [*writes, self._t.patient_keys.alive(patient_id)] if writes else writes

    def _check(self, patient_id: PersonId, wanted: Mapping[str, int]) -> Change:
        permits = self._t.gate.admit_kinds(TASK, patient_id, VITAL_SIGN_SERIES, KINDS)
        places = {keys.record(patient_id, VITAL_SIGN.name, record): record for record in wanted}
        rows = self._t.tables.get_many([*places, keys.profile(patient_id), keys.series_state(patient_id)])
        found = {record: rows[key] for key, record in places.items() if key in rows}
        # One that was amended meanwhile is left to its newer version; a duplicate out of a merge is no second reading.
        due = [row for record, row in found.items() if int(row["ver"]) == wanted[record] and "kd" in row]
        if not due:
            return [], []
        known = knowledge(self._t.tables, self._t.vault, permits, patient_id, rows, self._t.clock())
        stored = sorted((self._stored(permits, row) for row in due), key=lambda one: one.reading.at)
        kept = Rows(self._t, patient_id)
        kept.load(permits[KIND], ["state"], rows)
        judged = self._into_series(kept, permits[KIND], stored, known)
        told = self._alerts(kept, judged)
        staged, writes = kept.writes()
        writers = {one.row["person"] for one in stored}
        for sign, record, event in told:
            more = self._tell(patient_id, sign, record, event, writers)
            staged, writes = [*staged, *more[0]], [*writes, *more[1]]
        return staged, [*writes, self._t.patient_keys.alive(patient_id)] if writes else writes

    def _stored(self, permits: Mapping[str, Permit], row: Item) -> Stored:
        permit, earlier = permits[VITAL_SIGN.name], []
        if int(row["ver"]) > 1:
            versions = f"V#{VITAL_SIGN.name}#{row['id']}#"
            rows = every_row(self._t.tables, Store.CARD, keys.patient(row["patient"]), versions)
            earlier = [self._opened(permit, version) for version in rows]
        return Stored(row, self._opened(permit, row), tuple(earlier))

    def _opened(self, permit: Permit, row: Item) -> Reading:
        body: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
        return reading_of(body, reported=row["source"] == "patient-reported")

    # --- series

    def _into_series(
        self, kept: Rows, permit: Permit, stored: Sequence[Stored], known: Knowledge
    ) -> list[tuple[str, Judged]]:
        """Put the readings where they belong, and judge them. Raises TooLargeError for a day that is full."""
        days = {day for one in stored for day in (rolls.day_of(one.reading.at), *one.days_before)}
        kept.load(permit, {*days, *(day[:7] for day in days)})
        judged: list[tuple[str, Judged]] = []
        for one in stored:
            for day in one.days_before:
                if rolls.drop(kept.day(day), one.record):
                    kept.change(day)
            judged += [(sign, Judged(one.record, one.reading.at, Grade.NONE)) for sign in one.signs_before]
            for reading in self._with_derived(kept, one):
                verdict = judge(reading, known.age, known.limits)
                day = rolls.day_of(reading.at)
                if rolls.put(kept.day(day), reading.sign, _point(one, reading, verdict.level)):
                    kept.change(day)
                told = verdict.told and "merged_from" not in one.row  # told of on the card that it came from
                judged.append((reading.sign, Judged(one.record, reading.at, verdict.level, told)))
        for day in [name for name in kept.changed if name in days]:
            if rolls.size(kept.day(day)) > rolls.MOST_A_DAY:
                raise TooLargeError(extra={"limit": rolls.MOST_A_DAY})
            rolls.note(kept.month(day[:7]), day, kept.day(day))
            kept.change(day[:7])
        return judged

    @staticmethod
    def _with_derived(kept: Rows, one: Stored) -> list[Reading]:
        """The reading, and with a weight the index by the newest height that is known by then."""
        reading, height = one.reading, kept.state.get(HEIGHT)
        if reading.sign == HEIGHT and (height is None or height["record"] == one.record or height["at"] <= _at(one)):
            kept.state[HEIGHT] = {"record": one.record, "at": _at(one), "value": str(reading.values[WHOLE])}
            kept.change("state")
        if reading.sign != WEIGHT or height is None:
            return [reading]
        return [reading, body_mass_index(reading, Decimal(height["value"]))]

    # --- alerts

    def _alerts(self, kept: Rows, judged: Sequence[tuple[str, Judged]]) -> list[tuple[str, str, str]]:
        """Sign, record and event of what is to be told."""
        told: list[tuple[str, str, str]] = []
        now = self._t.clock()
        state = kept.state.setdefault("alerts", {})
        for sign, one in judged:
            before = alerts.restored(state.get(sign, ()))
            after, events = alerts.after(before, one, now)
            if after != before:
                state[sign] = alerts.stored(after)
                kept.change("state")
            told += [(sign, one.record, event) for event in events]
        return told

    def _tell(self, patient_id: PersonId, sign: str, record: str, event: str, writers: set[str]) -> Change:
        """The patient with whoever represents them, and attending doctors but the one who wrote it."""
        links = {"kind": VITAL_SIGN.name, "id": record}
        told = self._t.tell(patient_id, event, {"kind": sign}, links)
        staged, writes = list(told[0]), list(told[1])
        for doctor in attending(self._t, patient_id):
            if doctor in writers:
                continue
            with suppress(ErasedError):
                more = self._t.tell(doctor, f"patient_{event}", {"kind": sign}, {**links, "patient": patient_id})
                staged, writes = [*staged, *more[0]], [*writes, *more[1]]
        return staged, writes


def attending(tools: Tools, patient_id: PersonId) -> list[str]:
    """Person ids of the attending doctors, each once. A consent outlives a post: who has left it hears no more."""
    now = tools.clock()
    rows = every_row(tools.tables, Store.CARD, keys.patient(patient_id), keys.CONSENTS)
    found: list[Item] = []
    for row in islice(rows, CONSENTS):
        consent = consent_of(row)
        if consent is None or row["role"] != Role.DOCTOR.value or consent.purpose != TREATMENT:
            continue
        if consent.level is Level.FULL and consent.covers(Action.READ, VITAL_SIGN.section, now):
            found.append(row)
    asked = [key for row in found[:MOST_ASKED] for key in (_post(row), *_barred(patient_id, row))]
    known = tools.tables.get_many(asked) if asked else {}
    here = (row for row in found[:MOST_ASKED] if known.get(_post(row), {}).get("state") == "active")
    told = [row["person"] for row in here if not any(key in known for key in _barred(patient_id, row))]
    return list(dict.fromkeys(told))[:DOCTORS]


def _post(consent: Item) -> Key:
    return keys.member(consent["person"], consent["member"])


def _barred(patient_id: PersonId, consent: Item) -> tuple[Key, Key]:
    """Where it stands that the patient closed the card to this doctor, or to all of the organisation."""
    return keys.barred(patient_id, consent["member"]), keys.barred(patient_id, consent["organisation"])


def _point(one: Stored, reading: Reading, level: Grade) -> Point:
    version, source = int(one.row["ver"]), str(one.row["source"])
    return Point(one.record, version, reading.at, reading.values, level, reading.place, source)


def _at(one: Stored) -> str:
    return stamp(one.reading.at)
