"""Which logins at identity providers open one's own account (ID-6); services/single_sign_on.py makes the links."""

from __future__ import annotations

from chalicelib.domain.identity import Actor
from chalicelib.errors import NotFoundError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Item, Store, Tables
from chalicelib.services.gate import Gate


class LinkService:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def mine(self, actor: Actor) -> list[Item]:
        self._gate.record(Event(actor, "link:list", actor.person_id, resource_type="link"))
        found = self._tables.query(Store.IDENTITY, keys.person(actor.person_id), keys.LINKS, limit=100).items
        return [{"provider": row["provider"], "linked_at": row["at"]} for row in found]

    def remove(self, actor: Actor, provider: str) -> None:
        """NotFoundError when there is no such link. A later sign-in at the provider makes a new one and says so."""
        key = keys.link(actor.person_id, provider)
        row = self._tables.get(key)
        if row is None:
            raise NotFoundError
        event = Event(actor, "link:remove", actor.person_id, resource_type="link", resource_id=provider)
        writes = [
            Delete(key, {"at": row["at"]}),
            Delete(keys.blind_index(keys.SUBJECT, row["tags"][keys.SUBJECT]), {"person": actor.person_id}),
            happened(actor.person_id, self._gate.new_id(), "provider_unlinked", self._clock()),
        ]
        self._gate.commit([self._gate.stage(event)], writes)
