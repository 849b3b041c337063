"""Reports and visits of a message into the card: each is one record, whatever number of messages speak of it.

A row for each report of a partner says which record it is. The first message makes the record; every later one is
joined to what stands (domain/hl7_reports.py) and makes a version, when that says anything else. Two at one moment: one
stores first, the other looks again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chalicelib.domain import exact_json
from chalicelib.domain.access import Action
from chalicelib.domain.hl7 import Report
from chalicelib.domain.hl7_reports import ERROR, merged, when
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import ResourceId, card_resource_id, resource_id_of
from chalicelib.errors import (
    ConflictError,
    InvalidFieldsError,
    KindChangedError,
    NotFoundError,
    StaleVersionError,
    TooLargeError,
    WrongStateError,
)
from chalicelib.ports import Sealed, keys
from chalicelib.ports.resources import RESOURCE, Arrival, Resource
from chalicelib.ports.rows import known_as
from chalicelib.ports.tables import Expect, Expected, Item, Key, Put, Write
from chalicelib.records.registry import record_type
from chalicelib.services.hl7.matching import Matching
from chalicelib.services.hl7.tools import Tools

TRIES = 6
LARGEST = 200_000
"""Characters of a resource: a row has room for so much."""
NOWHERE = ""
"""Of a report that was taken back before it came: no record, but older messages make none either."""


class OtherPatientError(Exception):
    """The report is on another person's card already: which of the two is right, a person must say."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What is said of a delivery beside its content. ``quiet``: the patient is told of another one."""

    provenance: Mapping[str, str]
    quiet: bool = False

    @property
    def at(self) -> str:
        return self.provenance["sent_at"]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a report is, or is to be: ``row`` is what stands there."""

    key: Key
    row: Item | None
    patient_id: PersonId

    def pointing(self, resource_id: str, resource: Resource) -> Write:
        named = resource_id_of(resource_id)
        row: Item = {
            "patient": self.patient_id,
            "kind": named.kind if named else NOWHERE,
            "record": named.record_id if named else NOWHERE,
            "at": stamp(datetime.fromtimestamp(when(resource), UTC)),
            "ver": int(self.row["ver"]) + 1 if self.row else 1,
        }
        expect: Expected = {"ver": int(self.row["ver"])} if self.row else Expect.ABSENT
        return Put(self.key, row, expect)


class Taking:
    def __init__(self, tools: Tools, matching: Matching) -> None:
        self._t = tools
        self._matching = matching

    def take(self, actor: Actor, patient_id: PersonId, sender: str, report: Report, sent: Sent) -> bool:
        """Whether it said anything new. Raises OtherPatientError, InvalidFieldsError for a resource that breaks a rule,
        and what the intake raises.
        """
        key = keys.hl7_report(actor.person_id, self._t.tag(actor.person_id, "report", sender, report.number))
        resource = self._addressed(patient_id, report)
        if len(exact_json.dumps(resource)) > LARGEST:
            raise TooLargeError  # before the rules are asked, which take their time
        if self._t.validator().problems(resource):
            raise InvalidFieldsError
        for last in (*[False] * (TRIES - 1), True):
            place = _Place(key, self._t.tables.get(key), patient_id)
            try:
                return self._taken(actor, place, resource, sent)
            except (ConflictError, StaleVersionError) as error:
                if last or isinstance(error, WrongStateError):
                    raise
        raise ConflictError  # cannot be reached: the last try returns or raises

    def _addressed(self, patient_id: PersonId, report: Report) -> Resource:
        """With the patient; with our own order and visit, where the partner names them by the ids that we gave."""
        found = dict(report.resource) | {"subject": {"reference": f"Patient/{card_resource_id(patient_id)}"}}
        if found["resourceType"] != "DiagnosticReport":
            return found
        if order := self._ours(patient_id, "laboratory-order", report.placer):
            found["basedOn"] = [{**found["basedOn"][0], "reference": f"ServiceRequest/{order}"}]
        if visit := self._ours(patient_id, "visit", report.visit):
            found["encounter"] = {"reference": f"Encounter/{visit}"}
        return found

    def _ours(self, patient_id: PersonId, kind: str, said: str) -> str:
        named = resource_id_of(said)
        if named is None:
            try:
                named = ResourceId(patient_id, kind, str(UUID(said)))
            except ValueError:
                return ""
        if named.patient_id != patient_id or named.kind != kind:
            return ""
        stands = self._t.tables.get(keys.record(patient_id, kind, named.record_id)) is not None
        return str(named) if stands else ""

    # --- one message after another

    def _taken(self, actor: Actor, place: _Place, resource: Resource, sent: Sent) -> bool:
        row, patient_id = place.row, place.patient_id
        if row is not None and self._matching.now(PersonId(row["patient"])) != patient_id:
            raise OtherPatientError
        if row is None or row["record"] == NOWHERE:
            return self._first(actor, place, resource, sent)
        stored, version, sent_at = self._standing(actor, patient_id, row["kind"], row["record"])
        late = sent.at < sent_at
        joined = merged(stored, resource, late=late)
        if joined == stored:
            return False
        said = {**sent.provenance, "sent_at": max(sent.at, sent_at)}
        record = (row["kind"], row["record"])
        intake = self._t.intake()
        try:
            arrivals = [
                intake.correct(actor, patient_id, record, joined, provenance=said, version=version, quiet=sent.quiet)
            ]
        except KindChangedError:  # what was preliminary fits a kind of the card now, or no longer
            arrivals = [
                intake.stage(actor, patient_id, joined, provenance=said, quiet=sent.quiet),
                intake.withdraw(actor, patient_id, record),
            ]
        self._store(place, arrivals, joined)
        return True

    def _first(self, actor: Actor, place: _Place, resource: Resource, sent: Sent) -> bool:
        taken_back = resource.get("status") == ERROR
        if place.row is not None and (taken_back or stamp(_moment(resource)) <= place.row["at"]):
            return False
        if taken_back:
            self._t.tables.commit([place.pointing(NOWHERE, resource)])
            return False
        arrival = self._t.intake().stage(
            actor, place.patient_id, resource, provenance=sent.provenance, quiet=sent.quiet
        )
        self._store(place, [arrival], resource)
        return True

    def _standing(self, actor: Actor, patient_id: PersonId, kind: str, record_id: str) -> tuple[Resource, int, str]:
        """The resource as it stands, its version, and when the newest message about it was sent."""
        permit = self._t.gate.admit(actor, Action.READ, patient_id, record_type(kind), record_id, delivered=True)
        row = self._t.tables.get(keys.record(patient_id, kind, record_id))
        if row is None or row.get("client") != actor.person_id:
            raise NotFoundError
        body: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of(record_id, row)))
        return exact_json.loads(body[RESOURCE]), int(row["ver"]), str(body["provenance"].get("sent_at", ""))

    def _store(self, place: _Place, arrivals: list[Arrival], resource: Resource) -> None:
        first = [known_as(place.patient_id, place.key), self._listed(place)] if place.row is None else []
        self._t.gate.commit(
            [one for arrival in arrivals for one in arrival.staged],
            [
                place.pointing(arrivals[0].resource_id, resource),
                *first,
                *(write for arrival in arrivals for write in arrival.writes),
                self._t.patient_keys.alive(place.patient_id),
            ],
        )

    def _listed(self, place: _Place) -> Write:
        """The patient is one of the client's from now on: what it delivered by messages, it finds as a resource too."""
        client = place.key.pk.removeprefix(keys.brought(""))
        row: Item = {"patient": place.patient_id, "client": client, "at": stamp(self._t.clock())}
        return Put(keys.delivered_to(client, place.patient_id), row, None)


def _moment(resource: Resource) -> datetime:
    return datetime.fromtimestamp(when(resource), UTC)
