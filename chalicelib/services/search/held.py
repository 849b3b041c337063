"""The search key of a card: 32 random bytes sealed under the patient's own keys, so it dies with them (SPC-8)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from threading import Lock

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.errors import ConflictError
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.tables import Item, Put, Tables
from chalicelib.services.gate import Gate

KIND, NAME = "search-key", "key"
TASK = system_actor("index_record")
KEPT_OPEN = timedelta(minutes=5)  # as long as a patient's key is kept (docs/security.md)
MOST = 1000


class HeldKeys:
    """Thread-safe. A key never changes, so an opened one may be used until its time is over."""

    def __init__(self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._clock = clock
        self._lock = Lock()
        self._held: dict[str, tuple[bytes, datetime]] = {}

    def to_search(self, permit: Permit) -> bytes | None:
        """The key of the card of a permit for it; None when nothing was ever indexed there."""
        patient_id = permit.patient_id
        if (key := self._fresh(patient_id)) is not None:
            return key
        row = self._tables.get(keys.search_key(patient_id))
        return None if row is None else self._kept(patient_id, self._vault.open(permit, Sealed.of(NAME, row)))

    def to_index(self, patient_id: PersonId) -> bytes:
        """The same, made when there is none yet. Raises ErasedError and whatever the vault raises."""
        if (key := self._fresh(patient_id)) is not None:
            return key
        row = self._tables.get(keys.search_key(patient_id)) or self._made(patient_id)
        permit = self._gate.permit_private(TASK, patient_id, KIND, NAME, "search-key:open")
        return self._kept(patient_id, self._vault.open(permit, Sealed.of(NAME, row)))

    def _made(self, patient_id: PersonId) -> Item:
        staged = self._gate.stage_private(TASK, patient_id, KIND, NAME, "search-key:make")
        sealed = self._vault.seal(staged.seal_with, 1, secrets.token_bytes(32))
        row: Item = {"id": NAME, "ver": 1, "sealed": sealed}
        try:
            self._gate.commit([staged], [Put(keys.search_key(patient_id), row), self._keys.alive(patient_id)])
        except ConflictError:
            stored = self._tables.get(keys.search_key(patient_id))
            if stored is None:  # the keys are destroyed
                raise
            return stored  # another worker was faster
        return row

    def _fresh(self, patient_id: str) -> bytes | None:
        with self._lock:
            key, until = self._held.get(patient_id, (None, self._clock()))
        return key if self._clock() < until else None

    def _kept(self, patient_id: str, key: bytes) -> bytes:
        now = self._clock()
        with self._lock:
            live = {one: held for one, held in self._held.items() if now < held[1]}
            self._held = dict(list(live.items())[-MOST:])
            self._held[patient_id] = (key, now + KEPT_OPEN)
        return key
