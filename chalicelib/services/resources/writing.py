"""Creating, correcting and withdrawing resources that a partner delivers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.domain import exact_json
from chalicelib.domain.idempotency import Once, once
from chalicelib.domain.identity import Actor, PatientId
from chalicelib.domain.json_patch import patched
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import ResourceId, card_resource_id, resource_id_of
from chalicelib.domain.resources import SERVED, resolved
from chalicelib.domain.smart import SYSTEM, permits
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    FieldProblem,
    GoneError,
    InvalidFieldsError,
    MalformedError,
    NotFoundError,
    StaleVersionError,
    SubjectUnknownError,
)
from chalicelib.ports import keys
from chalicelib.ports.going_on import followed, goes_on
from chalicelib.ports.resources import Arrival, Found, Resource, Versions
from chalicelib.ports.tables import Item, Put, Write
from chalicelib.services.resources.conditions import Claim, Conditions
from chalicelib.services.resources.directory import DirectoryService
from chalicelib.services.resources.intake import IntakeService
from chalicelib.services.resources.subjects import SubjectService
from chalicelib.services.resources.tools import (
    Tools,
    check,
    check_type,
    dressed,
    is_gone,
    kept,
)


class ResourceWriter:
    def __init__(
        self,
        tools: Tools,
        intake: IntakeService,
        subjects: SubjectService,
        directory: DirectoryService,
        reader: Versions,
        conditions: Conditions,
    ) -> None:
        self._t = tools
        self._intake = intake
        self._subjects = subjects
        self._directory = directory
        self._reader = reader
        self._conditions = conditions

    # --- create

    def create(
        self, actor: Actor, resource_type: str, resource: Any, *, if_none_exist: str = "", key: str = ""
    ) -> Found:
        """A new resource; or the one that is there: by ``if_none_exist`` (a query), or for a repeated ``key``.

        Raises ResourceInvalidError, SubjectUnknownError, SeveralMatchesError, and what the gate raises.
        """
        check_type(resource_type, "create")
        check(self._t.validator(), resource_type, resource)
        request = self._once(actor, "resource:create", key, [resource_type, exact_json.dumps(resource), if_none_exist])
        served = SERVED[resource_type]
        if not served.of_a_card or (served.anywhere and "patient" not in resource):
            return self._create_entry(actor, resource, if_none_exist, request)
        patient_id = self._subjects.patient_of(actor, resource)
        resource = resolved(resource, f"Patient/{card_resource_id(patient_id)}")
        try:
            return followed(patient_id, lambda one: self._create_record(actor, one, resource, if_none_exist, request))
        except AccessDeniedError as error:
            if error.detail:  # not about the patient
                raise
            raise SubjectUnknownError from None  # closed to the organisation: the answer is as for nobody

    def _create_record(
        self, actor: Actor, patient_id: PatientId, resource: Resource, if_none_exist: str, request: Once | None
    ) -> Found:
        claim = self._conditions.claim(actor, resource["resourceType"], if_none_exist)
        if claim and (there := self._conditions.of_a_card(actor, patient_id, claim)):
            return self._there(actor, claim.resource_type, there)
        arrival = self._intake.stage(actor, patient_id, resource, provenance=self._provenance(actor))
        writes = self._brought(actor, patient_id)
        return self._stored(actor, resource, arrival, [*writes, self._t.patient_keys.alive(patient_id)], claim, request)

    def _create_entry(self, actor: Actor, resource: Resource, if_none_exist: str, request: Once | None) -> Found:
        claim = self._conditions.claim(actor, resource["resourceType"], if_none_exist)
        if claim and (there := self._conditions.of_the_directory(actor, claim)):
            return self._there(actor, claim.resource_type, there)
        return self._stored(actor, resource, self._directory.stage(actor, resource), [], claim, request)

    def _stored(
        self,
        actor: Actor,
        resource: Resource,
        arrival: Arrival,
        more: list[Write],
        claim: Claim | None,
        request: Once | None,
    ) -> Found:
        said = {"id": arrival.resource_id}
        once_here = replace(request, result=said) if request else None
        claimed = [self._conditions.taken(claim, arrival.resource_id)] if claim else []
        try:
            before = self._t.gate.commit(arrival.staged, [*claimed, *arrival.writes, *more], once_here)
        except ConflictError as error:
            if claim and error.index == 0:  # at the same moment somebody else created it
                return self._there(actor, claim.resource_type, self._conditions.owner(claim))
            raise
        if before is not None:
            return self._there(actor, resource["resourceType"], before["id"], repeated=True)
        updated = arrival.moment
        shown = dressed(kept(resource), arrival.resource_id, arrival.version, updated)
        return Found(shown, arrival.version, updated, made=True)

    def _there(self, actor: Actor, resource_type: str, resource_id: str, *, repeated: bool = False) -> Found:
        """What is there already; its content for whom the token lets read it."""
        if permits(actor.scopes, SYSTEM, resource_type, "r"):
            found = self._reader.found(actor, resource_type, resource_id)
            return Found(found.resource, found.version, found.updated, made=repeated, repeated=repeated)
        place = resource_id_of(resource_id)
        key = keys.directory_entry(actor.organisation_id, resource_type, resource_id)
        row = self._t.tables.get(keys.record(*place[:3]) if place else key)
        if row is None:
            raise NotFoundError
        bare = {"resourceType": resource_type, "id": resource_id}
        return Found(bare, int(row["ver"]), row["updated_at"], made=repeated, repeated=repeated)

    # --- change

    def update(self, actor: Actor, resource_type: str, resource_id: str, resource: Any, version: int) -> Found:
        """A new version on top of ``version``, by whoever delivered it. The patient stays.

        Raises StaleVersionError, ResourceReadOnlyError, KindChangedError, GoneError, and as ``create``.
        """
        check_type(resource_type, "update")
        check(self._t.validator(), resource_type, resource)
        if resource.get("id") != resource_id:
            raise MalformedError(fields=(FieldProblem("/id", "resource-id", "the id that the address names"),))
        return self._changed(actor, resource_type, resource_id, resource, version)

    def patch(self, actor: Actor, resource_type: str, resource_id: str, operations: Any, version: int) -> Found:
        """The same by JSON Patch (RFC 6902). PatchFailedError."""
        check_type(resource_type, "patch")
        found = self._reader.found(actor, resource_type, resource_id)
        if found.version != version:
            raise StaleVersionError(extra={"version": found.version})
        wanted = patched(found.resource, operations)
        return self.update(actor, resource_type, resource_id, wanted, version)

    def _changed(self, actor: Actor, resource_type: str, resource_id: str, resource: Resource, version: int) -> Found:
        place = resource_id_of(resource_id)
        if place is None:
            arrival = self._directory.update(actor, resource, resource_id, version)
            return self._committed(arrival, resource, resource_id, [])
        if is_gone(self._delivered(actor, resource_type, place)):
            raise GoneError
        self._same_patient(actor, place, resource)
        resource = resolved(resource, f"Patient/{card_resource_id(place.patient_id)}")

        def ask(patient_id: PatientId) -> Found:
            record, provenance = (place.kind, place.record_id), self._provenance(actor)
            arrival = self._intake.correct(actor, patient_id, record, resource, provenance=provenance, version=version)
            return self._committed(arrival, resource, resource_id, [self._t.patient_keys.alive(patient_id)])

        return followed(place.patient_id, ask)

    def delete(self, actor: Actor, resource_type: str, resource_id: str, version: int = 0) -> int:
        """Withdraw a delivery; nothing is removed. Repeatable. ``version``: of If-Match, 0 without. Its new version."""
        check_type(resource_type, "delete")
        place = resource_id_of(resource_id)
        if place is None:
            raise NotFoundError

        def ask(patient_id: PatientId) -> int:
            row = self._delivered(actor, resource_type, ResourceId(patient_id, place.kind, place.record_id))
            if version and int(row["ver"]) != version:
                raise StaleVersionError(extra={"version": int(row["ver"])})
            arrival = self._intake.withdraw(actor, patient_id, (place.kind, place.record_id))
            if arrival.staged:
                self._commit(arrival, [self._t.patient_keys.alive(patient_id)])
            return arrival.version

        return followed(place.patient_id, ask)

    # --- pieces

    def _delivered(self, actor: Actor, resource_type: str, place: ResourceId) -> Item:
        """The row of what the caller delivered; what another did, the gate refuses."""
        row = followed(place.patient_id, lambda one: self._intake.amendable(actor, one, (place.kind, place.record_id)))
        if row.get("resource_type") != resource_type:
            raise NotFoundError
        return row

    def _same_patient(self, actor: Actor, place: ResourceId, resource: Resource) -> None:
        """One answer for another patient and for nobody."""
        try:
            named = self._subjects.patient_of(actor, resource)
        except SubjectUnknownError:
            named = None
        if named is None or goes_on(self._t.tables, named) != goes_on(self._t.tables, place.patient_id):
            problem = FieldProblem("/subject", "subject", "the patient of a resource stays")
            raise InvalidFieldsError(fields=(problem,))

    def _committed(self, arrival: Arrival, resource: Resource, resource_id: str, more: list[Write]) -> Found:
        self._commit(arrival, more)
        shown = dressed(kept(resource), resource_id, arrival.version, arrival.moment)
        return Found(shown, arrival.version, arrival.moment)

    def _commit(self, arrival: Arrival, more: list[Write]) -> None:
        try:
            self._t.gate.commit(arrival.staged, [*arrival.writes, *more])
        except ConflictError as error:
            if error.index in {0, 1}:
                raise StaleVersionError from None
            raise

    def _brought(self, actor: Actor, patient_id: PatientId) -> list[Write]:
        """That the client delivered something to this card, where it is not said yet."""
        key = keys.delivered_to(actor.person_id, patient_id)
        if self._t.tables.get(key) is not None:
            return []
        row: Item = {"patient": patient_id, "client": actor.person_id, "at": stamp(self._t.clock())}
        return [Put(key, row, None)]

    def _provenance(self, actor: Actor) -> dict[str, str]:
        return {"organisation": actor.organisation_id, "sent_at": stamp(self._t.clock())}

    @staticmethod
    def _once(actor: Actor, operation: str, key: str, said: Any) -> Once | None:
        return once(actor.person_id, operation, key, said, {}) if key else None
