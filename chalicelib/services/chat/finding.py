"""Words in the messages of a card (MSG-1): a bounded number of them is opened with one request, and it goes on."""

from __future__ import annotations

from typing import Any

from chalicelib.domain import chat
from chalicelib.domain.access import Action
from chalicelib.domain.chat import LOOKED_THROUGH, Side, side_of
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Store
from chalicelib.records.chat import CHAT
from chalicelib.services.chat.tools import Room, place_of


class Finding(Room):
    def find(
        self, actor: Actor, patient_id: PersonId, text: str, after: Item | None
    ) -> tuple[list[dict[str, Any]], Item | None]:
        """Messages with all words of ``text``, each with its ``thread``: of the threads begun last first, each newest
        first. A page is what was found among 200 messages; it may be empty, and yet go on.
        """
        permit = self._t.gate.admit(actor, Action.LIST, patient_id, CHAT, details={"search": "messages"})
        wanted = chat.words(text)
        rows, after = self._looked_through(actor, patient_id, after)
        hits = []
        for row in rows:
            content = self._readable(permit, row)
            if content is not None and chat.has_all(content["text"], wanted):
                hits.append({"thread": row["thread"], **self._shown_message(row, content)})
        return hits, after

    def _looked_through(self, actor: Actor, patient_id: PersonId, after: Item | None) -> tuple[list[Item], Item | None]:
        """The next 200 messages of one's own threads, and where it goes on: how much is said in those of others does
        not show. To a patient all are their own, in the same order.
        """
        pk, rows = keys.patient(patient_id), list[Item]()
        if side_of(actor) is Side.PATIENT:
            every = self._t.tables.query(
                Store.CARD, pk, keys.MESSAGES, limit=LOOKED_THROUGH, after=after, newest_first=True
            )
            return every.items, every.after
        for thread in self._theirs(actor, patient_id):
            prefix = keys.messages(thread["id"])
            if after is not None and prefix > after["sk"]:
                continue
            if len(rows) == LOOKED_THROUGH:
                return rows, place_of(rows[-1])
            within = after if after is not None and after["sk"].startswith(prefix) else None
            left = LOOKED_THROUGH - len(rows)
            found = self._t.tables.query(Store.CARD, pk, prefix, limit=left, after=within, newest_first=True)
            rows += found.items
            if found.after is not None:
                return rows, found.after
        return rows, None
