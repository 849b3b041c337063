"""Reading and writing any kind of clinical record. What differs between kinds is data in ``records/``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.history import changed_fields
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import OWNERS, Actor, PersonId
from chalicelib.domain.links import LINKS, hidden_links, with_open_links
from chalicelib.errors import (
    ConflictError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.record_rows import newest
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Store, Tables, every_row
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.records.spec import RecordType
from chalicelib.records.states import against, reached, unshown
from chalicelib.services.drafts import REPORTED, Draft, Drafts, opened_row, put_new, put_next, written
from chalicelib.services.gate import Gate, Staged

Record = dict[str, Any]
"""What a reader gets: id, kind, version, when, who, status and ``body``."""


class RecordService:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, drafts: Drafts, clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._drafts = drafts
        self._clock = clock

    # --- reading

    def read(self, actor: Actor, patient_id: PersonId, spec: RecordType, record_id: str) -> Record:
        permit = self._gate.admit(actor, Action.READ, patient_id, spec, record_id)
        row = self._tables.get(keys.record(patient_id, spec.name, record_id))
        if row is None:
            raise NotFoundError
        return self._shown(actor, spec, permit, row)

    def page(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, *, limit: int, after: Item | None
    ) -> tuple[list[Record], Item | None]:
        """Newest first by clinical date. The second value continues the list; None means the end."""
        permit = self._gate.admit(actor, Action.LIST, patient_id, spec)
        found = newest(self._tables, patient_id, spec.name, limit, after)
        return [self._shown(actor, spec, permit, row) for row in found.items], found.after

    def history(self, actor: Actor, patient_id: PersonId, spec: RecordType, record_id: str) -> list[Record]:
        """All versions, newest first, each with what it changed."""
        permit = self._gate.admit(actor, Action.HISTORY, patient_id, spec, record_id)
        newest = self._tables.get(keys.record(patient_id, spec.name, record_id))
        if newest is None:
            raise NotFoundError
        earlier_ones = f"V#{spec.name}#{record_id}#"
        rows = [newest, *every_row(self._tables, Store.CARD, keys.patient(patient_id), earlier_ones, newest_first=True)]
        shown = [self._shown(actor, spec, permit, row) for row in rows]
        for version, earlier in zip(shown, [*shown[1:], {"body": {}}], strict=True):
            version["changed"] = changed_fields(earlier["body"], version["body"])
        return shown

    def overview(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, kinds: Sequence[RecordType], limit: int = 50
    ) -> dict[str, list[Record]]:
        """The newest records of several kinds under one audit entry (REC-1); the profile under ``profile``."""
        permits = self._gate.admit_kinds(actor, patient_id, spec, kinds)
        found: dict[str, list[Record]] = {}
        for kind in kinds:
            if permit := permits.get(kind.name):
                rows = newest(self._tables, patient_id, kind.name, limit).items
                found[kind.name] = [self._shown(actor, kind, permit, row) for row in rows]
        found["profile"] = self._profile(permits, patient_id)
        return found

    def _profile(self, permits: Mapping[str, Permit], patient_id: PersonId) -> list[Record]:
        """Name, birth date and policy in one: two sealed rows of the identity store."""
        rows = self._tables.get_many([keys.profile(patient_id), keys.policy(patient_id)])
        opened: Record = {}
        for name, key in (("profile", keys.profile(patient_id)), ("policy", keys.policy(patient_id))):
            row = rows.get(key)
            if row is not None:
                sealed = Sealed.of(name, row)
                opened.update(json.loads(self._vault.open(permits[name], sealed)))
        return [opened] if opened else []

    def _shown(self, actor: Actor, spec: RecordType, permit: Permit, row: Item) -> Record:
        sealed = Sealed.of(row["id"], row)
        body: dict[str, Any] = json.loads(self._vault.open(permit, sealed))
        return opened_row(actor, spec, permit, row, body, self._clock())

    # --- writing

    def create(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, body: Mapping[str, Any], key: str
    ) -> tuple[Record, bool]:
        """Store a new record once per idempotency key. Returns it, and whether it was there already."""
        _generic(spec)
        draft = self._drafts.draft(actor, Action.CREATE, patient_id, spec, self._gate.new_id(), dict(body), version=1)
        if wrong := unshown(spec, {}, body, body.get(LINKS) or ()):
            raise InvalidFieldsError(fields=wrong)
        writes = [put_new(draft), *draft.beside, self._keys.alive(patient_id)]
        request = once(f"{actor.person_id}", f"{spec.name}:create", key, [patient_id, body], _named(draft))
        stored = self._gate.commit([draft.staged], writes, request)
        if stored is not None:
            return self.read(actor, patient_id, spec, stored["id"]), True
        return written(draft, body), False

    def amend(
        self,
        actor: Actor,
        patient_id: PersonId,
        spec: RecordType,
        record_id: str,
        body: Mapping[str, Any],
        version: int,
    ) -> Record:
        """Store a new version on top of ``version``; the earlier one is kept (REC-4)."""
        _generic(spec)
        staged = self._gate.admit_change(actor, Action.AMEND, patient_id, spec, record_id, version=version + 1)
        old = self._tables.get(keys.record(patient_id, spec.name, record_id))
        if old is None:
            raise NotFoundError
        if old["source"] == "connected":
            raise WrongStateError("this record belongs to the source that it came from; it is corrected there")
        if actor.role in OWNERS and not _their_own(old):
            raise WrongStateError("what staff wrote is amended by staff")
        if int(old["ver"]) != version:
            raise StaleVersionError(extra={"version": int(old["ver"])})
        matters = spec.transitions or spec.settled or (LINKS in body and _hides(actor, staged, old))
        before, first = self._before(actor, spec, staged, old, body) if matters else ({}, {})
        kept = hidden_links(before, staged.seal_with.linked)
        since = [link for link in (*(body.get(LINKS) or ()), *kept) if link not in (first.get(LINKS) or ())]
        if wrong := (*against(spec, before, body), *unshown(spec, before, body, since)):
            raise InvalidFieldsError(fields=wrong)
        draft = self._drafts.sealed(actor, spec, staged, dict(body), version + 1, old, kept)
        try:
            self._gate.commit([draft.staged], [*put_next(draft, old), *draft.beside, self._keys.alive(patient_id)])
        except ConflictError as error:
            if error.index in {0, 1}:
                raise StaleVersionError from None
            raise
        return written(draft, body)

    def _before(
        self, actor: Actor, spec: RecordType, staged: Staged, old: Item, body: Mapping[str, Any]
    ) -> tuple[Record, Record]:
        """What the version that is amended says, and the first one where that matters: it names where an order is from.

        Reading has an entry of its own, which stands first.
        """
        patient_id = PersonId(staged.seal_with.patient_id)
        permit = self._gate.admit(actor, Action.READ, patient_id, spec, old["id"])
        before: Record = json.loads(self._vault.open(permit, Sealed.of(old["id"], old)))
        if not reached(spec, before, body) or int(old["ver"]) == 1:
            return before, before
        row = self._tables.get(keys.record_version(patient_id, spec.name, old["id"], 1))
        return before, json.loads(self._vault.open(permit, Sealed.of(old["id"], row))) if row else {}

    def confirm(self, actor: Actor, patient_id: PersonId, spec: RecordType, record_id: str, version: int) -> Record:
        """A doctor stands by what a patient reported (REC-9): the same content as a new version that says so.

        The mark ``patient-reported`` stays. Whoever amends it makes a version that is not confirmed.
        """
        self._gate.admit_change(
            actor, Action.CONFIRM, patient_id, spec, record_id, version=version + 1
        )  # may they at all
        permit = self._gate.admit(actor, Action.READ, patient_id, spec, record_id)
        old = self._tables.get(keys.record(patient_id, spec.name, record_id))
        if old is None:
            raise NotFoundError
        if not _their_own(old) or "confirmed" in old:
            raise WrongStateError("only what a patient reported is confirmed, and once")
        if int(old["ver"]) != version:
            raise StaleVersionError(extra={"version": int(old["ver"])})
        body = json.loads(self._vault.open(permit, Sealed.of(record_id, old)))
        draft = self._drafts.draft(
            actor, Action.CONFIRM, patient_id, spec, record_id, body, version=version + 1, old=old
        )
        now = draft.row["updated_at"]
        draft.row["confirmed"] = {**{n: draft.row[n] for n in ("role", "organisation", "person")}, "at": now}
        draft.row["react"] = [name for name in spec.reactions if name != "notify_patient"]
        about = {"kind": spec.name, "record": record_id}
        told = happened(patient_id, self._gate.new_id(), "record_confirmed", datetime.fromisoformat(now), about)
        try:
            self._gate.commit([draft.staged], [*put_next(draft, old), told, self._keys.alive(patient_id)])
        except ConflictError as error:
            if error.index in {0, 1}:
                raise StaleVersionError from None
            raise
        return written(draft, with_open_links(body, permit.linked))


def _their_own(row: Item) -> bool:
    """What a patient reported, as they left it or as a doctor confirmed it; not what staff made of it."""
    theirs = row["role"] in {role.value for role in OWNERS} or "confirmed" in row
    return row["source"] == REPORTED and theirs


def _hides(actor: Actor, staged: Staged, old: Item) -> bool:
    """Whether it may have links that who amends does not see: to closed sections, or to what patients alone list."""
    theirs = {kind.name for kind in RECORD_TYPES if actor.role in kind.grants.get(Action.LIST, ())}
    open_to_them = staged.seal_with.linked
    return any(kind not in open_to_them for kind in theirs) or (actor.role not in OWNERS and old["source"] == REPORTED)


def _generic(spec: RecordType) -> None:
    if spec.process is not None:
        raise WrongStateError(f"a {spec.name} is written by its own process")


def _named(draft: Draft) -> dict[str, Any]:
    return {"id": draft.row["id"], "version": draft.row["ver"]}
