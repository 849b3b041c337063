"""An account made on a person whom a clinic registered before (ACT-5): one human, one id, one card.

Who registers has confirmed a telephone by a code. When the clinic recorded that telephone, and birth date and surname
agree, the account is made on the clinic's person. Knowing numbers and holding a SIM opens nothing: what the clinic saw
is set aside (domain/assurance.py), and the card opens when the identity was confirmed anew. Otherwise it ends as every
taken identifier does, and the person goes to the identity desk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from chalicelib.domain.assurance import Channel, evidence, set_aside
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.patients import UNCLAIMED, claims
from chalicelib.errors import AlreadyExistsError
from chalicelib.ports import BlindIndex, Clock, Sealed, Vault, keys, plaintext
from chalicelib.ports.claims import Claim
from chalicelib.ports.matching_rows import block_tags, moved_blocks
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Item, Put, Tables, Update, Write
from chalicelib.services.gate import Gate

NUMBERS = ("snils", "passport")


class ClaimService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, index: BlindIndex, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._index = index
        self._clock = clock

    def of(self, actor: Actor, tags: Mapping[str, str], content: Mapping[str, str], language: str) -> Claim | None:
        """``actor``: the task ``registration``. See ``ports.claims.Claims``."""
        indexed = {field: keys.blind_index(field, tags[field]) for field in NUMBERS if field in tags}
        rows = self._tables.get_many(list(indexed.values()))
        owners = {str(row["person"]) for row in rows.values()}
        if not owners:
            return None
        person_id = PersonId(owners.pop())
        row = self._tables.get(keys.profile(person_id)) if not owners else None
        if row is None or row["state"] != UNCLAIMED:
            raise AlreadyExistsError
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", "registration:compare")
        known: dict[str, str] = json.loads(self._vault.open(permit, Sealed.of("profile", row)))
        if not claims(known, content, self._clock()):
            raise AlreadyExistsError
        taken = {field for field, key in indexed.items() if key in rows}
        return self._claim(
            actor, person_id, row, {**content, **known, "email": content["email"]}, tags, taken, language
        )

    def _claim(
        self,
        actor: Actor,
        person_id: PersonId,
        row: Item,
        content: Mapping[str, str],
        tags: Mapping[str, str],
        taken: set[str],
        language: str,
    ) -> Claim:
        """What the clinic recorded stays; what it had not is taken from the form."""
        version, now = int(row["ver"]) + 1, self._clock()
        staged = self._gate.stage_private(
            actor, person_id, "profile", "profile", "registration:claim", resource_version=version
        )
        text = plaintext(content)
        blocks = block_tags(self._index, content)
        seen, gone = set_aside(row)
        change: Item = {
            "state": "active",
            "language": language,
            "channels": ["sms", "email"],
            "sealed": self._vault.seal(staged.seal_with, version, text),
            "tags": {**row["tags"], **tags},
            "blocks": blocks,
            "updated_at": stamp(now),
            **seen,
            **evidence(Channel.SMS, now),
        }
        mine: Item = {"person": person_id}
        index: list[Write] = [
            Check(keys.blind_index(field, tag), mine) if field in taken else Put(keys.blind_index(field, tag), mine)
            for field, tag in sorted(tags.items())
        ]
        was = {"ver": int(row["ver"]), "state": UNCLAIMED}
        writes: list[Write] = [
            *index,
            Update(keys.profile(person_id), change, {"ver": 1}, remove=gone, expect=was),
            *moved_blocks(person_id, row.get("blocks", {}), blocks),
            happened(person_id, self._gate.new_id(), "card_claimed", now),
            happened(person_id, self._gate.new_id(), "start_gathering", now),
        ]
        return Claim(person_id, [staged], writes)
