"""Delivered resources on their way into the card: one record each, sealed with the text as it came."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PatientId
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import ResourceId
from chalicelib.errors import AccessDeniedError, KindChangedError, NotFoundError, StaleVersionError
from chalicelib.ports import Sealed, keys
from chalicelib.ports.resources import RESOURCE, Arrival, Placed, Resource
from chalicelib.ports.tables import Item, Put
from chalicelib.records.registry import record_type
from chalicelib.records.spec import RecordType
from chalicelib.services.drafts import Draft, put_new, put_next
from chalicelib.services.gate import Staged
from chalicelib.services.resources.tools import GONE, Tools, is_gone, is_own, kept

PROVENANCE = "provenance"
QUIET = frozenset({"notify_patient"})
WRONG = "entered-in-error"


class IntakeService:
    """Implements ``ports.resources.Intake``."""

    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def stage(
        self,
        actor: Actor,
        patient_id: PatientId,
        resource: Resource,
        *,
        provenance: Mapping[str, str],
        record_id: str = "",
        quiet: bool = False,
    ) -> Arrival:
        (made,) = self.stage_all(actor, patient_id, [(record_id, resource)], provenance=provenance, quiet=quiet)
        return made

    def stage_all(
        self,
        actor: Actor,
        patient_id: PatientId,
        resources: Sequence[tuple[str, Resource]],
        *,
        provenance: Mapping[str, str],
        quiet: bool = True,
    ) -> list[Arrival]:
        ids = [str(UUID(record_id)) if record_id else self._t.gate.new_id() for record_id, _ in resources]
        places = [self._placed(actor, resource) for _, resource in resources]
        by_kind: dict[str, list[str]] = {}
        for placed, record_id in zip(places, ids, strict=True):
            by_kind.setdefault(placed.kind, []).append(record_id)
        admitted: dict[str, Staged] = {}
        for kind, some in by_kind.items():
            staged = self._t.gate.admit_changes(
                actor, Action.CREATE, patient_id, record_type(kind), some, delivered=True
            )
            admitted |= dict(zip(some, staged, strict=True))
        return [
            self._first(actor, (placed, resource), admitted[record_id], provenance, quiet=quiet)
            for placed, record_id, (_, resource) in zip(places, ids, resources, strict=True)
        ]

    def promised(self, patient_id: PatientId, resource: Resource, record_id: str) -> str:
        return str(ResourceId(patient_id, self._t.mapper().placed(resource).kind, record_id))

    def correct(
        self,
        actor: Actor,
        patient_id: PatientId,
        record: tuple[str, str],
        resource: Resource,
        *,
        provenance: Mapping[str, str],
        version: int,
        quiet: bool = False,
    ) -> Arrival:
        spec, old = self._old(actor, patient_id, record)
        staged = self._amending(actor, patient_id, spec, old)
        if int(old["ver"]) != version:
            raise StaleVersionError(extra={"version": int(old["ver"])})
        placed = self._again(spec, resource)
        if placed is None and not _is_wrong(resource):
            raise KindChangedError
        # Of what was entered in error the fields stay, that the card still says what was believed, with a mark.
        body = dict(placed.body) if placed else self._body(actor, patient_id, spec, old)
        draft = self._sealed(actor, (body, resource), staged, provenance, old)
        if _is_wrong(resource):
            draft.row["status"] = {**GONE, "at": stamp(self._t.clock())}
        return self._arrival(draft, old, spec, quiet=quiet)

    def amendable(self, actor: Actor, patient_id: PatientId, record: tuple[str, str]) -> Item:
        """The row of a record that the caller may amend. Raises what the gate raises, NotFoundError."""
        spec, old = self._old(actor, patient_id, record)
        self._amending(actor, patient_id, spec, old)
        return old

    def withdraw(self, actor: Actor, patient_id: PatientId, record: tuple[str, str]) -> Arrival:
        spec, old = self._old(actor, patient_id, record)
        resource_id = str(ResourceId(patient_id, *record))
        staged = self._amending(actor, patient_id, spec, old)
        if is_gone(old):
            return Arrival([], [], resource_id, int(old["ver"]))
        body = self._body(actor, patient_id, spec, old)
        draft = self._t.drafts.sealed(actor, spec, staged, body, int(old["ver"]) + 1, old)
        moment = stamp(self._t.clock())
        mine = {name: old[name] for name in ("source", "client", "resource_type", "tags")}
        draft.row.update(mine, status={**GONE, "at": moment}, deleted=moment)
        return self._arrival(draft, old, spec, quiet=True)

    # --- pieces

    def _placed(self, actor: Actor, resource: Resource) -> Placed:
        """As the kind that fits, if it is one that such a partner brings. A laboratory brings no allergies at all."""
        placed = self._t.mapper().placed(resource)
        if not _brings(actor, placed.kind):
            placed = self._t.mapper().whole(resource, "role")
        if not _brings(actor, placed.kind):
            self._t.gate.refuse(actor, f"{placed.kind}:create", "role")
            raise AccessDeniedError("a system of this kind delivers no such records")
        return placed

    def _again(self, spec: RecordType, resource: Resource) -> Placed | None:
        """As the kind that it is already; None where it does not fit that any more."""
        placed = self._t.mapper().placed(resource)
        if placed.kind == spec.name:
            return placed
        whole = self._t.mapper().whole(resource, "kind")
        return whole if whole.kind == spec.name else None

    def _old(self, actor: Actor, patient_id: PatientId, record: tuple[str, str]) -> tuple[RecordType, Item]:
        spec = record_type(record[0])
        old = self._t.tables.get(keys.record(patient_id, *record))
        if old is None:  # as with another's: the gate refuses, or leads to the card that goes on
            self._t.gate.admit_change(actor, Action.AMEND, patient_id, spec, record[1], version=1)
            raise NotFoundError
        return spec, old

    def _amending(self, actor: Actor, patient_id: PatientId, spec: RecordType, old: Item) -> Staged:
        mine, version = is_own(actor, old), int(old["ver"]) + 1
        return self._t.gate.admit_change(
            actor, Action.AMEND, patient_id, spec, old["id"], version=version, delivered=mine
        )

    def _body(self, actor: Actor, patient_id: PatientId, spec: RecordType, old: Item) -> dict[str, Any]:
        permit = self._t.gate.admit(actor, Action.READ, patient_id, spec, old["id"], delivered=is_own(actor, old))
        body: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of(old["id"], old)))
        return body

    def _first(
        self,
        actor: Actor,
        what: tuple[Placed, Resource],
        staged: Staged,
        provenance: Mapping[str, str],
        *,
        quiet: bool,
    ) -> Arrival:
        placed, resource = what
        draft = self._sealed(actor, (dict(placed.body), resource), staged, provenance, None)
        return self._arrival(draft, None, record_type(placed.kind), quiet=quiet)

    def _sealed(
        self,
        actor: Actor,
        what: tuple[dict[str, Any], Resource],
        staged: Staged,
        provenance: Mapping[str, str],
        old: Item | None,
    ) -> Draft:
        (body, resource), spec = what, record_type(staged.seal_with.kind)
        body |= {PROVENANCE: {**provenance, "system": actor.person_id}, RESOURCE: kept(resource)}
        told = staged.saying(details={**staged.event.details, "resource": resource["resourceType"]})
        draft = self._t.drafts.sealed(actor, spec, told, body, int(old["ver"]) + 1 if old else 1, old)
        draft.row.update(source="connected", client=actor.person_id, resource_type=resource["resourceType"])
        draft.row["tags"] = self._t.tags(actor, resource)
        return draft

    @staticmethod
    def _arrival(draft: Draft, old: Item | None, spec: RecordType, *, quiet: bool) -> Arrival:
        row = draft.row
        if quiet:
            row["react"] = [name for name in spec.reactions if name not in QUIET]
        writes = put_next(draft, old) if old else [put_new(draft)]
        resource_id = str(ResourceId(row["patient"], spec.name, row["id"]))
        client, resource_type = row["client"], row["resource_type"]
        for tag in sorted(set(row["tags"]) - set(old["tags"] if old else ())):
            key = keys.identified_one(client, resource_type, tag, resource_id)
            writes.append(Put(key, {"id": resource_id, "patient": row["patient"]}, None))
        return Arrival([draft.staged], [*writes, *draft.beside], resource_id, int(row["ver"]), row["updated_at"])


def _brings(actor: Actor, kind: str) -> bool:
    return actor.role in record_type(kind).grants.get(Action.CREATE, ())


def _is_wrong(resource: Resource) -> bool:
    """What the sender takes back as a mistake (status entered-in-error)."""
    said = [one.get("code") for one in resource.get("verificationStatus", {}).get("coding", ())]
    return WRONG in [resource.get("status"), *said]
