"""Messages are read (MSG-1): pages, what is new since, earlier versions, files."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain import chat, ranges
from chalicelib.domain.access import Action
from chalicelib.domain.attachments import hook
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.limits import CHAT_WAIT
from chalicelib.errors import NotFoundError
from chalicelib.ports import Sealed, keys
from chalicelib.ports.large_files import stretch
from chalicelib.ports.tables import Item, Store, every_row
from chalicelib.ports.upload_rows import rows_of_files, sort_of
from chalicelib.records.chat import CHAT
from chalicelib.services.chat.tools import Room, Tools


@dataclass(frozen=True, slots=True)
class Given:
    """Some bytes of a file: its type, the bytes, the place of the first of them, and the size of the whole."""

    media_type: str
    data: bytes
    first: int
    size: int


def _has_all(row: Item, after: str, known: int) -> bool:
    """Whether there is nothing to tell who has all up to a message, and a version. A page of what was new may have
    brought that version and not yet all of its messages.
    """
    return bool(row["last"] <= after) and known in {0, int(row["step"])}


class Reading(Room):
    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._waiting = threading.BoundedSemaphore(tools.waits)

    def page(
        self,
        actor: Actor,
        patient_id: PersonId,
        thread_id: str,
        limit: int,
        after: Item | None,
        until: datetime | None = None,
    ) -> tuple[dict[str, Any], list[dict[str, Any]], Item | None]:
        """The thread, a page of its messages, newest first, and where it goes on. ``until``: only what is older.

        Raises NotFoundError.
        """
        permit = self._t.gate.admit(actor, Action.LIST, patient_id, CHAT, details={"thread": thread_id})
        row = self._thread(actor, patient_id, thread_id)
        if after is None and until is not None:
            after = self._place(patient_id, thread_id, chat.before(until))
        found = self._messages(patient_id, thread_id, limit, after, newest_first=True)
        return self._shown_thread(actor, row, {}), self._shown_messages(permit, found[0]), found[1]

    def newer(
        self, actor: Actor, patient_id: PersonId, thread_id: str, after: str, known: int, wait: int, limit: int
    ) -> dict[str, Any] | None:
        """What has come behind the message ``after``, oldest first, and what was changed before it.

        ``known``: the version of the thread that the caller has, 0 for none. ``wait``: seconds to wait at most while
        there is nothing. None: that version is the newest. An answer without messages leaves no entry, for it has no
        content; the gate is asked all the same. Raises NotFoundError, TooManyRequestsError for who waits too often.
        """
        self._t.gate.allowed(actor, Action.LIST, patient_id, CHAT)
        row = self._thread(actor, patient_id, thread_id)
        if wait and _has_all(row, after, known):
            row = self._waited(actor, patient_id, row, wait)
        if known and _has_all(row, after, known):
            return None
        fresh, more = self._messages(patient_id, thread_id, limit, self._place(patient_id, thread_id, after))
        changed = self._changed(patient_id, thread_id, after, known)
        shown: dict[str, Any] = {"thread": self._shown_thread(actor, row, {}), "more": more is not None}
        if not fresh and not changed:
            return {**shown, "items": [], "changed": []}
        permit = self._t.gate.admit(actor, Action.LIST, patient_id, CHAT, details={"thread": thread_id})
        return {
            **shown,
            "items": self._shown_messages(permit, fresh),
            "changed": self._shown_messages(permit, changed),
        }

    def _changed(self, patient_id: PersonId, thread_id: str, after: str, known: int) -> list[Item]:
        """Of the last 50 messages up to one, those that were edited or withdrawn since a version of the thread."""
        if not known:
            return []
        up_to = self._place(patient_id, thread_id, after + "~")
        rows, _ = self._messages(patient_id, thread_id, chat.LOOKED_BACK, up_to, newest_first=True)
        return [row for row in rows if int(row["step"]) > known][::-1]

    def _waited(self, actor: Actor, patient_id: PersonId, row: Item, wait: int) -> Item:
        """The thread when it has changed, or when the time is over; nothing is held meanwhile, one row read a second.

        At once where as many wait already as may: a process has threads for other requests too. Who may read is asked
        again, for consent may have ended in the meantime.
        """
        if not self._waiting.acquire(blocking=False):
            return row
        try:
            self._t.limits.spend(CHAT_WAIT, str(actor.person_id))
            for _ in range(wait):
                self._t.sleep(1)
                found = self._t.tables.get(keys.thread(patient_id, row["id"]))
                if found is None or int(found["step"]) != int(row["step"]):
                    break
        finally:
            self._waiting.release()
        self._t.gate.allowed(actor, Action.LIST, patient_id, CHAT)
        return self._thread(actor, patient_id, row["id"])

    def _messages(
        self, patient_id: PersonId, thread_id: str, limit: int, after: Item | None, *, newest_first: bool = False
    ) -> tuple[list[Item], Item | None]:
        found = self._t.tables.query(
            Store.CARD,
            keys.patient(patient_id),
            keys.messages(thread_id),
            limit=limit,
            after=after,
            newest_first=newest_first,
        )
        return found.items, found.after

    @staticmethod
    def _place(patient_id: PersonId, thread_id: str, behind: str) -> Item:
        return {"pk": keys.patient(patient_id), "sk": keys.messages(thread_id) + behind}

    def versions(self, actor: Actor, patient_id: PersonId, thread_id: str, message_id: str) -> list[dict[str, Any]]:
        """Every text that a message has had, newest first; none of one that was withdrawn. Raises NotFoundError."""
        permit = self._t.gate.admit(actor, Action.HISTORY, patient_id, CHAT, message_id, details={"thread": thread_id})
        self._thread(actor, patient_id, thread_id)
        newest = self._t.tables.get(keys.message(patient_id, thread_id, message_id))
        if newest is None:
            raise NotFoundError
        if newest["state"] == chat.WITHDRAWN:
            return []
        earlier = keys.message_versions(thread_id, message_id)
        rows = every_row(self._t.tables, Store.CARD, keys.patient(patient_id), earlier, newest_first=True)
        return [
            {"version": int(row["ver"]), "at": row.get("edited_at", row["at"]), **self._opened(permit, row)}
            for row in (newest, *rows)
        ]

    def file(self, actor: Actor, patient_id: PersonId, thread_id: str, file_id: str, wanted: str = "") -> Given:
        """A file of a message, or the range ``wanted`` of it (RFC 9110, 14); not of one that was withdrawn.

        Raises NotFoundError, RangeError.
        """
        found = rows_of_files(self._t.tables, patient_id, [file_id])  # nothing is told before the gate has said yes
        sort = sort_of(found[file_id][0]) if file_id in found else "scan"
        permit = self._t.gate.admit(
            actor,
            Action.DOWNLOAD,
            patient_id,
            CHAT,
            thread_id,
            opens=sort,
            file_id=file_id,
            details={"bytes": wanted[:40]} if wanted else None,
        )
        self._thread(actor, patient_id, thread_id)
        file = found[file_id][1] if file_id in found else {}
        message_id = str(file.get("attached", "")).partition("/")[2]
        row = self._t.tables.get(keys.message(patient_id, thread_id, message_id)) if message_id else None
        if row is None or file["attached"] != hook(CHAT.name, message_id) or row["state"] == chat.WITHDRAWN:
            raise NotFoundError
        size = int(file["size"])
        first, end = ranges.asked(wanted, size)
        if sort == "file":
            data = stretch(file, permit, self._t.vault, self._t.files.get, first, end)
        else:
            data = self._t.vault.open(permit, Sealed(file_id, 1, self._t.files.get(file["place"])))[first:end]
        return Given(str(file["type"]), data, first, size)
