"""Keys of what the portal keeps on a device (UX-2); the rules are in ``domain/vault_keys.py``.

The person's secret lies in a row of its own, sealed under their keys: it is erased with them, and no key that is given
out stands anywhere.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from chalicelib.domain import vault_keys
from chalicelib.domain.identity import Actor
from chalicelib.domain.suspicion import KEPT
from chalicelib.domain.vault_keys import Purpose
from chalicelib.errors import ConflictError, FieldProblem, InvalidFieldsError
from chalicelib.ports import Event, Sealed, Vault, keys
from chalicelib.ports.tables import Item, Put, Tables, Update
from chalicelib.services.gate import Gate

KIND = "vault-key"
RECORD = "devices"
VERSION = 1


class VaultKeyService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault

    def give(self, actor: Actor, earlier: Sequence[int]) -> Item:
        """The keys of this device: the present ones, and for drafts those of the ``earlier`` epochs that still count.

        Raises InvalidFieldsError for a client that does not name its device.
        """
        if not actor.device.startswith(KEPT):
            raise InvalidFieldsError(fields=(FieldProblem("X-Device-ID", "required", "name this device"),))
        own, known = keys.device_secret(actor.person_id), keys.profile(actor.person_id)
        rows = self._tables.get_many([own, known])
        row = rows.get(own)
        secret = self._opened(actor, row) if row else self._made(actor)
        epoch = vault_keys.epoch_of(rows.get(known), row)

        def key(purpose: Purpose, of_epoch: int) -> str:
            made = vault_keys.derived(secret, purpose, actor.device, of_epoch)
            return urlsafe_b64encode(made).rstrip(b"=").decode()

        return {
            "epoch": epoch,
            "cache_key": key(Purpose.CACHE, epoch),
            "draft_key": key(Purpose.DRAFT, epoch),
            "earlier": [
                {"epoch": one, "draft_key": key(Purpose.DRAFT, one)}
                for one in vault_keys.opened_for_drafts(earlier, epoch)
            ],
        }

    def forget(self, actor: Actor) -> None:
        """Nothing that any device has kept of the card can be read from now on. Drafts can, after signing in there."""
        own = keys.device_secret(actor.person_id)
        event = Event(actor, "vault-key:forget", actor.person_id, resource_type=KIND, resource_id=RECORD)
        if self._tables.get(own) is None:  # no device has a key
            self._gate.record(event)
        else:
            self._gate.commit([self._gate.stage(event)], [Update(own, {}, {"raised": 1})])

    def _opened(self, actor: Actor, row: Item) -> bytes:
        permit = self._gate.permit_private(actor, actor.person_id, KIND, RECORD, "vault-key:give")
        return self._vault.open(permit, Sealed.of(RECORD, row))

    def _made(self, actor: Actor) -> bytes:
        secret = secrets.token_bytes(vault_keys.SECRET_BYTES)
        staged = self._gate.stage_private(actor, actor.person_id, KIND, RECORD, "vault-key:give")
        row: Item = {"ver": VERSION, "raised": 0, "sealed": self._vault.seal(staged.seal_with, VERSION, secret)}
        own = keys.device_secret(actor.person_id)
        try:
            self._gate.commit([staged], [Put(own, row)])
        except ConflictError:  # another device of the same person was first: its secret counts
            there = self._tables.get(own)
            if there is None:
                raise
            return self._opened(actor, there)
        return secret
