"""Connected sources in a person's cabinet: how far each is, asking again, switching one off (ACT-3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.domain import gathering
from chalicelib.domain.access import CardState
from chalicelib.domain.gathering import COUNTS, State, Step
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.sources import Connection
from chalicelib.errors import CardStateError, ConflictError, NotFoundError, WrongStateError, leaves
from chalicelib.ports import Clock, Event, Sealed, Vault, keys
from chalicelib.ports.gathering_rows import moved, new_policy_check, new_source
from chalicelib.ports.tables import Check, Item, Store, Tables, Update, Write, every_row
from chalicelib.services.gate import Gate, Staged

FIRST_POLICY_CHECK = timedelta(0)
SHOWN = ("begun_at", "finished_at")
LARGEST_PAGE = 2_000_000  # bytes; an answer of Lambda has six megabytes at most
OPEN: Item = {"state": CardState.ACTIVE.value}


class SourceService:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, connections: Mapping[str, Connection], clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._connections = connections
        self._clock = clock

    def start(self, row: Item) -> tuple[list[Staged], list[Write]]:
        """Reaction to a card that was opened: every source waits for its first run, and the policy for its check."""
        patient_id, now = row["patient"], self._clock()
        wanted = {name: keys.source(patient_id, name) for name in self._connections}
        there = self._tables.get_many([*wanted.values(), keys.policy_check(patient_id)])
        writes = [
            write for name, key in wanted.items() if key not in there for write in new_source(patient_id, name, now)
        ]
        if keys.policy_check(patient_id) not in there:
            writes += new_policy_check(patient_id, now + FIRST_POLICY_CHECK)
        return [], writes

    # --- the cabinet

    def mine(self, actor: Actor, language: str) -> list[Item]:
        """Every source that is connected, or was when something came from it."""
        patient_id = actor.card_id
        self._gate.record(Event(actor, "source:list", patient_id))
        rows = {
            str(row["source"]): row
            for row in every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.SOURCES)
        }
        names = [*self._connections, *(name for name in rows if name not in self._connections)]
        return [self._shown(name, rows.get(name), language) for name in names]

    def refresh(self, actor: Actor, name: str, language: str) -> Item:
        """Ask the source again as soon as may be; one that never ran begins. Raises WrongStateError, CardStateError."""
        self._connection(name)
        row = self._tables.get(keys.source(actor.card_id, name))
        if row is None:
            return self._begun(actor, name, language)
        return self._stepped(actor, row, Step.REFRESH, language)

    def switch(self, actor: Actor, name: str, *, paused: bool, language: str) -> Item:
        """Nothing comes from a source that is paused; what came stays. Twice is as good as once."""
        row = self._tables.get(keys.source(actor.card_id, name))
        if row is None:
            raise NotFoundError
        if paused == (row["state"] == State.PAUSED):
            return self._shown(name, row, language)
        if not paused:
            self._connection(name)
        return self._stepped(actor, row, Step.PAUSE if paused else Step.RESUME, language)

    def unmapped(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """What the card has no kind for, whole as it came, in no order of time; fewer a page when they are large."""
        patient_id = actor.card_id
        permit = self._gate.permit_private(actor, patient_id, "unmapped", None, "unmapped:list")
        found = self._tables.query(Store.CARD, keys.patient(patient_id), keys.UNMAPPED, limit=limit, after=after)
        shown: list[Item] = []
        size = 0
        for row in found.items:
            size += len(row["sealed"])
            if shown and size > LARGEST_PAGE:
                return shown, {"pk": keys.patient(patient_id), "sk": f"{keys.UNMAPPED}{shown[-1]['id']}"}
            text = self._vault.open(permit, Sealed.of(row["id"], row))
            told: Item = {name: row[name] for name in ("id", "source", "reason", "at", "status") if name in row}
            shown.append({**told, **json.loads(text)})
        return shown, found.after

    # --- pieces

    def _connection(self, name: str) -> Connection:
        if name not in self._connections:
            raise NotFoundError
        return self._connections[name]

    def _begun(self, actor: Actor, name: str, language: str) -> Item:
        patient_id = actor.card_id
        writes = [*new_source(patient_id, name, self._clock()), Check(keys.card(patient_id), OPEN)]
        self._commit(actor, name, "source:refresh", writes)
        return self._shown(name, self._tables.get(keys.source(patient_id, name)), language)

    def _stepped(self, actor: Actor, row: Item, step: Step, language: str) -> Item:
        name, key = row["source"], keys.source(row["patient"], row["source"])
        due = "" if step is Step.PAUSE else stamp(self._clock())
        change: Item = {"state": gathering.after(State(row["state"]), step).value, "due": due, "attempts": 0}
        update = Update(key, change, {"ver": 1}, expect={"ver": int(row["ver"]), "state": row["state"]})
        check = [] if step is Step.PAUSE else [Check(keys.card(row["patient"]), OPEN)]
        self._commit(actor, name, f"source:{step.value}", [update, *moved(row, due), *check])
        return self._shown(name, {**row, **change}, language)

    def _commit(self, actor: Actor, name: str, action: str, writes: list[Write]) -> None:
        event = Event(actor, action, PersonId(actor.card_id), resource_type="source", resource_id=name)
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError as error:
            refused = writes[error.index] if 0 <= error.index < len(writes) else None
            if isinstance(refused, Check):
                raise CardStateError from None
            raise WrongStateError("the source is changing at this moment; try again") from None

    def _shown(self, name: str, row: Item | None, language: str) -> Item:
        connection = self._connections.get(name)
        known: Mapping[str, str] = connection.title if connection else {}
        shown: dict[str, Any] = {
            "name": name,
            "title": known.get(language, name),
            "connected": connection is not None,
            "state": row["state"] if row else "none",
        }
        if row is None:
            return shown
        shown |= {field: row[field] for field in SHOWN if field in row}
        shown["counts"] = {count: int(row[count]) for count in COUNTS}
        if row["due"]:
            shown["next_at"] = row["due"]
        if row.get("last_error"):
            shown["last_error"] = {"code": row["last_error"], "text": _words(row["last_error"], language)}
        return shown


def _words(code: str, language: str) -> str:
    """Why a source is not further, as a person reads it; an error of ours is none of theirs."""
    for leaf in leaves():
        if leaf.code == code:
            return leaf.title if language == "en" else leaf.title_ru
    return code
