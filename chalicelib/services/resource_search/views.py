"""What of a card a caller may list as resources, and the rows opened: one entry before anything is.

A partner sees what the patient's consent covers, and beside it what it delivered itself; of the latter the row says so,
and no other row of that kind is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.domain import smart
from chalicelib.domain.access import Action, Permit
from chalicelib.domain.identity import DELIVERERS, OWNERS, Actor, PatientId, PersonId, Role
from chalicelib.domain.resource_ids import resource_id_of
from chalicelib.errors import NotFoundError
from chalicelib.ports import Clock, keys
from chalicelib.ports.access_rows import consent_of
from chalicelib.ports.resources import Directory, Mapper, Opened, Reader, Resource, Subjects
from chalicelib.ports.tables import Item, Tables, every_one
from chalicelib.records.registry import RECORD_TYPES, record_type
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tools:
    """``base``: address of the FHIR server, without a slash at the end. ``reader`` reads patients too."""

    gate: Gate
    tables: Tables
    mapper: Mapper
    opened: Opened
    reader: Reader
    subjects: Subjects
    directory: Directory
    clock: Clock
    base: str


def scoped(actor: Actor, resource_type: str, letter: str) -> bool:
    """Whether the token of a program speaks of a type; people with a session need no scopes."""
    if not (actor.is_partner or actor.role is Role.APPLICATION):
        return True
    context = smart.PATIENT if actor.role is Role.APPLICATION else smart.SYSTEM
    return smart.permits(actor.scopes, context, resource_type, letter)


class View:
    """One card for one caller. Made by ``seen``, which has asked the gate."""

    def __init__(
        self, tools: Tools, actor: Actor, patient_id: PatientId, shared: Mapping[str, Permit], own: Mapping[str, Permit]
    ) -> None:
        self._t = tools
        self._actor = actor
        self.patient_id = patient_id
        self._shared = shared
        self._own = own

    @property
    def kinds(self) -> list[str]:
        return sorted(self._shared.keys() | self._own.keys())

    def kinds_of(self, resource_type: str) -> list[str]:
        return [kind for kind in self._t.mapper.kinds(resource_type) if kind in self._shared or kind in self._own]

    def permit(self, row: Item) -> Permit | None:
        kind = str(row["kind"])
        if kind in self._shared:
            return self._shared[kind]
        return self._own.get(kind) if row.get("client") == self._actor.person_id else None

    def may_hold(self, row: Item, resource_type: str) -> bool:
        """By what stands beside the seal: whether it is worth opening."""
        return self.permit(row) is not None and row.get("resource_type", resource_type) == resource_type

    def resources(self, row: Item) -> list[Resource]:
        permit = self.permit(row)
        if permit is None:
            return []
        return self._t.opened.opened(self._actor, record_type(str(row["kind"])), permit, row)

    def named(self, ids: Sequence[str]) -> Iterator[Resource]:
        """Resources of this card by their ids; what is not there or may not be seen is left out."""
        found = [one for one in map(resource_id_of, ids) if one and one.patient_id == self.patient_id]
        places = [keys.record(one.patient_id, one.kind, one.record_id) for one in found]
        rows = every_one(self._t.tables, places)
        for place in dict.fromkeys(places):
            if (row := rows.get(place)) is not None:
                yield from (one for one in self.resources(row) if one.get("id") in ids)


def seen(tools: Tools, actor: Actor, patient_id: PersonId, spec: RecordType, kinds: Sequence[str]) -> View:
    """Ask the gate. Raises what it raises; CardMergedError for a card that goes on under another id."""
    wanted = [record_type(kind) for kind in dict.fromkeys(kinds)]
    if not wanted:
        raise NotFoundError
    shared: Mapping[str, Permit] = {}
    own: Mapping[str, Permit] = {}
    delivers = actor.role in DELIVERERS
    if not delivers or consented(tools, actor, patient_id, wanted):
        shared = tools.gate.admit_listed(actor, patient_id, spec, wanted, spec.name)
    if delivers and (left := [one for one in wanted if one.name not in shared]):
        own = tools.gate.admit_listed(actor, patient_id, spec, left, spec.name, delivered=True)
    return View(tools, actor, patient_id, shared, own)


def patient_open(tools: Tools, actor: Actor, patient_id: PatientId) -> bool:
    """Whether it is worth asking the gate for the Patient: by the caller's own card, delivery or consent. To be asked
    in vain would tell the patient of an attempt that a search is not.
    """
    if actor.role in OWNERS or actor.role is Role.APPLICATION:
        return actor.card_id == patient_id
    brought = actor.is_partner and tools.tables.get(keys.delivered_patient(actor.person_id, patient_id)) is not None
    return brought or consented(tools, actor, patient_id)


def consented(tools: Tools, actor: Actor, patient_id: str, kinds: Sequence[RecordType] = RECORD_TYPES) -> bool:
    """Whether there is a consent that says anything of these kinds, for the gate to judge: a partner that has none asks
    for its own deliveries alone, and nobody is told of an attempt at more.
    """
    if not actor.grantee_id:
        return False
    consent = consent_of(tools.tables.get(keys.consent(patient_id, actor.grantee_id)))
    now = tools.clock()
    return consent is not None and any(consent.covers(Action.LIST, kind.section, now) for kind in kinds)
