"""What forms and drafts are made of: newest records of several kinds, read side by side and opened when they count."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.access import Permit
from chalicelib.domain.appointments import Appointment, State
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Schedule
from chalicelib.domain.visit_forms import VISITS, Known, last_visit
from chalicelib.errors import InvalidFieldsError, NotFoundError
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.appointment_rows import appointment_of
from chalicelib.ports.record_rows import newest, stands
from chalicelib.ports.resources import RESOURCE
from chalicelib.ports.tables import Item, Tables
from chalicelib.records.registry import record_type
from chalicelib.records.shapes import MISSING, validate
from chalicelib.services.drafts import Drafts
from chalicelib.services.gate import Gate

PAST = 50
"""Newest appointments of a patient that say which visits were of a specialty."""
AT_ONCE = 10
"""Queries side by side."""


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    drafts: Drafts
    clock: Clock


@dataclass(frozen=True, slots=True)
class Place:
    """An appointment, and the row of its form if there is one."""

    visit: Appointment
    form: Item | None

    @property
    def version(self) -> int:
        return int(self.form["ver"]) if self.form else 0

    @property
    def record_id(self) -> str:
        """Of the form that was submitted."""
        return str(self.form.get("form", "")) if self.form else ""

    def local(self, moment: datetime) -> datetime:
        """By the clinic's clock: so it is written, and which day it was."""
        return moment.astimezone(ZoneInfo(self.visit.zone))

    def shown(self) -> dict[str, Any]:
        visit = self.visit
        told = {"id": visit.id, "specialty": visit.specialty, "start": stamp(visit.start), "zone": visit.zone}
        return {**told, "state": visit.state.value}


@dataclass(frozen=True, slots=True)
class Card:
    """What was found: rows by kind, newest first; the last visit, opened. ``schedule`` None: it is there no more."""

    rows: Mapping[str, Sequence[Item]]
    schedule: Schedule | None
    form: Item | None
    last: Known | None


class Reading:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def place(self, patient_id: PersonId, appointment_id: str) -> Place:
        """Raises NotFoundError."""
        visit, form = keys.appointment(patient_id, appointment_id), keys.visit_form(patient_id, appointment_id)
        rows = self._t.tables.get_many([visit, form])
        if visit not in rows:
            raise NotFoundError
        return Place(appointment_of(rows[visit]), rows.get(form))

    def card(self, patient_id: PersonId, place: Place, permits: Mapping[str, Permit], most: Mapping[str, int]) -> Card:
        """``most``: newest records of each kind that are read; a kind without a permit is not."""
        open_kinds = [kind for kind in most if kind in permits]
        wanted = [("appointment", PAST), *((kind, most[kind]) for kind in open_kinds)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            beside = pool.submit(copy_context().run, self._beside, patient_id, place)
            pages = [pool.submit(copy_context().run, self._newest, patient_id, kind, limit) for kind, limit in wanted]
        past, *found = [page.result() for page in pages]
        schedule, form = beside.result()
        rows = dict(zip(open_kinds, found, strict=True))
        last = self._last(place, past, rows, schedule)
        if last is not None:
            (last,) = self.opened(permits, last.kind, [row for row in rows[last.kind] if row["id"] == last.id])
        return Card(rows, schedule, form, last)

    def last_day(self, patient_id: PersonId, place: Place, kinds: Container[str]) -> str | None:
        """The clinic's day of the last visit, of those ``kinds`` that may be listed; nothing is opened."""
        schedule, _ = self._beside(patient_id, place)
        rows = {kind: self._newest(patient_id, kind, PAST) for kind in VISITS if kind in kinds}
        last = self._last(place, self._newest(patient_id, "appointment", PAST), rows, schedule)
        return place.local(datetime.fromisoformat(last.at)).date().isoformat() if last else None

    def form(self, patient_id: PersonId, place: Place) -> Item | None:
        """The record of the form that was submitted."""
        return self._t.tables.get(keys.record(patient_id, "visit-form", place.record_id)) if place.record_id else None

    def _beside(self, patient_id: PersonId, place: Place) -> tuple[Schedule | None, Item | None]:
        """The schedule, and the record of the form that was submitted."""
        schedule = keys.schedule(place.visit.schedule)
        form = keys.record(patient_id, "visit-form", place.record_id)
        found = self._t.tables.get_many([schedule, *([form] if place.record_id else [])])
        return Schedule.from_row(found[schedule]) if schedule in found else None, found.get(form)

    def _newest(self, patient_id: PersonId, kind: str, limit: int) -> list[Item]:
        return newest(self._t.tables, patient_id, kind, limit).items

    def _last(
        self, place: Place, past: Sequence[Item], rows: Mapping[str, Sequence[Item]], schedule: Schedule | None
    ) -> Known | None:
        """By what stands plain in the rows, so that one record alone is opened."""
        visits = {
            one.visit
            for one in map(appointment_of, past)
            if one.visit and one.state is State.FULFILLED and one.specialty == place.visit.specialty
        }
        closed = {kind: [self._known(row, {}) for row in rows.get(kind, ())] for kind in VISITS}
        return last_visit(closed, visits, schedule.person_id if schedule else "", place.visit.start)

    def opened(self, permits: Mapping[str, Permit], kind: str, rows: Sequence[Item]) -> list[Known]:
        return [self._known(row, self.body(permits[kind], row)) for row in rows]

    def body(self, permit: Permit, row: Item) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
        body.pop("provenance", None)  # of records from connected sources (ACT-3)
        body.pop(RESOURCE, None)
        return body

    def _known(self, row: Item, body: Mapping[str, Any]) -> Known:
        standing = stands(row, self._t.clock())
        at = str(row["kd"]).split("#")[1]
        return Known(
            row["kind"], row["id"], at, row["updated_at"], body, row["source"], row.get("person", ""), standing
        )


def shown_last(last: Known | None) -> dict[str, str] | None:
    return None if last is None else {"kind": last.kind, "record": last.id, "date": last.at}


def refused(model: str, body: Mapping[str, Any]) -> list[str]:
    """Pointers of what the named model refuses of a body that may lack fields."""
    try:
        validate(model, dict(body))
    except InvalidFieldsError as error:
        return [problem.field for problem in error.fields if problem.code != MISSING]
    return []


def fits(model: str) -> Callable[[str, Any], bool]:
    """Whether a value may stand in a field of the named model: what was stored long ago may not fit any more."""

    def asked(name: str, value: Any) -> bool:
        return not any(pointer.split("/")[1:2] == [name] for pointer in refused(model, {name: value}))

    return asked


def missing(kind: str, body: Mapping[str, Any]) -> list[str]:
    """Pointers of what has to be filled in still, and of what does not go together yet."""
    try:
        validate(record_type(kind).body, dict(body))
    except InvalidFieldsError as error:
        return [problem.field for problem in error.fields]
    return []
