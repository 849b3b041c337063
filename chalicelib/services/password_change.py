"""A new password, by who knows the old one and has just given a second factor; every other session dies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.domain import limits, passwords_policy
from chalicelib.domain.identity import Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.passwords_policy import prepared
from chalicelib.errors import ConflictError, CredentialsError, NotFoundError, StaleVersionError
from chalicelib.ports import Clock, Event, Passwords, Sealed, Vault, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Tables, Update, Write
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.limits import LimitService


class PasswordChangeService:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, passwords: Passwords, limits: LimitService, clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._passwords = passwords
        self._limits = limits
        self._clock = clock

    def change(self, actor: Actor, old: str, new: str) -> None:
        """Raises CredentialsError for a wrong old password, LockedOutError after as many as at sign-in.

        InvalidFieldsError for a new one that breaks the rules, StaleVersionError when the account changed meanwhile.
        """
        person_id = actor.person_id
        self._limits.spend(limits.PASSWORD, person_id)
        account, known = keys.credentials(person_id), keys.profile(person_id)
        session = keys.session(person_id, actor.session_id)
        rows = self._tables.get_many([account, known, session])
        credentials, profile = rows.get(account), rows.get(known)
        if credentials is None or profile is None:
            raise NotFoundError
        if not self._passwords.verify(str(credentials.get("password", "")), prepared(old)):
            self._gate.refuse(actor, "password:change", "password")
            raise CredentialsError
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", "password:change")
        sealed = Sealed.of("profile", profile)
        content: dict[str, str] = json.loads(self._vault.open(permit, sealed))
        own = [content.get(name) for name in ("last_name", "first_name", "middle_name", "email", "phone")]
        checked = passwords_policy.check(new, [value for value in own if value], "/new_password")
        now, epoch = self._clock(), int(profile.get("epoch", 0)) + 1
        event = Event(actor, "password:change", person_id, resource_type="profile")
        writes: list[Write] = [
            Update(
                account,
                {"password": self._passwords.hash(checked), "password_at": stamp(now)},
                {"ver": 1},
                expect={"ver": credentials["ver"]},
            ),
            # One more, not a number: where a desk raises it at the same moment, this session dies with the others.
            Update(known, {}, {"epoch": 1}, expect={"state": "active"}),
            Update(session, {"epoch": epoch}, {"ver": 1}, expect={"state": "active"}),
            self._limits.cleared(limits.PASSWORD, person_id),
            happened(person_id, self._gate.new_id(), "password_changed", now),
        ]
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:  # also of two changes at the same moment one is first: both raise the version above
            raise StaleVersionError from None
