"""The one gate in front of everything that is somebody's: decide, log, and only then hand out a permit.

Reading:  1 one batch read (session, membership, card, consent)  2 decide (domain/access.py)  3 store the audit entry
          4 permit. A refusal stores its entry, and the row that tells the owner, before it is told (ACC-6).
Changing: 1 and 2 as above; the permit is staged with its entry, and ``commit`` stores entry and change in one
          transaction (AUD-1). Without its entry no change, without its entry no data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access import (
    Action,
    CardState,
    Decision,
    Permit,
    Question,
    decide,
    refusal,
)
from chalicelib.domain.assurance import level_of
from chalicelib.domain.idempotency import Once, same_request
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.private import may_private
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    ErasedError,
    IdempotencyKeyReusedError,
    MedkartaError,
    SessionEndedError,
    StepUpRequiredError,
)
from chalicelib.ports import AuditLog, Clock, Event, keys
from chalicelib.ports.rows import consent_of, consent_request, refused_attempt
from chalicelib.ports.tables import Item, Key, Put, Tables, Write
from chalicelib.records.spec import RecordType

STEP_UP_FRESH = timedelta(minutes=5)  # design section 7: signing and consent want a fresh second factor
IDEMPOTENCY_LIFETIME = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Staged:
    """A change that may be made, together with the audit entry that must be stored with it."""

    event: Event
    entry_id: str
    permit: Permit | None = None

    @property
    def seal_with(self) -> Permit:
        if self.permit is None:
            raise AccessDeniedError
        return self.permit

    def saying(self, **fields: Any) -> Staged:
        """The same change with more said in its entry (hashes of an edit, details)."""
        return replace(self, event=replace(self.event, **fields))


class Gate:
    def __init__(self, tables: Tables, audit: AuditLog, clock: Clock) -> None:
        self._tables = tables
        self._audit = audit
        self._clock = clock

    # --- a card

    def admit(
        self,
        actor: Actor,
        action: Action,
        patient_id: PersonId,
        spec: RecordType,
        record_id: str | None = None,
        *,
        opens: str = "",
    ) -> Permit:
        """Permit to read; its audit entry is stored when this returns.

        ``opens`` names another sealed kind that belongs to the record (its printed document).
        """
        decision, event, _ = self._judge(actor, action, patient_id, spec, record_id or "")
        entry_id = self._audit.append(event)
        return Permit(patient_id, opens or spec.name, record_id, entry_id, summary_only=decision.summary_only)

    def admit_kinds(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, kinds: Sequence[RecordType]
    ) -> dict[str, Permit]:
        """Permits for a composed view (REC-1) under one entry; kinds that the consent does not cover are left out."""
        decision, event, question = self._judge(actor, Action.READ, patient_id, spec, "")
        now = self._clock()
        seen = {"profile": decision, "policy": decision}
        for kind in kinds:
            verdict = decide(replace(question, action=Action.LIST, section=kind.section, grants=kind.grants), now)
            if verdict:
                seen[kind.name] = verdict
        entry_id = self._audit.append(replace(event, details={"kinds": " ".join(sorted(seen))}))
        return {
            name: Permit(patient_id, name, None, entry_id, summary_only=verdict.summary_only)
            for name, verdict in seen.items()
        }

    def admit_change(
        self,
        actor: Actor,
        action: Action,
        patient_id: PersonId,
        spec: RecordType,
        record_id: str,
        *,
        version: int,
        seals: str = "",
        code_presented: bool = False,
    ) -> Staged:
        """Permit to write one version; its entry is stored by ``commit``. ``seals`` as ``opens`` in ``admit``."""
        _, event, _ = self._judge(actor, action, patient_id, spec, record_id, version, code_presented=code_presented)
        entry_id = self._audit.new_id()
        return Staged(event, entry_id, Permit(patient_id, seals or spec.name, record_id, entry_id, writes=True))

    def admit_by_code(self, actor: Actor, patient_id: PersonId, spec: RecordType, record_id: str) -> Permit:
        """Permit for a partner who presented the code of exactly this record (RX-2)."""
        _, event, _ = self._judge(actor, Action.READ, patient_id, spec, record_id, code_presented=True)
        return Permit(patient_id, spec.name, record_id, self._audit.append(event))

    def _judge(
        self,
        actor: Actor,
        action: Action,
        patient_id: PersonId,
        spec: RecordType,
        record_id: str,
        version: int = 0,
        *,
        code_presented: bool = False,
    ) -> tuple[Decision, Event, Question]:
        now = self._clock()
        rows = self._tables.get_many(self._evidence(actor, patient_id))
        card = CardState(rows.get(keys.card(patient_id), {}).get("state", CardState.NONE))
        question = Question(
            actor=actor,
            action=action,
            patient_id=patient_id,
            section=spec.section,
            grants=spec.grants,
            card=card,
            consent=consent_of(rows.get(keys.consent(patient_id, actor.member_id))) if actor.member_id else None,
            confirmed_level=level_of(rows.get(keys.profile(patient_id), {})),
            session_live=self._live(actor, rows, now),
            reaction_allowed=actor.session_id in spec.after_write,
            code_presented=code_presented,
        )
        decision = decide(question, now)
        event = Event(
            actor=actor,
            action=f"{spec.name}:{action.value}",
            subject=self._chain(actor, patient_id, card),
            outcome="success" if decision else "denied",
            resource_type=spec.name,
            resource_id=record_id,
            resource_version=version,
            reason=decision.reason,
        )
        if not decision:
            raise self._refused(question, event)
        return decision, event, question

    def _evidence(self, actor: Actor, patient_id: PersonId) -> list[Key]:
        """Rows that the decision looks at, for one BatchGetItem."""
        wanted = [keys.card(patient_id), *self._presence(actor)]
        if actor.member_id:
            wanted.append(keys.consent(patient_id, actor.member_id))
        if actor.role is Role.PATIENT and actor.person_id == patient_id:
            wanted.append(keys.profile(patient_id))
        return wanted

    @staticmethod
    def _presence(actor: Actor) -> list[Key]:
        """Rows that say whether the one who asks is still who the token says."""
        if actor.role is Role.SYSTEM:
            return []
        if actor.is_partner:
            return [keys.client(actor.person_id)]
        wanted = [keys.session(actor.person_id, actor.session_id)]
        if actor.member_id:
            wanted.append(keys.member(actor.person_id, actor.member_id))
        return wanted

    @staticmethod
    def _live(actor: Actor, rows: dict[Key, Item], now: datetime) -> bool:
        if actor.role is Role.SYSTEM:
            return True
        if actor.is_partner:
            row = rows.get(keys.client(actor.person_id), {})
            return row.get("state") == "active" and row.get("role") == actor.role.value
        session = rows.get(keys.session(actor.person_id, actor.session_id), {})
        if session.get("state") != "active" or session.get("expires", 0) <= now.timestamp():
            return False
        if session.get("role") != actor.role.value or session.get("member", "") != actor.member_id:
            return False
        if not actor.member_id:
            return not actor.is_staff
        member = rows.get(keys.member(actor.person_id, actor.member_id), {})
        return member.get("state") == "active" and member.get("role") == actor.role.value

    @staticmethod
    def _own_subject(actor: Actor, erased: str = "") -> PersonId:
        """The chain of who acts; the system's for machines, for nobody, and for the one who was erased."""
        nobody = actor.is_partner or actor.role in {Role.SYSTEM, Role.ANONYMOUS} or actor.person_id == erased
        return SYS if nobody else actor.person_id

    def _chain(self, actor: Actor, patient_id: PersonId, card: CardState) -> PersonId:
        """The patient's; but nothing is stored in the name of whom we do not know, or do not know any more."""
        if card is CardState.ERASED:
            return self._own_subject(actor, erased=patient_id)
        return self._own_subject(actor) if card is CardState.NONE else patient_id

    def _refused(self, question: Question, event: Event) -> MedkartaError:
        """Store the refusal, tell the owner once a day per actor, and say which error it is."""
        writes = self._telling(question, event)
        try:
            if writes:
                self._audit.commit([event], writes)
            else:
                self.record(event)
        except (ConflictError, ErasedError):  # the owner has been told today, or the request stands already
            self.record(event)
        return refusal(question, event.reason)

    def _telling(self, question: Question, event: Event) -> list[Write]:
        actor, patient_id = question.actor, question.patient_id
        if event.subject != patient_id or actor.person_id == patient_id or event.reason == "session-ended":
            return []
        now = self._clock()
        if event.reason == "consent-missing" and actor.member_id and question.consent is None:
            return consent_request(actor, patient_id, now, self._audit.new_id())
        return [refused_attempt(actor, patient_id, now, self._audit.new_id())]

    # --- everything else that needs a person or leaves a trace

    def signed_in(self, actor: Actor) -> None:
        """The session, and the membership or partner behind it, are live. Raises SessionEndedError."""
        if not self._live(actor, self._tables.get_many(self._presence(actor)), self._clock()):
            raise SessionEndedError

    def fresh(self, actor: Actor) -> None:
        """A second factor was given within the last minutes (step-up). Raises StepUpRequiredError."""
        if actor.confirmed_at is None or self._clock() - actor.confirmed_at > STEP_UP_FRESH:
            raise StepUpRequiredError

    def refuse(self, actor: Actor, operation: str, reason: str) -> None:
        """Store the entry of a refused call that names no card."""
        self.record(Event(actor, operation, self._own_subject(actor), outcome="denied", reason=reason))

    def failed(self, actor: Actor, operation: str, code: str) -> None:
        """Store the entry of a call that a known caller made in vain (bad input, wrong state)."""
        self.record(Event(actor, operation, self._own_subject(actor), outcome="error", reason=code))

    def record(self, event: Event) -> str:
        """Store one audit entry, alone; about an erased person it goes into the chain of who acted."""
        try:
            return self._audit.append(event)
        except ErasedError:
            return self._audit.append(replace(event, subject=self._own_subject(event.actor, event.subject)))

    def permit_private(
        self, actor: Actor, person_id: PersonId, kind: str, record_id: str | None, action: str, **fields: Any
    ) -> Permit:
        """Permit to open a private kind (domain/private.py); its entry is stored when this returns.

        ``fields`` say more in the entry (``details``, ``purpose`` …).
        """
        event = self._private_event(actor, person_id, kind, record_id or "", action, **fields)
        return Permit(person_id, kind, record_id, self._audit.append(event))

    def permit_private_kinds(
        self, actor: Actor, person_id: PersonId, kinds: Sequence[str], action: str, **fields: Any
    ) -> dict[str, Permit]:
        """Permits to open several private kinds of one person under one entry, which names the first of them."""
        if not all(may_private(actor, person_id, kind) for kind in kinds[1:]):
            raise AccessDeniedError
        first = self.permit_private(actor, person_id, kinds[0], None, action, **fields)
        return {kind: replace(first, kind=kind) for kind in kinds}

    def stage_private(
        self, actor: Actor, person_id: PersonId, kind: str, record_id: str, action: str, **fields: Any
    ) -> Staged:
        """Permit to write a private kind; its entry is stored by ``commit``."""
        event = self._private_event(actor, person_id, kind, record_id, action, **fields)
        entry_id = self._audit.new_id()
        return Staged(event, entry_id, Permit(person_id, kind, record_id, entry_id, writes=True))

    def _private_event(
        self, actor: Actor, person_id: PersonId, kind: str, record_id: str, action: str, **fields: Any
    ) -> Event:
        allowed = may_private(actor, person_id, kind)
        event = Event(
            actor=actor,
            action=action,
            subject=person_id,
            outcome="success" if allowed else "denied",
            resource_type=kind,
            resource_id=record_id,
            **fields,
        )
        if not allowed:
            self.record(event)
            raise AccessDeniedError
        return event

    def stage(self, event: Event) -> Staged:
        """A change without sealed content, with its entry."""
        return Staged(event, self._audit.new_id())

    def commit(self, staged: Sequence[Staged], writes: Sequence[Write], once: Once | None = None) -> Item | None:
        """Entries and writes in one transaction. ConflictError.index counts in ``writes``.

        With ``once`` the idempotency row is part of it: returns None when this request took effect now, or the stored
        result when it had already. Raises IdempotencyKeyReusedError when the key came with another body.
        """
        events, ids = [s.event for s in staged], [s.entry_id for s in staged]
        if once is None:
            self._audit.commit(events, writes, ids)
            return None
        key = keys.idempotency(once.caller, once.operation, once.key_hash)
        expires = int((self._clock() + IDEMPOTENCY_LIFETIME).timestamp())
        row: Item = {"fingerprint": once.fingerprint, "result": dict(once.result), "expires": expires}
        try:
            self._audit.commit(events, [*writes, Put(key, row)], ids)
        except ConflictError:
            stored = self._tables.get(key)
            if stored is None:
                raise
            if not same_request(stored["fingerprint"], once):
                raise IdempotencyKeyReusedError from None
            return dict(stored["result"])
        return None

    def new_id(self) -> str:
        """UUIDv7: opaque, ordered by time."""
        return self._audit.new_id()

    def content_hash(self, salt: bytes, content: dict[str, Any]) -> str:
        return self._audit.content_hash(salt, content)
