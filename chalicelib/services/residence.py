"""Limits of an account with temporary residence (SPC-6): one question before an operation, asked at one place.

Most operations are open to every account, and cost nothing here. For the others one row is read, the PROFILE.
"""

from __future__ import annotations

from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.residence import Standing, always_allowed, may, standing
from chalicelib.errors import LimitedAccountError
from chalicelib.ports import Clock, keys
from chalicelib.ports.tables import Tables
from chalicelib.services.gate import Gate

LIMITED_ROLES = frozenset({Role.PATIENT, Role.REPRESENTATIVE})
"""Roles of staff and partners rest on their membership."""


class ResidenceService:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def check(self, actor: Actor, operation: str, kind: str = "") -> None:
        """Raises LimitedAccountError, after the refusal is stored, when the account may not change this now.

        Reading is not asked about. ``kind``: of the case that is filed.
        """
        asked = f"{operation}:{kind}" if kind else operation
        if actor.role not in LIMITED_ROLES or always_allowed(asked):
            return
        if not may(self.standing(actor), asked):
            self._gate.refuse(actor, operation, "limited-account")
            raise LimitedAccountError

    def standing(self, actor: Actor) -> Standing:
        return standing(self._tables.get(keys.profile(actor.person_id)) or {}, self._clock())
