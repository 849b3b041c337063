"""Resources without a patient, of one organisation: who works there, where, with what. Its partners write and read it.

Entries are sealed under keys of the organisation's own; identifiers are found by a keyed tag. Names are looked through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.resources import DIRECTORY_TYPES, SERVED, named_subjects
from chalicelib.errors import (
    AlreadyExistsError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    ResourceReadOnlyError,
    StaleVersionError,
)
from chalicelib.ports import Sealed, keys
from chalicelib.ports.resources import RESOURCE, Arrival, Found, Resource
from chalicelib.ports.tables import Delete, Expected, Item, Key, Put, Store, Write, every_row
from chalicelib.services.gate import Staged
from chalicelib.services.resources.tools import Tools, dressed, kept

KIND = "directory"
MOST_MATCHES, MOST_LOOKED_THROUGH = 100, 1000
MOST_IDENTIFIERS = 20
ID = re.compile("[0-9a-f]{32}")


class DirectoryService:
    """Implements ``ports.resources.Directory``."""

    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def types(self) -> Sequence[str]:
        return DIRECTORY_TYPES

    # --- reading

    def found(self, actor: Actor, resource_type: str, resource_id: str) -> Found:
        row = self._row(actor, resource_type, resource_id, "read")
        return self._opened(actor, row, "directory:read")

    def version(self, actor: Actor, resource_type: str, resource_id: str, version: int) -> Found:
        row = self._row(actor, resource_type, resource_id, "read")
        if int(row["ver"]) != version:
            key = keys.directory_version(actor.organisation_id, resource_type, resource_id, version)
            earlier = self._t.tables.get(key)
            if earlier is None:
                raise NotFoundError
            row = earlier
        return self._opened(actor, row, "directory:history")

    def history(self, actor: Actor, resource_type: str, resource_id: str, limit: int, before: int = 0) -> list[Found]:
        """As ``ports.resources.Versions`` says."""
        newest = self._row(actor, resource_type, resource_id, "read")
        behind = keys.directory_version(actor.organisation_id, resource_type, resource_id, before)
        earlier = self._t.tables.query(
            Store.CARD,
            behind.pk,
            keys.directory_versions(resource_type, resource_id),
            limit=limit,
            after={"pk": behind.pk, "sk": behind.sk} if before else None,
            newest_first=True,
        )
        rows = [*([] if before else [newest]), *earlier.items][:limit]
        return [self._opened(actor, row, "directory:history") for row in rows]

    def matching(self, actor: Actor, resource_type: str, criteria: Mapping[str, str]) -> list[Resource]:
        unknown = [name for name in criteria if name not in {"identifier", "_id", "name"}]
        if unknown or not criteria:
            problem = FieldProblem("?" + "".join(unknown[:1])[:40], "criteria", "by identifier, _id or name")
            raise InvalidFieldsError(fields=(problem,))
        self._present(actor, "search")
        rows = self._candidates(actor, resource_type, criteria)
        if not rows:
            return []
        permit = self._t.gate.permit_private(
            actor, PersonId(actor.organisation_id), KIND, None, "directory:search", details={"resource": resource_type}
        )
        shown = [self._shown(json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row))), row) for row in rows]
        name = criteria.get("name", "").casefold()
        return [one for one in shown if not name or _named(one, name)][:MOST_MATCHES]

    def listed(
        self, actor: Actor, resource_type: str, limit: int, after: Item | None
    ) -> tuple[list[Resource], Item | None]:
        self._present(actor, "search")
        owner = actor.organisation_id
        prefix = keys.directory_entries(resource_type)
        page = self._t.tables.query(Store.CARD, keys.directory(owner), prefix, limit=limit, after=after)
        if not page.items:
            return [], None
        permit = self._t.gate.permit_private(
            actor, PersonId(owner), KIND, None, "directory:search", details={"resource": resource_type}
        )
        found = [
            self._shown(json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row))), row) for row in page.items
        ]
        return found, page.after

    # --- writing

    def stage(self, actor: Actor, resource: Resource, *, resource_id: str = "") -> Arrival:
        owner, entry_id = self._present(actor, "create"), UUID(resource_id).hex if resource_id else uuid4().hex
        with suppress(AlreadyExistsError):
            self._t.patient_keys.enrol(owner)
        staged, row = self._sealed(actor, resource, entry_id, None, "directory:create")
        key = keys.directory_entry(owner, resource["resourceType"], entry_id)
        writes: list[Write] = [Put(key, row), *self._tagged(owner, row, None)]
        return Arrival([staged], writes, entry_id, 1, row["updated_at"])

    def update(self, actor: Actor, resource: Resource, resource_id: str, version: int) -> Arrival:
        """By the client that delivered it. Raises NotFoundError, ResourceReadOnlyError, StaleVersionError."""
        resource_type = resource["resourceType"]
        if SERVED[resource_type].anywhere and list(named_subjects(resource)):
            raise InvalidFieldsError(
                fields=(FieldProblem("/patient", "subject", "an entry of the directory stays one"),)
            )
        old = self._row(actor, resource_type, resource_id, "update")
        if old["client"] != actor.person_id:
            self._t.gate.refuse(actor, "directory:update", "another-delivery")
            raise ResourceReadOnlyError
        if int(old["ver"]) != version:
            raise StaleVersionError(extra={"version": int(old["ver"])})
        owner = PersonId(actor.organisation_id)
        staged, row = self._sealed(actor, resource, resource_id, old, "directory:update")
        earlier = {name: value for name, value in old.items() if name not in {"pk", "sk"}}
        expect: Expected = {"ver": version}
        writes: list[Write] = [
            Put(keys.directory_version(owner, resource_type, resource_id, version), earlier),
            Put(keys.directory_entry(owner, resource_type, resource_id), row, expect),
            *self._tagged(owner, row, old),
        ]
        return Arrival([staged], writes, resource_id, version + 1, row["updated_at"])

    # --- pieces

    def _present(self, actor: Actor, verb: str) -> PersonId:
        """Whose directory it is: the organisation's of who asks. Nobody else has one to look into."""
        self._t.gate.signed_in(actor, f"directory:{verb}")
        if not actor.organisation_id:
            raise NotFoundError
        return PersonId(actor.organisation_id)

    def _row(self, actor: Actor, resource_type: str, resource_id: str, verb: str) -> Item:
        self._present(actor, verb)
        row = None
        if resource_type in DIRECTORY_TYPES and ID.fullmatch(resource_id):
            row = self._t.tables.get(keys.directory_entry(actor.organisation_id, resource_type, resource_id))
        if row is None:
            raise NotFoundError
        return row

    def _opened(self, actor: Actor, row: Item, action: str) -> Found:
        permit = self._t.gate.permit_private(actor, PersonId(actor.organisation_id), KIND, row["id"], action)
        content = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
        return Found(self._shown(content, row), int(row["ver"]), row["updated_at"])

    @staticmethod
    def _shown(content: Mapping[str, Any], row: Item) -> Resource:
        return dressed(content[RESOURCE], row["id"], int(row["ver"]), row["updated_at"])

    def _sealed(
        self, actor: Actor, resource: Resource, entry_id: str, old: Item | None, action: str
    ) -> tuple[Staged, Item]:
        version = int(old["ver"]) + 1 if old else 1
        staged = self._t.gate.stage_private(
            actor,
            PersonId(actor.organisation_id),
            KIND,
            entry_id,
            action,
            resource_version=version,
            details={"resource": resource["resourceType"]},
        )
        text = json.dumps({RESOURCE: kept(resource)}, ensure_ascii=False).encode()
        now = stamp(self._t.clock())
        return staged, {
            "id": entry_id,
            "type": resource["resourceType"],
            "client": actor.person_id,
            "ver": version,
            "sealed": self._t.vault.seal(staged.seal_with, version, text),
            "tags": self._tags(actor.organisation_id, resource),
            "created_at": old["created_at"] if old else now,
            "updated_at": now,
        }

    def _tags(self, owner: str, resource: Resource) -> list[str]:
        """Of each identifier two: with its system and without."""
        said = resource.get("identifier", [])
        identifiers = said if isinstance(said, list) else [said]
        wanted: set[str] = set()
        for one in identifiers[:MOST_IDENTIFIERS]:
            if value := one.get("value"):
                wanted |= {f"{one.get('system', '')}|{value}", value}
        return sorted(self._t.tag(owner, text) for text in wanted)

    @staticmethod
    def _tagged(owner: str, row: Item, old: Item | None) -> list[Write]:
        """Rows by which it is found from now on, and those by which it is no more."""
        before, now = set(old["tags"] if old else ()), set(row["tags"])

        def key(tag: str) -> Key:
            return keys.directory_identifier(owner, row["type"], tag, row["id"])

        added: list[Write] = [Put(key(tag), {"id": row["id"]}, None) for tag in sorted(now - before)]
        return [*added, *(Delete(key(tag)) for tag in sorted(before - now))]

    def _candidates(self, actor: Actor, resource_type: str, criteria: Mapping[str, str]) -> list[Item]:
        owner = actor.organisation_id
        if "_id" in criteria:
            if not ID.fullmatch(criteria["_id"]):
                return []
            row = self._t.tables.get(keys.directory_entry(owner, resource_type, criteria["_id"]))
            rows = [row] if row else []
        elif "identifier" not in criteria:
            every = every_row(self._t.tables, Store.CARD, keys.directory(owner), keys.directory_entries(resource_type))
            rows = [row for _, row in zip(range(MOST_LOOKED_THROUGH), every, strict=False)]
        else:
            rows = self._by_tag(owner, resource_type, self._t.tag(owner, criteria["identifier"]))
        wanted = self._t.tag(owner, criteria["identifier"]) if "identifier" in criteria else ""
        return [row for row in rows if not wanted or wanted in row["tags"]]

    def _by_tag(self, owner: str, resource_type: str, tag: str) -> list[Item]:
        prefix = keys.directory_identifiers(resource_type, tag)
        found = self._t.tables.query(Store.CARD, keys.directory(owner), prefix, limit=MOST_MATCHES)
        wanted = [keys.directory_entry(owner, resource_type, one["id"]) for one in found.items]
        rows = self._t.tables.get_many(wanted) if wanted else {}
        return list(rows.values())


def _named(resource: Resource, name: str) -> bool:
    said = resource.get("name", "")
    if isinstance(said, str):
        return said.casefold().startswith(name)
    texts = [
        text
        for one in said
        for text in (one.get("text", ""), one.get("family", ""), *one.get("given", ()), *one.get("suffix", ()))
    ]
    return any(text.casefold().startswith(name) for text in texts)
