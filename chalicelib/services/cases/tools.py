"""What the parts of the case service share: the effect of a kind, and the rows of a step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.access import Permit
from chalicelib.domain.assurance import REGISTERED, level_of
from chalicelib.domain.case_kinds import case_kind
from chalicelib.domain.cases import AT_WORK, DONE, LINED_UP, OPEN, CaseKind, CaseState, Prepared, Step, overdue
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    AssuranceLevelError,
    ConflictError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import Clock, Documents, Event, Sealed, Vault, keys, upload_rows
from chalicelib.ports.reminder_rows import no_term_reminder
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Expected, Item, Key, Put, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged

TASK = "case"
"""The system's own task in a case: it writes to parties, and opens a case whose party declines."""


class Effect(Protocol):
    """What the decisions of one kind of case do. ``content`` is what ``prepare`` made of the form."""

    def prepare(self, actor: Actor, form: dict[str, Any]) -> Prepared:
        """Checks beyond the form's model. Raises InvalidFieldsError (fields below ``/form``), WrongStateError …"""
        ...

    def compare(self, actor: Actor, case: Item, content: dict[str, Any]) -> dict[str, Any]:
        """What the reviewer sees beside the form; opened with permits of the effect's own."""
        ...

    def approve(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:
        """Committed with the case's own change, in one transaction: approval, or the step that fulfils it."""
        ...

    def refuse(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:
        """As ``approve``; also when a party declines or the person withdraws: release what was held."""
        ...


@dataclass(frozen=True, slots=True)
class CaseTools:
    gate: Gate
    tables: Tables
    vault: Vault
    documents: Documents
    clock: Clock
    effects: Mapping[str, Effect]

    # --- reading

    def case(self, patient_id: PersonId, case_id: str) -> tuple[Item, CaseKind]:
        """Raises NotFoundError."""
        row = self.tables.get(keys.case(patient_id, case_id))
        if row is None:
            raise NotFoundError
        return row, case_kind(row["kind"])

    def content(self, permit: Permit, row: Item) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.vault.open(permit, Sealed(row["id"], 1, bytes(row["sealed"]))))
        return found

    def words(self, permit: Permit, row: Item) -> str:
        """What staff said last; sealed at the version that their step made."""
        if "words" not in row:
            return ""
        return self.vault.open(permit, Sealed(row["id"], int(row["words_ver"]), bytes(row["words"]))).decode()

    def level(self, actor: Actor, needed: int) -> None:
        """Raises AssuranceLevelError when the system is not sure enough of who this is (ID-7)."""
        if needed > REGISTERED and level_of(self.tables.get(keys.profile(actor.person_id)) or {}) < needed:
            self.gate.refuse(actor, "case:file", "assurance-level")
            raise AssuranceLevelError

    # --- writing

    def commit(self, staged: Sequence[Staged], writes: Sequence[Write]) -> None:
        try:
            self.gate.commit(staged, writes)
        except ConflictError:
            raise StaleVersionError from None

    def line(self, actor: Actor, step: Step, *, reason: str = "") -> dict[str, Any]:
        """One line of the case's history: roles and codes alone, no names."""
        line = {"step": step.value, "at": stamp(self.clock()), "role": actor.role.value}
        return line | ({"reason": reason} if reason else {})

    def moved(self, actor: Actor, row: Item, step: Step, state: CaseState, more: Item, *, reason: str = "") -> Write:
        """The case's own row after a step; it must be as it was read."""
        changes: Item = {
            "state": state.value,
            "at": stamp(self.clock()),
            "steps": [*row["steps"], self.line(actor, step, reason=reason)],
            **more,
        }
        expect: Expected = {"ver": int(row["ver"]), "state": row["state"]}
        return Update(keys.case(row["patient"], row["id"]), changes, add={"ver": 1}, expect=expect)

    def event(self, actor: Actor, row: Item, step: Step, *, reason: str = "") -> Event:
        return Event(
            actor,
            f"case:{step.value}",
            PersonId(row["patient"]),
            resource_type="case",
            resource_id=row["id"],
            resource_version=int(row["ver"]) + 1,
            reason=reason,
            details={"kind": row["kind"]},
        )

    def queued(self, row: Item, kind: CaseKind) -> Write:
        """A line in the work list. Of a kind with a term the line goes along through its states."""
        line: Item = {"patient": row["patient"], "at": stamp(self.clock()), "kind": kind.name}
        if kind.term is None:
            return Put(self._line_of(row, kind), line)
        line |= {name: row[name] for name in ("state", "due", "filed_at")}
        return Put(self._line_of(row, kind), line, None)

    def unqueued(self, row: Item, kind: CaseKind) -> list[Write]:
        if row["state"] not in LINED_UP:
            return []
        return [Delete(self._line_of(row, kind)), *([no_term_reminder(row)] if kind.term else [])]

    @staticmethod
    def _line_of(row: Item, kind: CaseKind) -> Key:
        return keys.queue(kind.queue_of(str(row.get("organisation", ""))), row["id"])

    def lined_up(self, row: Item, kind: CaseKind, state: CaseState) -> list[Write]:
        """What a step of staff makes of the work list and of the lines elsewhere."""
        if state in AT_WORK:
            done = [no_term_reminder(row)] if state in DONE else []
            return [self.queued({**row, "state": state.value}, kind), *done]
        return self.closed(row, kind) if state not in OPEN else self.unqueued(row, kind)

    def closed(self, row: Item, kind: CaseKind) -> list[Write]:
        """The lines that an open case has elsewhere, taken away."""
        writes: list[Write] = []
        writes += self.unqueued(row, kind)
        if kind.one_open:
            writes.append(Delete(keys.open_case(row["patient"], kind.name)))
        for party, answer in row["parties"].items():
            if answer == "asked":
                writes.append(Update(keys.case_request(party, row["patient"], row["id"]), {"state": "closed"}))
        return writes

    def released(self, actor: Actor, row: Item, kind: CaseKind) -> tuple[list[Staged], list[Write]]:
        """What the effect wants stored when a case ends without a decision of staff.

        The system opens it: who declines has no right to the content.
        """
        patient_id = PersonId(row["patient"])
        permit = self.gate.permit_private(system_actor(TASK), patient_id, "case", row["id"], "case:release")
        return self.effects[kind.name].refuse(actor, row, self.content(permit, row))

    def told(self, row: Item, kind: CaseKind, step: Step) -> Write:
        """The notice about a step, for the person whose case it is."""
        about = {"kind": "case", "record": row["id"]}
        return happened(PersonId(row["patient"]), self.gate.new_id(), kind.notice(step), self.clock(), about)


def shown(row: Item, uploads: Mapping[str, Item], now: datetime) -> Item:
    """A case as everybody sees it who may: nothing that was sealed."""
    documents = upload_rows.shown(row["documents"], uploads)
    return {
        **listed(row, now),
        "steps": row["steps"],
        "documents": documents,
        "parties": sorted(row["parties"].values()),
    }


def listed(row: Item, now: datetime) -> Item:
    """``due`` and ``overdue`` where the kind has a term."""
    found = {"case_id": row["id"], "version": int(row["ver"])} | {
        n: row[n] for n in ("kind", "state", "filed_at", "at")
    }
    found |= {n: row[n] for n in ("organisation", "due") if n in row}
    return {**found, "open": row["state"] in OPEN} | ({"overdue": overdue(row, now)} if "due" in row else {})
