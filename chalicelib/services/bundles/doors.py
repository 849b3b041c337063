"""Patients beside all other resources, for whoever reads and writes by type and id: a Patient is a card.

Its delivering partner reads a Patient as it said it; everybody else what the card says of its person, as far as the
patient lets them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar
from uuid import uuid4

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PatientId
from chalicelib.domain.resource_ids import card_resource_id, patient_of
from chalicelib.errors import (
    FieldProblem,
    InteractionUnknownError,
    MalformedError,
    MedkartaError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import keys
from chalicelib.ports.going_on import followed
from chalicelib.ports.resources import Found, Opened, Reader, Resource, Versions, Writer
from chalicelib.ports.tables import Item, Store, Tables
from chalicelib.records.registry import record_type
from chalicelib.services.bundles.patients import PartnerPatients
from chalicelib.services.bundles.transactions import Transactions
from chalicelib.services.gate import Gate

PATIENT = "Patient"
PLACE = re.compile(r"^Bundle\.entry(\[0\])?(\.resource)?")
T = TypeVar("T")


class PatientDoor:
    def __init__(
        self, gate: Gate, tables: Tables, opened: Opened, patients: PartnerPatients, people: Callable[[], Reader]
    ) -> None:
        """``people``: who reads a Patient as the card says it (services/resource_search/patients.py)."""
        self._gate = gate
        self._tables = tables
        self._opened = opened
        self._patients = patients
        self._people = people

    def found(self, actor: Actor, resource_id: str) -> Found:
        return _followed(resource_id, lambda patient_id: self._newest(actor, patient_id, resource_id))

    def version(self, actor: Actor, resource_id: str, version: int) -> Found:
        def ask(patient_id: PatientId) -> Found:
            newest = self._newest(actor, patient_id, resource_id)
            if newest.version == version:
                return newest
            record = self._patients.delivered(actor, patient_id)
            row = self._tables.get(keys.record_version(patient_id, *record, version)) if record else None
            if row is None:
                raise NotFoundError
            return self._delivered(actor, patient_id, resource_id, row, Action.HISTORY)

        return _followed(resource_id, ask)

    def history(self, actor: Actor, resource_id: str, limit: int, before: int = 0) -> list[Found]:
        """As ``ports.resources.Versions`` says. Of what the card says of its person, the newest alone."""

        def ask(patient_id: PatientId) -> list[Found]:
            newest = self._newest(actor, patient_id, resource_id)
            record = self._patients.delivered(actor, patient_id)
            first = [] if before else [newest]
            if record is None:
                return first
            behind = keys.record_version(patient_id, *record, before)
            after = {"pk": behind.pk, "sk": behind.sk} if before else None
            earlier = f"V#{record[0]}#{record[1]}#"
            more = limit - len(first)
            rows = (
                self._tables.query(Store.CARD, behind.pk, earlier, limit=more, after=after, newest_first=True).items
                if more
                else []
            )
            older = [self._delivered(actor, patient_id, resource_id, row, Action.HISTORY) for row in rows]
            return [*first, *older]

        return _followed(resource_id, ask)

    def _newest(self, actor: Actor, patient_id: PatientId, resource_id: str) -> Found:
        record = self._patients.delivered(actor, patient_id) if actor.is_partner else None
        row = self._tables.get(keys.record(patient_id, *record)) if record else None
        if row is not None:
            return self._delivered(actor, patient_id, resource_id, row, Action.READ)
        return self._person(actor, patient_id, resource_id)

    def _delivered(self, actor: Actor, patient_id: PatientId, resource_id: str, row: Item, action: Action) -> Found:
        spec = record_type(row["kind"])
        mine = row.get("client") == actor.person_id
        said = {"resource": PATIENT}
        permit = self._gate.admit(actor, action, patient_id, spec, row["id"], delivered=mine, details=said)
        found = self._opened.opened(actor, spec, permit, row)
        if not found:
            raise NotFoundError
        return Found({**found[0], "id": resource_id}, int(row["ver"]), row["updated_at"])

    def _person(self, actor: Actor, patient_id: PatientId, resource_id: str) -> Found:
        found = self._people().read(actor, PATIENT, card_resource_id(patient_id))
        meta = found["meta"]
        return Found({**found, "id": resource_id}, int(meta["versionId"]), meta["lastUpdated"])


class ReaderOfAll:
    """Implements ``ports.resources.Versions``."""

    def __init__(self, reader: Versions, patients: PatientDoor) -> None:
        self._reader = reader
        self._patients = patients

    def read(self, actor: Actor, resource_type: str, resource_id: str) -> Resource:
        return self.found(actor, resource_type, resource_id).resource

    def found(self, actor: Actor, resource_type: str, resource_id: str) -> Found:
        if resource_type == PATIENT:
            return self._patients.found(actor, resource_id)
        return self._reader.found(actor, resource_type, resource_id)

    def version(self, actor: Actor, resource_type: str, resource_id: str, version: int) -> Found:
        if resource_type == PATIENT:
            return self._patients.version(actor, resource_id, version)
        return self._reader.version(actor, resource_type, resource_id, version)

    def history(self, actor: Actor, resource_type: str, resource_id: str, limit: int, before: int = 0) -> list[Found]:
        if resource_type == PATIENT:
            return self._patients.history(actor, resource_id, limit, before)
        return self._reader.history(actor, resource_type, resource_id, limit, before)


class WriterOfAll:
    """Implements ``ports.resources.Writer``: one Patient is a transaction of one entry."""

    def __init__(self, writer: Writer, reader: PatientDoor, transactions: Transactions) -> None:
        self._writer = writer
        self._reader = reader
        self._transactions = transactions

    def create(
        self, actor: Actor, resource_type: str, resource: Any, *, if_none_exist: str = "", key: str = ""
    ) -> Found:
        if resource_type != PATIENT:
            return self._writer.create(actor, resource_type, resource, if_none_exist=if_none_exist, key=key)
        request = {"method": "POST", "url": PATIENT} | ({"ifNoneExist": if_none_exist} if if_none_exist else {})
        with _by_itself():
            outcome = self._transactions.run(actor, _alone(resource, request), key or uuid4().hex)
        (entry,) = outcome.body["entry"]
        place = str(entry["fullUrl"]).rpartition("/")[2]
        found = self._reader.found(actor, place)
        made = str(entry["response"]["status"]).startswith("201")
        return replace(found, made=made, repeated=outcome.repeated)

    def update(self, actor: Actor, resource_type: str, resource_id: str, resource: Any, version: int) -> Found:
        if resource_type != PATIENT:
            return self._writer.update(actor, resource_type, resource_id, resource, version)
        if not isinstance(resource, Mapping) or resource.get("id") != resource_id:
            raise MalformedError(fields=(FieldProblem("/id", "resource-id", "the id that the address names"),))
        newest = self._reader.found(actor, resource_id)
        if newest.version != version:
            raise StaleVersionError(extra={"version": newest.version})
        request = {"method": "PUT", "url": f"{PATIENT}/{resource_id}", "ifMatch": f'W/"{version}"'}
        with _by_itself():
            self._transactions.run(actor, _alone(resource, request), uuid4().hex)
        return self._reader.found(actor, resource_id)

    def patch(self, actor: Actor, resource_type: str, resource_id: str, operations: Any, version: int) -> Found:
        if resource_type == PATIENT:
            raise InteractionUnknownError
        return self._writer.patch(actor, resource_type, resource_id, operations, version)

    def delete(self, actor: Actor, resource_type: str, resource_id: str, version: int = 0) -> int:
        if resource_type == PATIENT:
            raise InteractionUnknownError
        return self._writer.delete(actor, resource_type, resource_id, version)


@contextmanager
def _by_itself() -> Iterator[None]:
    """A fault is of the Patient, and not of an entry of a bundle that nobody sent."""
    try:
        yield
    except MedkartaError as error:
        issues = error.extra.get("issues", ())
        error.extra = {**error.extra, "issues": [{**one, "path": PLACE.sub(PATIENT, one["path"])} for one in issues]}
        raise


def _alone(resource: Any, request: Mapping[str, str]) -> dict[str, Any]:
    entry = {"resource": resource, "request": dict(request)}
    return {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}


def _followed(resource_id: str, ask: Callable[[PatientId], T]) -> T:
    """What is answered about the card that goes on, where this one went into another (SPC-5)."""
    patient_id = patient_of(resource_id)
    if patient_id is None:
        raise NotFoundError
    return followed(patient_id, ask)
