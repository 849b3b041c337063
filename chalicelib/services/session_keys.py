"""Keys of one session for sealed bodies (ID-10); the rules are in ``domain/session_keys.py``.

The key lies in the session's row, sealed under the person's own keys, and dies with either. An environment keeps it
open for five minutes, so most sealed requests cost no KMS call and no entry of their own; each costs one write, which
remembers its number.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from chalicelib.domain import session_keys, sessions
from chalicelib.domain.identity import Actor
from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import ConflictError, ReplayedBodyError, SealedBodyError, SessionEndedError
from chalicelib.ports import Clock, Sealed, SessionCipher, Vault, keys
from chalicelib.ports.tables import Item, Put, Tables, Update
from chalicelib.services.gate import Gate

KEPT_OPEN = timedelta(minutes=5)
KIND = "session-key"


@dataclass(frozen=True, slots=True)
class _Open:
    kid: str
    key: bytes
    until: datetime


class SessionKeyService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, cipher: SessionCipher, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._cipher = cipher
        self._clock = clock
        self._lock = Lock()
        self._open: dict[str, _Open] = {}

    def establish(self, actor: Actor, public_jwk: Mapping[str, Any]) -> Item:
        """A new key for this session in place of an earlier one, encrypted to the client's RSA key.

        Raises InvalidFieldsError for a key that is no RSA key of 2048 bits, SessionEndedError.
        """
        row = self._row(actor)
        key = self._cipher.new_key()
        wrapped = self._cipher.wrap(public_jwk, key)
        version = int(row.get("key_ver", 0)) + 1
        staged = self._gate.stage_private(actor, actor.person_id, KIND, actor.session_id, "session-key:establish")
        kid = secrets.token_hex(8)
        change: Item = {
            "key_id": kid,
            "key_ver": version,
            "key_sealed": self._vault.seal(staged.seal_with, version, key),
        }
        expect: Item = {"state": sessions.ACTIVE, "ver": row["ver"]}
        where = keys.session(actor.person_id, actor.session_id)
        self._gate.commit([staged], [Update(where, change, {"ver": 1}, expect=expect)])
        with self._lock:
            self._open.pop(actor.session_id, None)
        return {"kid": kid, "alg": "RSA-OAEP-256", "enc": session_keys.ENC, "encrypted_key": wrapped}

    def open(self, actor: Actor, compact: str, operation: str) -> bytes:
        """The content of a sealed request, once. Raises SealedBodyError, ReplayedBodyError, SessionEndedError."""
        held = self._held(actor)
        header, content = self._cipher.open(compact, held.key)
        now = self._clock()
        if session_keys.defect(header, session_keys.Purpose(held.kid, operation), now):
            raise SealedBodyError
        expires = int((now + session_keys.REMEMBERED).timestamp())
        used = keys.assertion(f"session-{actor.session_id}", hash_secret(header["jti"]))
        try:
            self._tables.commit([Put(used, {"expires": expires})])
        except ConflictError:
            raise ReplayedBodyError from None
        return content

    def seal(self, actor: Actor, content: bytes, request_id: str, status: int, content_type: str) -> str:
        """An answer for this session's client. Raises SealedBodyError when the session has no key."""
        held = self._held(actor)
        header = session_keys.answer_header(held.kid, request_id, status, content_type)
        return self._cipher.seal(header, content, held.key)

    # --- pieces

    def _row(self, actor: Actor) -> Item:
        row = self._tables.get(keys.session(actor.person_id, actor.session_id))
        if row is None or not sessions.live(row, self._clock()):
            raise SessionEndedError
        return row

    def _held(self, actor: Actor) -> _Open:
        """The session's key, opened. The row is read each time: a session that ended has no key any more."""
        row = self._row(actor)
        if "key_id" not in row:
            raise SealedBodyError
        now = self._clock()
        with self._lock:
            held = self._open.get(actor.session_id)
        if held is not None and held.kid == row["key_id"] and now < held.until:
            return held
        permit = self._gate.permit_private(actor, actor.person_id, KIND, actor.session_id, "session-key:open")
        key = self._vault.open(permit, Sealed(actor.session_id, int(row["key_ver"]), bytes(row["key_sealed"])))
        held = _Open(row["key_id"], key, now + KEPT_OPEN)
        with self._lock:
            self._open = {sid: one for sid, one in self._open.items() if now < one.until}
            self._open[actor.session_id] = held
        return held
