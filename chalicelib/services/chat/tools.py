"""What chat stands on, and what its parts all do: find a thread, see whether the other side is there, open, show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain import chat
from chalicelib.domain.access import Action, CardState, Permit
from chalicelib.domain.chat import Side, State, side_of
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.limits import Rule
from chalicelib.domain.moments import stamp
from chalicelib.errors import ChatEndedError, NotFoundError
from chalicelib.ports import Clock, Documents, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.access_rows import consent_of
from chalicelib.ports.code_sets import EntryCheck
from chalicelib.ports.tables import Check, Expect, Item, Put, Store, Tables, Write
from chalicelib.records.chat import CHAT
from chalicelib.services.gate import Gate

AT_ONCE = 100  # threads of one read
SHOWN = ("id", "state", "opened_by", "created_at", "last", "last_at")
OWN = frozenset({"pk", "sk"})


class Spending(Protocol):
    def spend(self, rule: Rule, who: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """``check``: of files that a message names. ``limits``: of waiting. ``sleep``: seconds. ``waits``: how many may
    wait here at once.
    """

    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    files: Documents
    check: Callable[[], EntryCheck]
    limits: Spending
    clock: Clock
    sleep: Callable[[float], None]
    waits: int = 4


def place_of(row: Item) -> Item:
    """Where a list goes on behind a row."""
    return {name: row[name] for name in OWN}


def _own(actor: Actor, row: Item) -> bool:
    return side_of(actor) is Side.PATIENT or row["member"] == actor.member_id


class Room:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def _thread(self, actor: Actor, patient_id: PersonId, thread_id: str) -> Item:
        return self._of(actor, self._t.tables.get(keys.thread(patient_id, thread_id)))

    @staticmethod
    def _of(actor: Actor, row: Item | None) -> Item:
        """Rule 1: another doctor's thread is not there. Raises NotFoundError."""
        if row is None or not _own(actor, row):
            raise NotFoundError
        return {name: value for name, value in row.items() if name not in OWN}

    def _theirs(
        self, actor: Actor, patient_id: PersonId, wanted: int = AT_ONCE, after: Item | None = None
    ) -> Iterator[Item]:
        """Threads that one side may see, begun last first, behind a place. Those of other doctors are passed over here:
        a short page that goes on would tell that there are some. ``wanted``: how many will be taken, about.
        """
        page = wanted if side_of(actor) is Side.PATIENT else AT_ONCE
        pk, more = keys.patient(patient_id), True
        while more:
            found = self._t.tables.query(Store.CARD, pk, keys.THREADS, limit=page, after=after, newest_first=True)
            yield from (row for row in found.items if _own(actor, row))
            after, more = found.after, found.after is not None

    def _doctor(self, row: Item) -> list[Write]:
        """Rule 2: what must hold so that the doctor of a thread reads and answers. One read. Raises ChatEndedError."""
        patient_id, member_id = PersonId(row["patient"]), row["member"]
        consent, member = keys.consent(patient_id, member_id), keys.member(row["person"], member_id)
        barred = [keys.barred(patient_id, one) for one in (member_id, row["organisation"])]
        found = self._t.tables.get_many([consent, *barred, member])
        given, works = consent_of(found.get(consent)), found.get(member, {})
        covered = given is not None and given.covers(Action.CREATE, CHAT.section, self._t.clock())
        there = works.get("state") == "active" and works.get("role") == Role.DOCTOR.value
        if not covered or not there or any(one in found for one in barred):
            raise ChatEndedError
        as_seen: Item = {"state": found[consent]["state"], "ver": int(found[consent]["ver"])}
        return [Check(consent, as_seen), *(Check(one, Expect.ABSENT) for one in barred)]

    def _held(self, patient_id: PersonId, row: Item) -> list[Write]:
        """What must hold for anything new in a thread: an open card, its keys, a doctor with consent."""
        return [*self._open_card(patient_id), *self._doctor(row)]

    def _open_card(self, patient_id: PersonId) -> list[Write]:
        active = Check(keys.card(patient_id), {"state": CardState.ACTIVE.value})
        return [active, self._t.patient_keys.alive(patient_id)]

    def _step(self, row: Item, **changes: Any) -> tuple[Item, list[Write]]:
        """The next step of a thread, and with it the line of its doctor's list."""
        step = int(row["step"])
        after: Item = {**row, **changes, "step": step + 1}
        expect = {"step": step} if step else Expect.ABSENT
        line = {name: after[name] for name in ("id", "patient", "state", "created_at", "last_at")}
        line["unread"] = int(after[Side.DOCTOR.unread])
        mirror = keys.chat_of(after["member"], after["id"])
        return after, [Put(keys.thread(after["patient"], after["id"]), after, expect), Put(mirror, line, None)]

    def _opened(self, permit: Permit, row: Item) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
        return content

    def _shown_thread(self, actor: Actor, row: Item, content: Mapping[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {name: row[name] for name in SHOWN}
        shown |= {
            "patient_id": row["patient"],
            "member_id": row["member"],
            "organisation_id": row["organisation"],
            "version": int(row["step"]),
            "seen": {side.value: row[side.seen] for side in Side if row[side.seen]},
            "unread": int(row[side_of(actor).unread]),
            **content,
        }
        if row["state"] == State.CLOSED.value:
            until = stamp(chat.reopened_until(row))
            closed = {name: row[f"closed_{name}"] for name in ("at", "by", "reason")}
            shown["closed"] = {**closed, "reopened_until": until}
        return shown

    def _shown_message(self, row: Item, content: Mapping[str, Any] | None) -> dict[str, Any]:
        """``content`` None: it was withdrawn, or the consent is for summaries alone (``withheld``)."""
        shown: dict[str, Any] = {name: row[name] for name in ("id", "by", "role", "at", "state")}
        shown["version"] = int(row["ver"])
        shown |= {name: row[name] for name in ("edited_at", "withdrawn_at", "reply_to") if name in row}
        if "auto" in row:
            shown["automatic"] = True
        if content is not None:
            return shown | {"text": content["text"], "files": row["files"]}
        return shown if row["state"] == chat.WITHDRAWN else shown | {"withheld": True}

    def _shown_messages(self, permit: Permit, rows: list[Item]) -> list[dict[str, Any]]:
        return [self._shown_message(row, self._readable(permit, row)) for row in rows]

    def _readable(self, permit: Permit, row: Item) -> dict[str, Any] | None:
        hidden = permit.summary_only or row["state"] == chat.WITHDRAWN
        return None if hidden else self._opened(permit, row)
