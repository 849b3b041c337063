"""A period of readings as a record of its own (REC-10): a doctor takes it over, or a patient puts it before a doctor.

The record keeps what the readings come to, the points that a chart shows with the records that they are of, and a
digest of what it was made of, so that it can be held against the card later. Once per idempotency key. The
patient is told of what a doctor took over; attending doctors are told of what a patient sends.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import OWNERS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.vital_signs.bands import VERSION
from chalicelib.domain.vital_signs.rolls import Point
from chalicelib.domain.vital_signs.series import statistics, thinned
from chalicelib.domain.vital_signs.signs import SIGNS
from chalicelib.errors import FieldProblem, InvalidFieldsError, NotFoundError
from chalicelib.ports import Sealed, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Write
from chalicelib.records.observation import OBSERVATION_SERIES
from chalicelib.services.drafts import put_new, shown_row, written
from chalicelib.services.gate import Staged
from chalicelib.services.vital_signs.reading import Found, Range, Reading, range_of
from chalicelib.services.vital_signs.rows import Tools
from chalicelib.services.vital_signs.watch import attending

SENT = "patient_series_sent"
REACTION = "tell_series"
POINTS = 60
"""What a doctor reads on paper; the card has the rest."""


class Transfers:
    def __init__(self, tools: Tools, reading: Reading) -> None:
        self._t = tools
        self._reading = reading

    def make(
        self, actor: Actor, patient_id: PersonId, order: Mapping[str, Any], key: str
    ) -> tuple[dict[str, Any], bool]:
        """The record, and whether it was there already. Raises InvalidFieldsError when there are no readings."""
        since, until = (datetime.fromisoformat(order[name]) for name in ("since", "until"))
        wanted = range_of(order["code"], since, until, self._t.clock(), ("/since", "/until"))
        found = self._reading.found(self._reading.permits(actor, patient_id), patient_id, wanted)
        if not found.count:  # said to whoever may put readings before a doctor alone
            self._t.gate.admit_change(
                actor, Action.CREATE, patient_id, OBSERVATION_SERIES, self._t.gate.new_id(), version=1
            )
            raise InvalidFieldsError(fields=(FieldProblem("/since", "empty", "there are no readings in this time"),))
        body = content(wanted, found, order.get("comment"), self._t.clock())
        draft = self._t.drafts.draft(
            actor, Action.CREATE, patient_id, OBSERVATION_SERIES, self._t.gate.new_id(), body, version=1
        )
        record_id = str(draft.row["id"])
        request = once(
            f"{actor.person_id}", f"{OBSERVATION_SERIES.name}:create", key, [patient_id, dict(order)], {"id": record_id}
        )
        writes: list[Write] = [put_new(draft), *self._told(actor, patient_id, record_id)]
        writes.append(self._t.patient_keys.alive(patient_id))
        stored = self._t.gate.commit([draft.staged], writes, request)
        if stored is not None:
            return self._again(actor, patient_id, stored["id"]), True
        return written(draft, body), False

    def _again(self, actor: Actor, patient_id: PersonId, record_id: str) -> dict[str, Any]:
        """The record of an earlier request, as it stands, for who may read it now."""
        permit = self._t.gate.admit(actor, Action.READ, patient_id, OBSERVATION_SERIES, record_id)
        row = self._t.tables.get(keys.record(patient_id, OBSERVATION_SERIES.name, record_id))
        if row is None:
            raise NotFoundError
        text = self._t.vault.open(permit, Sealed.of(record_id, row))
        return shown_row(row, json.loads(text))

    def _told(self, actor: Actor, patient_id: PersonId, record_id: str) -> list[Write]:
        if actor.role not in OWNERS:
            return []  # the patient hears of it as of any new record
        about = {"kind": OBSERVATION_SERIES.name, "record": record_id}
        return [happened(patient_id, self._t.gate.new_id(), REACTION, self._t.clock(), about)]

    def tell(self, row: Item) -> tuple[list[Staged], list[Write]]:
        """Reaction: attending doctors hear that their patient sent something."""
        staged: list[Staged] = []
        writes: list[Write] = []
        links = {"kind": row["kind"], "id": row["record"], "patient": row["patient"]}
        for doctor in attending(self._t, PersonId(row["patient"])):
            more = self._t.tell(doctor, SENT, {}, links)
            staged, writes = [*staged, *more[0]], [*writes, *more[1]]
        return staged, writes


def content(wanted: Range, found: Found, comment: str | None, now: datetime) -> dict[str, Any]:
    """A body of ``records.bodies.series:ObservationSeries``."""
    said = statistics(found.count, found.sums, found.points, found.levels)
    parts = [
        {"part": name, "least": one["min"], "greatest": one["max"], "mean": one["mean"]}
        for name, one in said["parts"].items()
    ]
    return {
        "occurred_at": now.isoformat(),
        "code": wanted.code,
        "unit": SIGNS[wanted.code].unit,
        "since": wanted.since.isoformat(),
        "until": wanted.until.isoformat(),
        "count": found.count,
        "out_of_limits": said["out_of_limits"],
        "comment": comment,
        "parts": parts,
        "points": [_chosen(point) for point in thinned(found.points, POINTS)],
        "digest": _digest(found.points),
        "bands_version": VERSION,
    }


def _chosen(point: Point) -> dict[str, Any]:
    numbers = {name: format(value, "f") for name, value in point.values.items()}
    return {
        "at": stamp(point.at),
        **numbers,
        "level": point.level.value,
        "place": point.place,
        "source": point.source,
        "record": point.record,
        "version": point.version,
    }


def _digest(points: Sequence[Point]) -> str:
    text = "\n".join(f"{point.record}#{point.version}" for point in points)
    return hashlib.sha256(text.encode()).hexdigest()
