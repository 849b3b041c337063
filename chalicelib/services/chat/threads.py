"""Threads of a card (MSG-1): begun, listed, closed, reopened; what each side has seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from chalicelib.domain import chat
from chalicelib.domain.access import Action, CardState
from chalicelib.domain.chat import Side, State, counts, reopenable, side_of, writable
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    CardStateError,
    ChatEndedError,
    FieldProblem,
    InvalidFieldsError,
    MedkartaError,
)
from chalicelib.ports import Event, keys, plaintext
from chalicelib.ports.crossings import tried
from chalicelib.ports.tables import Check, Item, Store
from chalicelib.records.chat import CHAT
from chalicelib.services.chat.tools import place_of
from chalicelib.services.chat.writing import Writing

READABLE = frozenset({CardState.ACTIVE.value, CardState.SUSPENDED.value})
"""A card that is being carried into another one changes in nothing, not even in what was seen."""


class Threads(Writing):
    def open(
        self, actor: Actor, patient_id: PersonId, form: Mapping[str, Any], key: str
    ) -> tuple[dict[str, Any], bool]:
        """A thread with its first message, once an idempotency key. ``form``: as ``handlers.models.chat:NewChat``.

        Raises ChatEndedError for a doctor without consent, CardStateError, InvalidFieldsError.
        """
        return tried(lambda: self._open(actor, patient_id, form, key))

    def _open(
        self, actor: Actor, patient_id: PersonId, form: Mapping[str, Any], key: str
    ) -> tuple[dict[str, Any], bool]:
        t, thread_id = self._t, self._t.gate.new_id()
        ids = [thread_id, t.gate.new_id()]
        begun, written = t.gate.admit_changes(actor, Action.CREATE, patient_id, CHAT, ids)
        request = once(actor.person_id, "chat-open", key, [patient_id, form], {"id": thread_id})
        stored = self._earlier(request)
        if stored is None:
            row = self._begun(actor, patient_id, thread_id, str(form.get("member_id") or ""))
            content = {"subject": form["subject"]}
            row["sealed"] = t.vault.seal(begun.seal_with, 1, plaintext(content))
            post = self._posted(actor, row, written, form)
            after, stepped = self._step(row, **post.changes)
            held = self._held(patient_id, row)
            stored = t.gate.commit([begun, *post.staged], [*stepped, *post.writes, *held], request)
            if stored is None:
                return self._shown_thread(actor, after, content), False
        return self.one(actor, patient_id, str(stored["id"])), True

    def _begun(self, actor: Actor, patient_id: PersonId, thread_id: str, member_id: str) -> Item:
        """A new thread; ``ver`` is of its sealed content, ``step`` of the row."""
        if side_of(actor) is Side.DOCTOR:
            member_id, person, organisation = actor.member_id, str(actor.person_id), actor.organisation_id
        elif not member_id:
            raise InvalidFieldsError(fields=(FieldProblem("/member_id", "required", "name the doctor"),))
        else:
            consent = self._t.tables.get(keys.consent(patient_id, member_id))
            if consent is None:
                raise ChatEndedError
            person, organisation = consent["person"], consent["organisation"]
        now = stamp(self._t.clock())
        return {
            "id": thread_id,
            "patient": patient_id,
            "member": member_id,
            "person": person,
            "organisation": organisation,
            "state": State.OPEN.value,
            "opened_by": side_of(actor).value,
            "created_at": now,
            **{side.seen: "" for side in Side},
            **dict.fromkeys((side.unread for side in Side), 0),
            "ver": 1,
            "step": 0,
        }

    def listed(
        self, actor: Actor, patient_id: PersonId, limit: int, after: Item | None
    ) -> tuple[list[dict[str, Any]], Item | None]:
        """Threads of a card, those that were begun last first; of a doctor their own."""
        permit = self._t.gate.admit(actor, Action.LIST, patient_id, CHAT)
        rows = list(islice(self._theirs(actor, patient_id, limit + 1, after), limit + 1))
        shown = [self._shown_thread(actor, row, self._opened(permit, row)) for row in rows[:limit]]
        return shown, place_of(rows[limit - 1]) if len(rows) > limit else None

    def one(self, actor: Actor, patient_id: PersonId, thread_id: str) -> dict[str, Any]:
        """One thread; whether anything can be written in it (``closed_to_you``: why not), and whether the doctor is
        away. Raises NotFoundError.
        """
        permit = self._t.gate.admit(actor, Action.READ, patient_id, CHAT, thread_id)
        row = self._thread(actor, patient_id, thread_id)
        shown = self._shown_thread(actor, row, self._opened(permit, row))
        if closed := self._closed(patient_id, row):
            shown["closed_to_you"] = closed
        absence = self._t.tables.get(keys.absence(row["member"]))
        away = absence is not None and chat.away(absence, self._t.clock())
        if absence and away and (told := self._told(PersonId(row["person"]), row["member"], absence)):
            shown["away"] = {"until": absence["until"], **told}
        return shown

    def _closed(self, patient_id: PersonId, row: Item) -> str:
        """The code by which a message would be refused now; "" for none."""
        try:
            writable(row)
            self._doctor(row)
        except MedkartaError as error:
            return error.code
        card = self._t.tables.get(keys.card(patient_id)) or {}
        return "" if card.get("state") == CardState.ACTIVE.value else CardStateError.code

    def mine(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[dict[str, Any]], Item | None]:
        """A doctor's threads over all cards, begun last first: ids, moments, counts, and no content."""
        self._t.gate.record(Event(actor, "chat:mine", actor.person_id, resource_type=CHAT.name))
        found = self._t.tables.query(
            Store.CARD, keys.chats_of(actor.member_id), limit=limit, after=after, newest_first=True
        )
        return [_line(row) for row in found.items], found.after

    # --- steps

    def close(self, actor: Actor, patient_id: PersonId, thread_id: str, reason: str) -> dict[str, Any]:
        """Nothing is written in it any more. Raises ChatClosedError where it is closed already."""

        def closed(row: Item) -> Item:
            writable(row)
            by = side_of(actor).value
            at = stamp(self._t.clock())
            return {"state": State.CLOSED.value, "closed_at": at, "closed_by": by, "closed_reason": reason}

        return tried(lambda: self._amended(actor, patient_id, thread_id, closed))

    def reopen(self, actor: Actor, patient_id: PersonId, thread_id: str) -> dict[str, Any]:
        """Within 30 days. Raises ChatTooOldError, ChatEndedError, WrongStateError for a thread that is open."""

        def opened(row: Item) -> Item:
            reopenable(row, self._t.clock())
            if side_of(actor) is Side.PATIENT:
                self._doctor(row)
            return {"state": State.OPEN.value}

        return tried(lambda: self._amended(actor, patient_id, thread_id, opened))

    def _amended(
        self, actor: Actor, patient_id: PersonId, thread_id: str, change: Callable[[Item], Item]
    ) -> dict[str, Any]:
        staged = self._t.gate.admit_change(actor, Action.AMEND, patient_id, CHAT, thread_id, version=1)
        row = self._thread(actor, patient_id, thread_id)
        changes = change(row)
        after, stepped = self._step(row, **changes)
        told = {"state": changes["state"], "reason": changes.get("closed_reason", "")}
        said = staged.saying(details={**staged.event.details, **{name: word for name, word in told.items() if word}})
        self._t.gate.commit([said], [*stepped, *self._open_card(patient_id)])
        return self._shown_thread(actor, after, {})

    def mark(self, actor: Actor, patient_id: PersonId, thread_id: str, message_id: str) -> dict[str, Any]:
        """One's own side has read up to a message. Never back: an earlier one changes nothing. Raises NotFoundError.

        On a suspended card too, for it is read as before; never by whom a limited consent shows no text.
        """
        return tried(lambda: self._mark(actor, patient_id, thread_id, message_id))

    def _mark(self, actor: Actor, patient_id: PersonId, thread_id: str, message_id: str) -> dict[str, Any]:
        t, side = self._t, side_of(actor)
        t.gate.allowed(actor, Action.HISTORY, patient_id, CHAT)  # who is shown no text has read none
        row = self._thread(actor, patient_id, thread_id)
        self._message(patient_id, thread_id, message_id)
        if message_id <= row[side.seen]:
            return self._shown_thread(actor, row, {})
        card = t.tables.get(keys.card(patient_id)) or {}
        if card.get("state") not in READABLE:
            raise CardStateError
        left = self._left(patient_id, thread_id, message_id, side)
        after, stepped = self._step(row, **{side.seen: message_id, side.unread: left})
        event = Event(actor, "chat:mark", patient_id, resource_type=CHAT.name, resource_id=thread_id)
        as_seen = Check(keys.card(patient_id), {"state": card["state"]})
        t.gate.commit([t.gate.stage(event)], [*stepped, as_seen, t.patient_keys.alive(patient_id)])
        return self._shown_thread(actor, after, {})

    def _left(self, patient_id: PersonId, thread_id: str, message_id: str, side: Side) -> int:
        """How many messages behind one are still to be read by a side."""
        left, pk = 0, keys.patient(patient_id)
        after: Item | None = {"pk": pk, "sk": keys.messages(thread_id) + message_id}
        while after is not None:
            found = self._t.tables.query(Store.CARD, pk, keys.messages(thread_id), limit=100, after=after)
            left += sum(counts(row, side) for row in found.items)
            after = found.after
        return left


def _line(row: Item) -> dict[str, Any]:
    """A line of the doctor's list."""
    shown = {name: row[name] for name in ("id", "state", "created_at", "last_at")}
    return {**shown, "patient_id": row["patient"], "unread": int(row["unread"])}
