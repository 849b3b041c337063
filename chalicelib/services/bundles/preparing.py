"""A transaction made ready: every entry validated, every reference resolved, everything sealed; nothing stored yet.

First everything gets its name (``naming``); then deletions, creates and changes become what the database will be asked
to store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.domain.bundles.entries import Entry
from chalicelib.domain.identity import PatientId
from chalicelib.domain.resource_ids import patient_of, resource_id_of
from chalicelib.domain.resources import DIRECTORY_TYPES
from chalicelib.errors import (
    AccessDeniedError,
    FieldProblem,
    GoneError,
    InteractionUnknownError,
    InvalidFieldsError,
    NotFoundError,
    SubjectUnknownError,
    TooLargeError,
    VersionRequiredError,
)
from chalicelib.ports import keys
from chalicelib.ports.going_on import goes_on
from chalicelib.ports.resources import Arrival, Resource
from chalicelib.ports.tables import Item, Put
from chalicelib.services.bundles.answers import Line
from chalicelib.services.bundles.importing import Part
from chalicelib.services.bundles.naming import PATIENT, Named, Naming, Prepared
from chalicelib.services.bundles.tools import about


class Preparation(Naming):
    """Of one transaction, once."""

    def of(self, entries: Sequence[Entry]) -> Prepared:
        """Raises what the parts raise, each fault with the entry that it is of."""
        created = [one for one in entries if one.method == "POST"]
        for entry in entries:
            if entry.method == "PUT" and entry.full_url:
                self._known[entry.full_url] = f"{entry.type}/{entry.id}"
        fresh = [entry for entry in created if not self._there_already(entry)]
        named = self._patients(fresh) + self._entries(fresh)
        self._conditions([one for one in entries if one.resource])
        named += self._records(fresh)
        for entry in entries:
            if entry.method == "DELETE":
                with about(entry):
                    self._deleted(entry)
        self._created(named)
        for entry in entries:
            if entry.method == "PUT":
                with about(entry):
                    self._changed(entry)
        return self.done

    # --- 4

    def _created(self, named: Sequence[Named]) -> None:
        """Of one card at once: the gate is asked once for each kind."""
        resources: dict[int, Resource] = {}
        for one in named:
            with about(one.entry):
                resources[one.entry.number] = self._resource(one.entry)
        by_card: dict[PatientId, list[Named]] = {}
        for one in named:
            if one.patient_id is not None:
                by_card.setdefault(one.patient_id, []).append(one)
                continue
            with about(one.entry):
                content = resources[one.entry.number]
                arrival = self._t.directory.stage(self._actor, content, resource_id=one.record_id)
            self._store(one.entry, arrival)
        for patient_id, some in by_card.items():
            for one, arrival in zip(some, self._staged(patient_id, some, resources), strict=True):
                self._store(one.entry, arrival, patient_id)
                if one.entry.type == PATIENT:
                    kind = resource_id_of(arrival.resource_id)
                    if kind is not None:
                        self.done.writes.append(
                            self._t.patients.listed(self._actor, patient_id, kind.kind, kind.record_id)
                        )
            delivered = {"patient": patient_id, "at": self._now}
            self.done.writes.append(Put(keys.delivered_to(self._actor.person_id, patient_id), delivered, None))

    def _staged(self, patient_id: PatientId, some: Sequence[Named], resources: Mapping[int, Resource]) -> list[Arrival]:
        pairs = [(one.record_id, resources[one.entry.number]) for one in some]
        try:
            return self._intake.stage_all(self._actor, patient_id, pairs, provenance=self._provenance, quiet=True)
        except AccessDeniedError as error:
            if error.detail:  # not about the patient
                raise
            with about(some[0].entry):
                raise SubjectUnknownError from None  # closed to the organisation: the answer is as for nobody
        except (InvalidFieldsError, TooLargeError):
            for one, pair in zip(some, pairs, strict=True):  # which of them it is
                with about(one.entry):
                    self._intake.stage_all(self._actor, patient_id, [pair], provenance=self._provenance)
            raise

    def _changed(self, entry: Entry) -> None:
        if not entry.if_match:
            raise VersionRequiredError
        patient_id, record = self._record(entry)
        if "deleted" in self._delivered(entry, patient_id, record):
            raise GoneError
        content = self._resource(entry)
        self._same_patient(entry, patient_id, content)
        if entry.type == PATIENT:
            staged, writes = self._t.patients.amended(self._actor, patient_id, content)
            self.done.staged += staged
            self.done.writes += writes
        arrival = self._intake.correct(
            self._actor, patient_id, record, content, provenance=self._provenance, version=entry.if_match
        )
        self.done.changes = True
        self._store(entry, arrival, patient_id)
        place = f"{entry.type}/{entry.id}"
        self.done.lines[entry.number] = Line(entry.number, "200", place, arrival.version, arrival.moment)

    def _deleted(self, entry: Entry) -> None:
        if entry.type == PATIENT:
            raise InteractionUnknownError
        patient_id, record = self._record(entry)
        self._delivered(entry, patient_id, record)
        arrival = self._intake.withdraw(self._actor, patient_id, record)
        self.done.changes = True
        self._store(entry, arrival, patient_id)
        self.done.lines[entry.number] = Line(entry.number, "204")

    def _record(self, entry: Entry) -> tuple[PatientId, tuple[str, str]]:
        """Where a resource lies that is to be changed."""
        if entry.type in DIRECTORY_TYPES and resource_id_of(entry.id) is None:
            raise InteractionUnknownError("entries of the directory are changed one at a time")
        if entry.type == PATIENT:
            patient_id = patient_of(entry.id)
            record = self._t.patients.delivered(self._actor, patient_id) if patient_id else None
            if patient_id is None or record is None:
                raise NotFoundError
            return patient_id, record
        place = resource_id_of(entry.id)
        if place is None:
            raise NotFoundError
        return goes_on(self._t.tables, place.patient_id), (place.kind, place.record_id)

    def _delivered(self, entry: Entry, patient_id: PatientId, record: tuple[str, str]) -> Item:
        """The row of what the caller delivered, and as the type that the entry names: a scope is about that one."""
        row = self._intake.amendable(self._actor, patient_id, record)
        if row.get("resource_type") != entry.type:
            raise NotFoundError
        return row

    def _same_patient(self, entry: Entry, patient_id: PatientId, content: Resource) -> None:
        """One answer for another patient and for nobody."""
        if entry.type == PATIENT:
            return
        try:
            named = self._subject(content)
        except SubjectUnknownError:
            named = None
        if named != patient_id:
            raise InvalidFieldsError(fields=(FieldProblem("/subject", "subject", "the patient of a resource stays"),))

    def _store(self, entry: Entry, arrival: Arrival, patient_id: PatientId | None = None) -> None:
        self.done.parts.append(Part(entry.number, patient_id or "", arrival.staged, arrival.writes))
        line = self.done.lines.get(entry.number)
        if line is not None and arrival.moment:
            self.done.lines[entry.number] = line._replace(at=arrival.moment)
