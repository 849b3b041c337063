"""The recovery of one's own account as its owner sees it in a session that still lives: look, and stop it (ID-8).

What was opened because of a theft is not stopped here: the session may be the thief's (domain/desk_recovery.py).
"""

from __future__ import annotations

from chalicelib.domain.desk_recovery import OPEN, State, refusal_to_stop
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.tickets import Kind
from chalicelib.errors import AccessDeniedError, ConflictError, NotFoundError, StaleVersionError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.desk_rows import advanced, no_longer_open, state_of
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Tables, Write
from chalicelib.ports.ticket_rows import ticket
from chalicelib.services.gate import Gate


class OwnRecoveryService:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def current(self, actor: Actor) -> Item:
        """The recovery of one's own account that is under way. NotFoundError when there is none."""
        row = self._open_one(actor.person_id)
        event = Event(actor, "recovery:read", actor.person_id, resource_type="recovery", resource_id=row["id"])
        self._gate.record(event)
        return {
            "recovery_id": row["id"],
            "state": state_of(row, self._clock()).value,
            "reason": row["reason"],
            "organisation": row["organisation"],
            "opened_at": row["opened_at"],
            "good_until": int(row["until"]),
        }

    def stop(self, actor: Actor) -> Item:
        """By who says that it was not them: the code is dead at once, a security officer looks into it. No step-up.

        Raises NotFoundError when no recovery is under way, StaleVersionError when it went on at the same moment,
        AccessDeniedError where only a desk cancels it.
        """
        row, now, person_id = self._open_one(actor.person_id), self._clock(), actor.person_id
        refused = refusal_to_stop(row["reason"])
        if refused:
            self._gate.refuse(actor, "recovery:stop", refused)
            raise AccessDeniedError
        ticket_id = self._gate.new_id()
        event = Event(actor, "recovery:stop", person_id, resource_type="recovery", resource_id=row["id"])
        about = {"recovery": row["id"], "operator": row["opened_by"], "desk": row["organisation"]}
        writes: list[Write] = [
            advanced(row, State.CANCELLED, {}, now),
            no_longer_open(row),
            happened(person_id, self._gate.new_id(), "recovery_stopped", now),
            *ticket(ticket_id, Kind.RECOVERY_STOPPED, person_id, now, about=about),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise StaleVersionError from None
        return {"recovery_id": row["id"], "state": State.CANCELLED.value, "ticket_id": ticket_id}

    def _open_one(self, person_id: PersonId) -> Item:
        newest = self._tables.get(keys.open_recovery(person_id))
        row = self._tables.get(keys.recovery(newest["recovery"])) if newest else None
        if row is None or state_of(row, self._clock()) not in OPEN:
            raise NotFoundError
        return row
