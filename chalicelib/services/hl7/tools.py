"""What the parts of this service share: stores, tags, and the originals of messages."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import AlreadyExistsError, NotFoundError
from chalicelib.ports import BlindIndex, Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.readers import HL7, Reader
from chalicelib.ports.tables import Item, Key, Put, Tables, Write
from chalicelib.services.gate import Gate, Staged

if TYPE_CHECKING:
    from chalicelib.ports.resources import Intake, Validator

TASK = system_actor("hl7")
MESSAGE = "hl7-message"
"""Kind of the sealed original."""
PIECE = 350_000
"""Bytes of ciphertext in one row."""
KEPT = timedelta(days=90)
"""How long the original of a message is kept that nobody is waiting for."""
REMEMBERED = timedelta(days=400)
"""How long a message id is known, and with it the answer."""


@dataclass(slots=True)
class Tools:
    """``readers``: by the name of the form. ``intake``, ``validator``: asked for with the first message that has a
    patient. ``secrets`` (of tags, by client) and ``owners`` (organisations that have keys): what this process knows.
    """

    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    index: BlindIndex
    readers: Mapping[str, Reader]
    intake: Callable[[], Intake]
    validator: Callable[[], Validator]
    clock: Clock
    secrets: dict[str, bytes] = field(default_factory=dict)
    owners: set[str] = field(default_factory=set)

    def tag(self, client_id: str, *said: str) -> str:
        """Keyed tag of what a partner calls something. One KMS call a client and process, for the partner's own key."""
        secret = self.secrets.get(client_id)
        if secret is None:
            secret = self.index.tag("hl7-client", client_id).encode()
            self.secrets[client_id] = secret
        text = "\x1f".join(said)
        return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:40]

    def reader(self, row: Item) -> Reader:
        """Of what a row is about; rows without a form are of HL7."""
        return self.readers[str(row.get("form", HL7))]

    # --- originals

    def keep(self, actor: Actor, message_id: str, raw: bytes) -> tuple[Staged, list[Write]]:
        """Seal the bytes as they came under the organisation's own keys. What does not fit one row is stored before:
        its pieces outlive nothing, for they expire.
        """
        owner = PersonId(actor.organisation_id)
        self._has_keys(owner)
        staged = self.gate.stage_private(actor, owner, MESSAGE, message_id, "hl7:receive", resource_version=1)
        rows = self._pieces(owner, message_id, self.vault.seal(staged.seal_with, 1, raw), forget=True)
        if len(rows) == 1:
            return staged, [Put(key, row) for key, row in rows.items()]
        self.tables.put_many(rows)
        return staged, []

    def _has_keys(self, owner: PersonId) -> None:
        """Keys of an organisation are made with its first message."""
        alive = self.patient_keys.alive(owner)
        if owner not in self.owners and self.tables.get(alive.key) is None:
            with suppress(AlreadyExistsError):
                self.patient_keys.enrol(owner)
        self.owners.add(owner)

    def hold(self, organisation_id: str, message_id: str, *, forget: bool) -> None:
        """Have an original stay while a person is to look at it, or be forgotten after its time. Repeatable."""
        ciphertext = self._ciphertext(organisation_id, message_id)
        self.tables.put_many(self._pieces(organisation_id, message_id, ciphertext, forget=forget))

    def original(self, actor: Actor, organisation_id: str, message_id: str, action: str) -> bytes:
        """Raises NotFoundError when its time is over, AccessDeniedError."""
        ciphertext = self._ciphertext(organisation_id, message_id)
        permit = self.gate.permit_private(actor, PersonId(organisation_id), MESSAGE, message_id, action)
        return self.vault.open(permit, Sealed(message_id, 1, ciphertext))

    def _ciphertext(self, organisation_id: str, message_id: str) -> bytes:
        first = self.tables.get(keys.hl7_original(organisation_id, message_id, 0))
        if first is None:
            raise NotFoundError
        pieces = [bytes(first["sealed"])]
        for number in range(1, int(first["pieces"])):
            row = self.tables.get(keys.hl7_original(organisation_id, message_id, number))
            if row is None:
                raise NotFoundError
            pieces.append(bytes(row["sealed"]))
        return b"".join(pieces)

    def _pieces(self, organisation_id: str, message_id: str, ciphertext: bytes, *, forget: bool) -> dict[Key, Item]:
        now = self.clock()
        more: Item = {"expires": int((now + KEPT).timestamp())} if forget else {}
        cut = [ciphertext[at : at + PIECE] for at in range(0, len(ciphertext), PIECE)]
        return {
            keys.hl7_original(organisation_id, message_id, number): {
                "id": message_id,
                "sealed": piece,
                "pieces": len(cut),
                "at": stamp(now),
                **more,
            }
            for number, piece in enumerate(cut)
        }
