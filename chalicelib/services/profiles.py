"""Versions of a profile: what it says now, what it said before (SPC-4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.registrations import unique_values
from chalicelib.errors import AlreadyExistsError, NotFoundError
from chalicelib.ports import BlindIndex, Clock, Sealed, Vault, keys, plaintext
from chalicelib.ports.matching_rows import block_tags, family_tag, moved_blocks
from chalicelib.ports.profiles import Profile
from chalicelib.ports.tables import Check, Delete, Item, Put, Store, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged


class ProfileService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, index: BlindIndex, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._index = index
        self._clock = clock

    def open(self, actor: Actor, person_id: PersonId, action: str) -> Profile:
        """See ``ports/profiles.py``."""
        row = self._tables.get(keys.profile(person_id))
        if row is None:
            raise NotFoundError
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", action)
        sealed = Sealed.of("profile", row)
        return Profile(person_id, row, json.loads(self._vault.open(permit, sealed)))

    def next_version(
        self, actor: Actor, profile: Profile, content: Mapping[str, str], action: str, more: Mapping[str, Any]
    ) -> tuple[list[Staged], list[Write]]:
        """See ``ports/profiles.py``."""
        person_id, row, version = profile.person_id, profile.row, profile.version + 1
        names = " ".join(sorted(n for n in {*content, *profile.content} if content.get(n) != profile.content.get(n)))
        staged = self._gate.stage_private(
            actor, person_id, "profile", "profile", action, resource_version=version, details={"fields": names}
        )
        text, now = plaintext(content), stamp(self._clock())
        tags, moved = self._tags(person_id, row, profile.content, content)
        blocks = block_tags(self._index, content)
        earlier: Item = {
            "ver": profile.version,
            "sealed": row["sealed"],
            "until": now,
            "entry": staged.entry_id,
        }
        change: Item = {
            "ver": version,
            "sealed": self._vault.seal(staged.seal_with, version, text),
            "family": family_tag(self._index, content),
            "tags": tags,
            "blocks": blocks,
            "updated_at": now,
            **more,
        }
        stands: Item = {name: row[name] for name in ("ver", "state", "tags") if name in row}
        writes: list[Write] = [
            Update(keys.profile(person_id), change, expect=stands),
            Put(keys.profile_version(person_id, profile.version), earlier),
            *moved,
            *moved_blocks(person_id, row.get("blocks", {}), blocks),
        ]
        return [staged], writes

    def history(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Earlier versions of one's own profile, newest first, with the moment until which each was in force."""
        person_id = actor.person_id
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", "profile:history")
        found = self._tables.query(
            Store.IDENTITY,
            keys.person(person_id),
            keys.PROFILE_VERSIONS,
            limit=limit,
            after=after,
            newest_first=True,
        )
        return [self._earlier(permit, row) for row in found.items], found.after

    def _earlier(self, permit: Any, row: Item) -> Item:
        sealed = Sealed.of("profile", row)
        content = json.loads(self._vault.open(permit, sealed))
        return {"version": int(row["ver"]), "until": row["until"], "profile": content}

    def _tags(
        self, person_id: PersonId, row: Item, old: Mapping[str, str], new: Mapping[str, str]
    ) -> tuple[dict[str, str], list[Write]]:
        """Tags of the row and writes of the index after a change of identifiers; only what changes is touched.

        A number of a card that went into this one leads here already (SPC-5), and may be written into the profile; one
        that went back is not this person's to take out of the index. Raises AlreadyExistsError for another person's.
        """
        tags: dict[str, str] = dict(row.get("tags", {}))
        before = unique_values(old)
        new_tags = {n: self._index.tag(n, value) for n, value in unique_values(new).items() if before.get(n) != value}
        now = {name: keys.blind_index(name, tag) for name, tag in new_tags.items()}
        was = {name: keys.blind_index(name, tags[name]) for name in new_tags if name in tags}
        mine: Item = {"person": person_id}
        found = self._tables.get_many(list({**dict.fromkeys(was.values()), **dict.fromkeys(now.values())}))
        ours = {key for key, stored in found.items() if stored["person"] == person_id}
        taken = sorted(name for name, key in now.items() if key in found and key not in ours)
        if taken:
            raise AlreadyExistsError("a number is another person's already", extra={"numbers": " ".join(taken)})
        writes: list[Write] = [Delete(key, mine) for name, key in was.items() if key in ours and key != now[name]]
        writes += [Check(key, mine) if key in ours else Put(key, mine) for key in now.values()]
        return {**tags, **new_tags}, writes
