"""Entries and changes that belong together: nothing is stored without its entry (AUD-1). The gate's lower half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.idempotency import Once, same_request
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.errors import AccessDeniedError, ConflictError, ErasedError, IdempotencyKeyReusedError
from chalicelib.ports import AuditLog, Clock, Event, keys
from chalicelib.ports.tables import Item, Put, Tables, Write

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


class Ledger:
    def __init__(self, tables: Tables, audit: AuditLog, clock: Clock) -> None:
        self._tables = tables
        self._audit = audit
        self._clock = clock

    def refuse(self, actor: Actor, operation: str, reason: str) -> None:
        """Store the entry of a refused call that names no card."""
        self.record(Event(actor, operation, self._own_subject(actor), outcome="denied", reason=reason))

    def failed(self, actor: Actor, operation: str, code: str) -> None:
        """Store the entry of a call that a known caller made in vain (bad input, wrong state)."""
        self.record(Event(actor, operation, self._own_subject(actor), outcome="error", reason=code))

    def record(self, event: Event) -> str:
        """Store one audit entry, alone; about an erased person it goes into the chain of who acted."""
        event = for_whom(event)
        try:
            return self._audit.append(event)
        except ErasedError:
            return self._audit.append(replace(event, subject=self._own_subject(event.actor, event.subject)))

    def stage(self, event: Event) -> Staged:
        """A change without sealed content, with its entry."""
        return Staged(for_whom(event), self._audit.new_id())

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

    @staticmethod
    def _own_subject(actor: Actor, erased: str = "") -> PersonId:
        """The chain of who acts, or whose link they hold; the system's for machines, for nobody, and for the erased."""
        owner = actor.share.patient_id if actor.share else actor.person_id
        nobody = actor.is_partner or actor.role in {Role.SYSTEM, Role.ANONYMOUS} or owner == erased
        return SYS if nobody else owner


def for_whom(event: Event) -> Event:
    """Every entry of a representative says for whom they acted."""
    ward_id = event.actor.ward_id
    return replace(event, on_behalf_of=ward_id) if ward_id and not event.on_behalf_of else event
