"""One's own passkeys (ID-4, ID-7): register, list, name, delete.

options   a challenge for five minutes, bound to this session; its hash stands in the session row
add       the answer is verified; row, owner's mark, count, challenge, level and notice in one transaction
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from chalicelib.domain import factors
from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.factors import Factor
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import (
    AlreadyExistsError,
    ConflictError,
    CredentialsError,
    LastFactorError,
    NotFoundError,
    SessionEndedError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, Sealed, Vault, keys
from chalicelib.ports.account_rows import own_credentials
from chalicelib.ports.passkey_rows import ACTIVE, all_passkeys, one_less, removal
from chalicelib.ports.passkeys import NewPasskey, Passkeys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged

REGISTER = "register"
MOST = 10  # passkeys of one person: a few devices and spare keys


class PasskeyService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, passkeys: Passkeys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._passkeys = passkeys
        self._clock = clock

    # --- a new one

    def options(self, actor: Actor) -> Item:
        """What the browser needs to make a passkey. WrongStateError when there are enough of them."""
        known = all_passkeys(self._tables, actor.person_id)
        if len(known) >= MOST:
            raise WrongStateError(f"at most {MOST} passkeys")
        challenge = secrets.token_bytes(32)
        text = urlsafe_b64encode(challenge).rstrip(b"=").decode()
        change: Item = {
            "new_asked": factors.asked_hash(text, REGISTER, actor.person_id, actor.session_id),
            "new_asked_until": int(self._clock().timestamp()) + factors.ASKED_SECONDS,
        }
        event = Event(actor, "passkey:options", actor.person_id, resource_type="passkey")
        update = Update(keys.session(actor.person_id, actor.session_id), change, {"ver": 1}, expect={"state": ACTIVE})
        try:
            self._gate.commit([self._gate.stage(event)], [update])
        except ConflictError:
            raise SessionEndedError from None
        return self._passkeys.creation_options(actor.person_id, challenge, [str(row["credential"]) for row in known])

    def add(self, actor: Actor, answer: Mapping[str, Any], name: str) -> Item:
        """Make a verified passkey a factor.

        Raises CredentialsError for an answer that is not right, AlreadyExistsError for a credential that has an owner,
        WrongStateError when the account changed at the same moment.
        """
        person_id = actor.person_id
        session, account = keys.session(person_id, actor.session_id), keys.credentials(person_id)
        credentials = own_credentials(self._tables, actor)
        row = self._tables.get(session) or {}
        challenge = self._passkeys.challenge_of(answer)
        asked = {"asked": row.get("new_asked", ""), "asked_until": row.get("new_asked_until", 0)}
        if not factors.asked_fits(asked, challenge, REGISTER, person_id, actor.session_id, self._clock()):
            raise CredentialsError
        made = self._passkeys.registered(answer, challenge)
        passkey_id = hash_secret(made.credential_id)
        staged = self._gate.stage_private(actor, person_id, "passkey", passkey_id, "passkey:add")
        passkey = self._row(staged, passkey_id, made, name)
        writes: list[Write] = [
            Put(keys.passkey(person_id, passkey_id), passkey),
            Put(keys.passkey_owner(passkey_id), {"person": person_id}),
            Update(
                session,
                add={"ver": 1},
                remove=("new_asked", "new_asked_until"),
                expect={"state": ACTIVE, "new_asked": asked["asked"]},
            ),
            Update(account, add={"passkeys": 1, "ver": 1}, expect={"ver": credentials["ver"]}),
            Update(keys.profile(person_id), evidence(Channel.BIOMETRIC, self._clock())),
            happened(person_id, self._gate.new_id(), "factor_added", self._clock()),
        ]
        try:
            self._gate.commit([staged], writes)
        except ConflictError as error:
            if error.index in {0, 1}:
                raise AlreadyExistsError from None
            raise WrongStateError("the account or the session changed at the same moment") from None
        return self._shown(passkey, name)

    def _row(self, staged: Staged, passkey_id: str, made: NewPasskey, name: str) -> Item:
        return {
            "id": passkey_id,
            "credential": made.credential_id,
            "public_key": made.public_key,
            "sign_count": made.sign_count,
            "backed_up": made.backed_up,
            "state": ACTIVE,
            "created_at": stamp(self._clock()),
            "ver": 1,
            **self._named(staged, 1, name),
        }

    def _named(self, staged: Staged, version: int, name: str) -> Item:
        """A name that a person gives may say who they are, so it is sealed."""
        sealed = self._vault.seal(staged.seal_with, version, json.dumps({"name": name}, ensure_ascii=False).encode())
        return {"sealed": sealed, "name_ver": version}

    # --- those that are there

    def mine(self, actor: Actor) -> list[Item]:
        """Oldest first."""
        permit = self._gate.permit_private(actor, actor.person_id, "passkey", None, "passkey:list")
        rows = sorted(all_passkeys(self._tables, actor.person_id), key=lambda row: str(row["created_at"]))
        found = []
        for row in rows:
            sealed = Sealed(row["id"], int(row["name_ver"]), bytes(row["sealed"]))
            found.append(self._shown(row, json.loads(self._vault.open(permit, sealed))["name"]))
        return found

    def rename(self, actor: Actor, passkey_id: str, name: str) -> Item:
        row = self._one(actor.person_id, passkey_id)
        staged = self._gate.stage_private(actor, actor.person_id, "passkey", passkey_id, "passkey:rename")
        change = self._named(staged, int(row["name_ver"]) + 1, name)
        update = Update(
            keys.passkey(actor.person_id, passkey_id), change, {"ver": 1}, expect={"name_ver": row["name_ver"]}
        )
        try:
            self._gate.commit([staged], [update])
        except ConflictError:
            raise WrongStateError("the passkey was named or deleted at the same moment") from None
        return self._shown(row, name)

    def delete(self, actor: Actor, passkey_id: str) -> None:
        """Raises LastFactorError when nothing that stays would be left, NotFoundError."""
        person_id = actor.person_id
        row = self._one(person_id, passkey_id)
        credentials = self._tables.get(keys.credentials(person_id))
        if credentials is None:
            raise NotFoundError
        writes = removal(person_id, row)
        if row["state"] == ACTIVE:
            if not factors.may_go(credentials, Factor.PASSKEY):
                raise LastFactorError
            writes += one_less(person_id, credentials, self._clock())
        event = Event(actor, "passkey:delete", person_id, resource_type="passkey", resource_id=passkey_id)
        writes.append(happened(person_id, self._gate.new_id(), "factor_removed", self._clock()))
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise WrongStateError("the account changed at the same moment") from None

    def _one(self, person_id: PersonId, passkey_id: str) -> Item:
        row = self._tables.get(keys.passkey(person_id, passkey_id))
        if row is None:
            raise NotFoundError
        return row

    @staticmethod
    def _shown(row: Item, name: str) -> Item:
        return {
            "passkey_id": row["id"],
            "name": name,
            "state": row["state"],
            "created_at": row["created_at"],
            "used_at": row.get("used_at", ""),
            "backed_up": bool(row["backed_up"]),
        }
