"""A resource by its id, one version of it, all versions; of a card through the gate, or of the directory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.access import Action, CardState, Permit
from chalicelib.domain.identity import Actor, PatientId
from chalicelib.domain.resource_ids import ResourceId, resource_id_of
from chalicelib.errors import AccessDeniedError, ErasedError, GoneError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.going_on import followed
from chalicelib.ports.resources import Found, Resource
from chalicelib.ports.tables import Item, Store
from chalicelib.records.registry import record_type
from chalicelib.services.resources.directory import DirectoryService
from chalicelib.services.resources.opened import OpenedService
from chalicelib.services.resources.tools import Tools, check_type, is_gone, is_own


class ResourceReader:
    """Implements ``ports.resources.Reader``."""

    def __init__(self, tools: Tools, opened: OpenedService, directory: DirectoryService) -> None:
        self._t = tools
        self._opened = opened
        self._directory = directory

    def read(self, actor: Actor, resource_type: str, resource_id: str) -> Resource:
        return self.found(actor, resource_type, resource_id).resource

    def found(self, actor: Actor, resource_type: str, resource_id: str) -> Found:
        check_type(resource_type, "read")
        place = resource_id_of(resource_id)
        if place is None:
            return self._directory.found(actor, resource_type, resource_id)

        def ask(patient_id: PatientId) -> Found:
            row = self._row(patient_id, place)
            spec = record_type(place.kind)
            permit = self._admitted(actor, Action.READ, patient_id, place, row, {"resource": resource_type})
            if row is None:
                raise NotFoundError
            if is_gone(row):
                raise GoneError
            return _the_one(self._opened.opened(actor, spec, permit, row), resource_type, resource_id, place, row)

        return followed(place.patient_id, ask)

    def version(self, actor: Actor, resource_type: str, resource_id: str, version: int) -> Found:
        check_type(resource_type, "vread")
        place = resource_id_of(resource_id)
        if place is None:
            return self._directory.version(actor, resource_type, resource_id, version)

        def ask(patient_id: PatientId) -> Found:
            spec, newest = record_type(place.kind), self._row(patient_id, place)
            told: dict[str, str | int] = {"resource": resource_type, "version": version}
            permit = self._admitted(actor, Action.HISTORY, patient_id, place, newest, told)
            row = newest
            if newest is None or int(newest["ver"]) != version:
                row = self._t.tables.get(keys.record_version(patient_id, spec.name, place.record_id, version))
            if row is None:
                raise NotFoundError
            if is_gone(row):
                raise GoneError
            return _the_one(self._opened.opened(actor, spec, permit, row), resource_type, resource_id, place, row)

        return followed(place.patient_id, ask)

    def history(self, actor: Actor, resource_type: str, resource_id: str, limit: int, before: int = 0) -> list[Found]:
        check_type(resource_type, "history-instance")
        place = resource_id_of(resource_id)
        if place is None:
            return self._directory.history(actor, resource_type, resource_id, limit, before)

        def ask(patient_id: PatientId) -> list[Found]:
            spec, newest = record_type(place.kind), self._row(patient_id, place)
            permit = self._admitted(actor, Action.HISTORY, patient_id, place, newest, {"resource": resource_type})
            if newest is None:
                raise NotFoundError
            earlier = f"V#{spec.name}#{place.record_id}#"
            behind = keys.record_version(patient_id, spec.name, place.record_id, before)
            rows = self._t.tables.query(
                Store.CARD,
                behind.pk,
                earlier,
                limit=limit,
                after={"pk": behind.pk, "sk": behind.sk} if before else None,
                newest_first=True,
            ).items
            found = []
            for row in [*([] if before else [newest]), *rows][:limit]:
                opened = [] if is_gone(row) else self._opened.opened(actor, spec, permit, row)
                found += _versions(opened, resource_type, resource_id, place, row)
            if not (found or before):
                raise NotFoundError
            return found

        return followed(place.patient_id, ask)

    def _admitted(
        self,
        actor: Actor,
        action: Action,
        patient_id: PatientId,
        place: ResourceId,
        row: Item | None,
        told: Mapping[str, str | int],
    ) -> Permit:
        """The gate's permit. Whoever delivered it is told that the card was erased; nobody else."""
        own = is_own(actor, row)
        try:
            return self._t.gate.admit(
                actor, action, patient_id, record_type(place.kind), place.record_id, delivered=own, details=told
            )
        except AccessDeniedError:
            card = self._t.tables.get(keys.card(patient_id)) if own else None
            if card and card["state"] == CardState.ERASED:
                raise ErasedError from None
            raise

    def _row(self, patient_id: PatientId, place: ResourceId) -> Item | None:
        return self._t.tables.get(keys.record(patient_id, place.kind, place.record_id))


def _the_one(shown: list[Resource], resource_type: str, resource_id: str, place: ResourceId, row: Item) -> Found:
    """Raises NotFoundError where the record is no such resource."""
    found = _versions(shown, resource_type, resource_id, place, row)
    if not found:
        raise NotFoundError
    return found[0]


def _versions(shown: list[Resource], resource_type: str, resource_id: str, place: ResourceId, row: Item) -> list[Found]:
    """Under the id that was asked for, also where the card goes on under another one."""
    said: dict[str, Any] = {"version": int(row["ver"]), "updated": row["updated_at"]}
    if is_gone(row):
        return [Found({}, **said)] if row.get("resource_type") == resource_type else []
    for one in shown:
        lies = resource_id_of(one["id"])
        if one["resourceType"] == resource_type and lies is not None and lies.part == place.part:
            return [Found({**one, "id": resource_id}, **said)]
    return []
