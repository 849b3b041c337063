"""Messages are written, edited, withdrawn (MSG-1)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain import chat
from chalicelib.domain.access import Action
from chalicelib.domain.attachments import named
from chalicelib.domain.chat import SENT, WITHDRAWN, Side, changeable, editable, following, side_of, writable
from chalicelib.domain.idempotency import Once, once, same_request
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import keys, plaintext
from chalicelib.ports.crossings import tried
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Update, Write
from chalicelib.ports.upload_rows import rows_of_files
from chalicelib.records.chat import CHAT
from chalicelib.services.chat.absences import TASK, Absences
from chalicelib.services.chat.tools import OWN
from chalicelib.services.gate import Staged

NEWS = {Side.PATIENT: "message_received", Side.DOCTOR: "patient_message_received"}
"""What the side is told for which a message is."""


@dataclass(frozen=True, slots=True)
class Post:
    """What one message changes: of the thread (``changes``), and rows beside it."""

    message: Item
    changes: Item
    staged: Sequence[Staged]
    writes: Sequence[Write] = field(default_factory=list)


class Writing(Absences):
    def send(
        self, actor: Actor, patient_id: PersonId, thread_id: str, form: Mapping[str, Any], key: str
    ) -> tuple[dict[str, Any], bool]:
        """A message, once an idempotency key; and whether it was there already. ``form``: as
        ``handlers.models.chat:Message``.

        Raises NotFoundError, ChatClosedError, ChatEndedError, CardStateError, InvalidFieldsError for what it names.
        """
        return tried(lambda: self._send(actor, patient_id, thread_id, form, key))

    def _send(
        self, actor: Actor, patient_id: PersonId, thread_id: str, form: Mapping[str, Any], key: str
    ) -> tuple[dict[str, Any], bool]:
        t = self._t
        there = t.tables.get(keys.thread(patient_id, thread_id))  # nothing of it is told before the gate has said yes
        message_id = following(str(there["last"]) if there else "", t.gate.new_id())
        staged = t.gate.admit_change(actor, Action.CREATE, patient_id, CHAT, message_id, version=1)
        row = self._of(actor, there)
        request = once(actor.person_id, "chat-send", key, [patient_id, thread_id, form], {"id": message_id})
        stored = self._earlier(request)
        if stored is None:
            writable(row)
            self._named(patient_id, thread_id, form.get("reply_to"))
            post = self._posted(actor, row, staged, form)
            _, stepped = self._step(row, **post.changes)
            stored = t.gate.commit(post.staged, [*stepped, *post.writes, *self._held(patient_id, row)], request)
            if stored is None:
                return self._shown_message(post.message, form), False
        return self.message(actor, patient_id, thread_id, str(stored["id"])), True

    def _earlier(self, request: Once) -> Item | None:
        """What a request has come to already: its files hang on a message since, and the thread may be closed."""
        row = self._t.tables.get(keys.idempotency(request.caller, request.operation, request.key_hash))
        if row is not None and not same_request(row["fingerprint"], request):
            raise IdempotencyKeyReusedError
        return None if row is None else dict(row["result"])

    def message(self, actor: Actor, patient_id: PersonId, thread_id: str, message_id: str) -> dict[str, Any]:
        """One message. Raises NotFoundError."""
        permit = self._t.gate.admit(actor, Action.READ, patient_id, CHAT, message_id)
        self._thread(actor, patient_id, thread_id)
        return self._shown_messages(permit, [self._message(patient_id, thread_id, message_id)])[0]

    def _message(self, patient_id: PersonId, thread_id: str, message_id: str) -> Item:
        row = self._t.tables.get(keys.message(patient_id, thread_id, message_id))
        if row is None:
            raise NotFoundError
        return {name: value for name, value in row.items() if name not in OWN}

    def _named(self, patient_id: PersonId, thread_id: str, reply_to: str | None) -> None:
        if reply_to and self._t.tables.get(keys.message(patient_id, thread_id, reply_to)) is None:
            raise InvalidFieldsError(fields=(FieldProblem("/reply_to", "unknown", "no such message in this chat"),))

    # --- a message about to be stored

    def _posted(self, actor: Actor, row: Item, staged: Staged, form: Mapping[str, Any]) -> Post:
        """``staged``: the permit to write it, which names its id. Rule 6: the other side is told when nothing waits."""
        t, side, now = self._t, side_of(actor), self._t.clock()
        patient_id, message_id = PersonId(row["patient"]), str(staged.seal_with.record_id)
        files, hung = self._files(actor, patient_id, message_id, form)
        told, message = self._sealed(row, staged, side, form["text"], now)
        message |= {"person": actor.person_id, "role": actor.role.value, "files": files}
        if form.get("reply_to"):
            message["reply_to"] = form["reply_to"]
        other = side.other
        writes: list[Write] = [Put(keys.message(patient_id, row["id"], message_id), message), *hung]
        if not row[other.unread]:
            to = patient_id if other is Side.PATIENT else PersonId(row["person"])
            about = {"kind": CHAT.name, "record": row["id"]}
            writes.append(happened(to, t.gate.new_id(), NEWS[other], now, about))
        changes: Item = {"last": message_id, "last_at": stamp(now), other.unread: int(row[other.unread]) + 1}
        answer = self._answer(row, message_id, now) if side is Side.PATIENT else None
        if answer is None:
            return Post(message, changes, [told], writes)
        return Post(message, {**changes, **answer.changes}, [told, *answer.staged], [*writes, *answer.writes])

    def _sealed(self, row: Item, staged: Staged, side: Side, text: str, now: datetime) -> tuple[Staged, Item]:
        """The change with what its entry says, and the row of a new message."""
        sealed = self._t.vault.seal(staged.seal_with, 1, plaintext({"text": text}))
        said = staged.saying(details={**staged.event.details, "thread": row["id"], "sealed": _digest(sealed)})
        return said, {
            "id": staged.seal_with.record_id,
            "thread": row["id"],
            "patient": row["patient"],
            "member": row["member"],
            "by": side.value,
            "at": stamp(now),
            "state": SENT,
            "step": int(row["step"]) + 1,
            "files": [],
            "ver": 1,
            "sealed": sealed,
        }

    def _files(
        self, actor: Actor, patient_id: PersonId, message_id: str, form: Mapping[str, Any]
    ) -> tuple[list[Item], list[Write]]:
        """Files that a message names, as it shows them, and what hangs them on it (domain/attachments.py)."""
        wanted = named(CHAT.files, form)
        if not wanted:
            return [], []
        wrong, hung = self._t.check().files(actor, patient_id, CHAT, message_id, form)
        if wrong:
            raise InvalidFieldsError(fields=tuple(wrong))
        rows = rows_of_files(self._t.tables, patient_id, wanted)
        shown: list[Item] = [
            {"upload_id": one, "type": rows[one][1]["type"], "size": int(rows[one][1]["size"])} for one in wanted
        ]
        return shown, list(hung)

    def _answer(self, row: Item, after: str, now: datetime) -> Post | None:
        """Of a doctor who is away, once a thread and absence. Nobody is told of it, and it is not unread."""
        t, absence = self._t, self._t.tables.get(keys.absence(row["member"]))
        if absence is None or not chat.away(absence, now) or row.get("away") == absence["id"]:
            return None
        told = self._told(PersonId(row["person"]), row["member"], absence)
        if not told:
            return None
        patient_id, message_id = PersonId(row["patient"]), following(after, t.gate.new_id())
        staged = t.gate.admit_change(system_actor(TASK), Action.CREATE, patient_id, CHAT, message_id, version=1)
        said, message = self._sealed(row, staged, Side.DOCTOR, told["text"], now)
        message |= {"person": row["person"], "role": "doctor", "auto": absence["id"]}
        put = Put(keys.message(patient_id, row["id"], message_id), message)
        return Post(message, {"last": message_id, "away": absence["id"]}, [said], [put])

    # --- what was sent is changed

    def edit(
        self, actor: Actor, patient_id: PersonId, thread_id: str, message_id: str, text: str, version: int
    ) -> dict[str, Any]:
        """Another text; the earlier one stays readable for both. Raises MessageFixedError, StaleVersionError, and as
        ``send``.
        """
        return tried(lambda: self._edit(actor, patient_id, thread_id, message_id, text, version))

    def _edit(
        self, actor: Actor, patient_id: PersonId, thread_id: str, message_id: str, text: str, version: int
    ) -> dict[str, Any]:
        t, now = self._t, self._t.clock()
        staged = t.gate.admit_change(actor, Action.AMEND, patient_id, CHAT, message_id, version=version + 1)
        row = self._thread(actor, patient_id, thread_id)
        old = self._changeable(actor, row, message_id, version, now)
        editable(old, actor, now)
        writable(row)
        sealed = t.vault.seal(staged.seal_with, version + 1, plaintext({"text": text}))
        step = int(row["step"]) + 1
        new: Item = {**old, "sealed": sealed, "ver": version + 1, "edited_at": stamp(now), "step": step}
        _, stepped = self._step(row)
        key = keys.message(patient_id, thread_id, message_id)
        kept = keys.message_version(patient_id, thread_id, message_id, version)
        writes = [*stepped, Put(key, new, {"ver": version, "state": SENT}), Put(kept, old)]
        said = staged.saying(details={**staged.event.details, "thread": thread_id, "sealed": _digest(sealed)})
        t.gate.commit([said], [*writes, *self._held(patient_id, row)])
        return self._shown_message(new, {"text": text})

    def withdraw(
        self, actor: Actor, patient_id: PersonId, thread_id: str, message_id: str, version: int
    ) -> dict[str, Any]:
        """Neither side reads it any more; that there was one stays. Raises as ``edit``; also in a closed thread."""
        return tried(lambda: self._withdraw(actor, patient_id, thread_id, message_id, version))

    def _withdraw(
        self, actor: Actor, patient_id: PersonId, thread_id: str, message_id: str, version: int
    ) -> dict[str, Any]:
        t, now = self._t, self._t.clock()
        staged = t.gate.admit_change(actor, Action.AMEND, patient_id, CHAT, message_id, version=version)
        row = self._thread(actor, patient_id, thread_id)
        old = self._changeable(actor, row, message_id, version, now)
        gone: Item = {"state": WITHDRAWN, "withdrawn_at": stamp(now), "step": int(row["step"]) + 1}
        key = keys.message(patient_id, thread_id, message_id)
        _, stepped = self._step(row)
        writes = [*stepped, Update(key, gone, expect={"ver": version, "state": SENT})]
        said = staged.saying(details={**staged.event.details, "thread": thread_id, "state": WITHDRAWN})
        t.gate.commit([said], [*writes, *self._open_card(patient_id)])
        return self._shown_message({**old, **gone}, None)

    def _changeable(self, actor: Actor, row: Item, message_id: str, version: int, now: datetime) -> Item:
        old = self._message(PersonId(row["patient"]), row["id"], message_id)
        changeable(old, actor, now)
        if int(old["ver"]) != version:
            raise StaleVersionError(extra={"version": int(old["ver"])})
        return old


def _digest(ciphertext: bytes) -> str:
    """What is stored can be held against the log without any key (docs/audit.md)."""
    return b64encode(hashlib.sha256(ciphertext).digest()).decode()
