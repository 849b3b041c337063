"""The cabinet's inbox (MSG-2). What goes outside of it: services/deliveries/.

A notice that nobody read has a marker beside it: the unread are listed and counted without reading the rest. Notices
stay as long as the card does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.actions import role_text, thing_text
from chalicelib.domain.assurance import unproven
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.texts import ANSWERS, NOTICES, rendered
from chalicelib.domain.ward_notices import for_representative
from chalicelib.errors import ConflictError, NotFoundError
from chalicelib.ports import Clock, Event, Sealed, Vault, keys
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.tables import Delete, Item, Page, Store, Tables, Update, Write
from chalicelib.records.registry import labels
from chalicelib.services.gate import Gate

READS = 10
"""A page of one topic takes so many reads at most, and is short then: the next one goes on."""
COUNTED = 99
"""More unread notices are not counted one by one."""
AT_ONCE = 40
"""Marked as read in one transaction."""


class NoticeService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._clock = clock

    def mine(
        self,
        actor: Actor,
        language: str,
        limit: int,
        after: Item | None,
        *,
        topic: str = "",
        unread: bool = False,
    ) -> tuple[list[Item], Item | None]:
        """The person's own inbox, newest first. After a claim that nobody confirmed, a page may be short."""
        permit = self._gate.permit_private(actor, actor.person_id, "notice", None, "notice:list")
        found = self._rows(actor.person_id, limit, after, topic, unread=unread)
        shown, bare = [], self._bare(actor.person_id)
        for row in self._still_theirs(actor.person_id, found.items):
            content: dict[str, Any] = json.loads(self._vault.open(permit, Sealed(row["id"], 1, bytes(row["sealed"]))))
            if bare and content["params"]:  # it names a doctor or a kind of record
                continue
            title, text = rendered(content["event"], _worded(content["params"], language), language)
            shown.append(
                {
                    "id": row["id"],
                    "event": content["event"],
                    "topic": NOTICES[content["event"]].topic.value,
                    "title": title,
                    "text": text,
                    "links": content.get("links", {}),
                    "at": row["at"],
                    "read_at": row.get("read_at"),
                }
            )
        return shown, found.after

    def _rows(self, person_id: PersonId, limit: int, after: Item | None, topic: str, *, unread: bool) -> Page:
        """The next notices that are asked for, and where to go on."""
        prefix, rows = keys.UNREAD if unread else keys.NOTICES, list[Item]()
        for _ in range(READS):
            wanted = limit - len(rows)
            found = self._tables.query(
                Store.CARD, keys.patient(person_id), prefix, limit=wanted, after=after, newest_first=True
            )
            rows += [row for row in found.items if not topic or NOTICES[row.get("told") or row["event"]].topic == topic]
            after = found.after
            if after is None or len(rows) >= limit:
                break
        if unread and rows:
            places = [keys.notice(person_id, row["id"]) for row in rows]
            there = self._tables.get_many(places)
            rows = [there[place] for place in places if place in there]
        return Page(rows, after)

    def _bare(self, person_id: PersonId) -> bool:
        return unproven(self._tables.get(keys.profile(person_id)) or {})

    def _still_theirs(self, person_id: PersonId, rows: Sequence[Item]) -> list[Item]:
        """Without notices about wards that are not for this person any more (ACC-8): a page may be short."""
        wards = sorted({row["ward"] for row in rows if "ward" in row})
        found = self._tables.get_many([keys.representation(ward, person_id) for ward in wards])
        standing = {row["patient"]: representation_of(row) for row in found.values()}
        now = self._clock()
        return [
            row
            for row in rows
            if "ward" not in row or for_representative(row.get("told") or row["event"], standing.get(row["ward"]), now)
        ]

    def unread(self, actor: Actor) -> Item:
        """How many notices nobody read: ``more`` when there are more than are counted. One read of small rows."""
        self._gate.record(Event(actor, "notice:count", actor.person_id, resource_type="notice"))
        found = self._tables.query(Store.CARD, keys.patient(actor.person_id), keys.UNREAD, limit=COUNTED + 1)
        rows = self._still_theirs(actor.person_id, found.items)
        if self._bare(actor.person_id):
            rows = [row for row in rows if "named" not in row]
        return {"unread": min(len(rows), COUNTED), "more": found.after is not None or len(rows) > COUNTED}

    def mark_read(self, actor: Actor, notice_id: str) -> None:
        """Repeatable; the first moment stays."""
        key = keys.notice(actor.person_id, notice_id)
        row = self._tables.get(key)
        if row is None or not self._still_theirs(actor.person_id, [row]):
            raise NotFoundError
        if "read_at" in row:
            return
        event = Event(actor, "notice:read", actor.person_id, resource_type="notice", resource_id=notice_id)
        try:
            self._gate.commit([self._gate.stage(event)], self._read(actor.person_id, notice_id))
        except ConflictError:
            raise NotFoundError from None

    def mark_all_read(self, actor: Actor, newest: str) -> Item:
        """Every notice up to ``newest`` (what came after it, nobody has seen); the rest of very many with the next
        call: ``left`` says whether there are more. Repeatable.
        """
        event = Event(actor, "notice:read-all", actor.person_id, resource_type="notice", resource_id=newest)
        after: Item | None = None
        for _ in range(READS):
            found = self._tables.query(
                Store.CARD, keys.patient(actor.person_id), keys.UNREAD, limit=AT_ONCE, after=after
            )
            ids = [row["id"] for row in found.items if row["id"] <= newest]
            if ids:
                writes = [write for one in ids for write in self._read(actor.person_id, one)]
                self._gate.commit([self._gate.stage(event)], writes)
            after = found.after
            if after is None or len(ids) < len(found.items):
                return {"left": False}
        return {"left": True}

    def _read(self, person_id: PersonId, notice_id: str) -> list[Write]:
        read = Update(keys.notice(person_id, notice_id), {"read_at": stamp(self._clock())})
        return [read, Delete(keys.unread(person_id, notice_id))]


def _worded(params: Mapping[str, str], language: str) -> dict[str, str]:
    """The words of a notice as its reader knows them: kinds, roles and states are kept as codes."""
    words = dict(params)
    if "kind" in words:
        words["kind"] = thing_text(words["kind"], labels(language), language)
    if "role" in words:
        words["role"] = role_text(words["role"], language)
    if words.get("state") in ANSWERS:
        words["state"] = ANSWERS[words["state"]].to(language)
    return words
