"""Who asks is there at all: the session lives, and so does what stands behind it. The gate's middle part."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AccessDeniedError,
    AssuranceLevelError,
    SessionBlockedError,
    SessionEndedError,
    StepUpRequiredError,
)
from chalicelib.ports import evidence
from chalicelib.services.ledger import Ledger

STEP_UP_FRESH = timedelta(minutes=5)  # design section 7: signing and consent want a fresh second factor


class Presence(Ledger):
    def signed_in(self, actor: Actor, operation: str = "", *, right: str = "", level: int = 0) -> None:
        """The session, and what stands behind it (membership, partner, representation), are live. One batch read.

        ``right`` (domain/representation.py): what a representative needs for the operation. ``level``: how sure the
        identity of the caller has to be (domain/assurance.py). Raises SessionEndedError, AccessDeniedError,
        AssuranceLevelError; the latter two leave an entry.
        """
        now = self._clock()
        rows = self._tables.get_many(evidence.presence(actor))
        if not evidence.session_live(actor, rows, now):
            raise SessionBlockedError if evidence.session_blocked(actor, rows) else SessionEndedError
        if actor.role is Role.REPRESENTATIVE:
            standing = evidence.representation(rows, actor)
            if standing is None or not standing.live(now):
                raise SessionEndedError
            if right and not standing.has(Right(right), now):
                self.refuse(actor, operation, "representation-scope")
                raise AccessDeniedError
        if evidence.too_young(rows, actor, operation, now):
            self.refuse(actor, operation, "age")
            raise AccessDeniedError("until the age of consent your representatives answer")
        needed = max(level, evidence.level_after_claim(rows, actor, operation))
        if needed and evidence.own_level(rows, actor) < needed:
            self.refuse(actor, operation, "assurance-level")
            raise AssuranceLevelError

    def fresh(self, actor: Actor) -> None:
        """A second factor was given within the last minutes (step-up). Raises StepUpRequiredError."""
        if actor.confirmed_at is None or self._clock() - actor.confirmed_at > STEP_UP_FRESH:
            raise StepUpRequiredError

    def unrestricted(self, actor: Actor, operation: str) -> None:
        """Not a representative to whom a doctor closed something for the ward's safety: where and when a child will be
        is what they must not learn (ACC-8). Raises AccessDeniedError, which leaves an entry.
        """
        if actor.role is not Role.REPRESENTATIVE:
            return
        if evidence.restricted(self._tables.get_many(evidence.standing(actor)), actor):
            self.refuse(actor, operation, "representation-scope")
            raise AccessDeniedError
