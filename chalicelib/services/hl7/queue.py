"""What waits for a person: messages of partners that match nobody, contradict, or cannot be read (PRT-2).

A registrar of the partner's organisation looks at the message, and either says whose it is (a patient who is registered
at the clinic), or puts it away with a reason. The next message about the patient's number there finds them by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.hl7 import Reading
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.moments import moment_of, stamp
from chalicelib.errors import ConflictError, NotFoundError, StaleVersionError, WrongStateError
from chalicelib.ports import Event, keys
from chalicelib.ports.hl7 import Proposals, Waiting
from chalicelib.ports.readers import HL7
from chalicelib.ports.tables import Delete, Item, Put, Store, Update, Write, every_row
from chalicelib.services.hl7.groups import MERGE_WISH, Groups, Left
from chalicelib.services.hl7.tools import Tools

BROKEN = "broken"
OPEN, DONE, REJECTED = "waiting", "done", "rejected"
KEPT_DAYS = 90
SHOWN = ("id", "client", "kind", "reason", "state", "at", "ver")


def waiting_rows(actor: Actor, message: Item, left: Left, now: datetime) -> list[Write]:
    """An entry of the queue, and its line in the list of all. Made once: a message is answered once."""
    entry_id = f"{message['id']}-{left.group}"
    row: Item = {
        "id": entry_id,
        "message": message["id"],
        "client": actor.person_id,
        "role": actor.role.value,
        "kind": message["kind"] or "?",
        "form": message.get("form", HL7),
        "group": left.group,
        "reason": left.reason,
        "state": OPEN,
        "at": stamp(now),
        "ver": 1,
    }
    line: Item = {"organisation": actor.organisation_id, "at": stamp(now)}
    return [
        Put(keys.hl7_unmatched(actor.organisation_id, entry_id), row),
        Put(keys.queue(keys.HL7_WAITING, entry_id), line),
    ]


class Queue:
    def __init__(self, tools: Tools, groups: Groups, proposals: Proposals) -> None:
        self._t = tools
        self._groups = groups
        self._proposals = proposals

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """What waits in one's organisation, oldest first; a page may be short. Nothing of the messages is in it."""
        self._t.gate.record(Event(actor, "hl7:queue", SYS, resource_type="hl7-message"))
        pk = keys.hl7_messages(actor.organisation_id)
        found = self._t.tables.query(Store.CARD, pk, keys.HL7_UNMATCHED, limit=limit, after=after)
        return [_shown(row) for row in found.items if row["state"] == OPEN], found.after

    def opened(self, actor: Actor, entry_id: str) -> Item:
        """The entry with its message: its text as it was read, and whom it describes. NotFoundError."""
        row = self._entry(actor, entry_id)
        raw = self._t.original(actor, actor.organisation_id, row["message"], "hl7:open")
        reader = self._t.reader(row)
        reading = reader.read(raw, self._t.clock())
        shown = _shown(row) | {
            "text": reader.shown(raw, row["group"]),
            "faults": [fault.texts[0] for fault in reading.faults],
        }
        if row["reason"] != BROKEN and len(reading.groups) > row["group"]:
            shown["patient"] = _described(reading, row["group"])
        return shown

    def bind(self, actor: Actor, entry_id: str, patient_id: PersonId, version: int) -> Item:
        """Take the message into this patient's card, in the partner's name, and remember the partner's numbers.

        Raises NotFoundError, also for whoever is no patient of the clinic; WrongStateError when the card does not take
        it, or for a message that cannot be read; StaleVersionError.
        """
        row = self._waiting(actor, entry_id, version)
        if row["reason"] in {BROKEN, MERGE_WISH}:
            raise WrongStateError("there is nothing to be bound in this message")
        if self._t.tables.get(keys.clinic(patient_id, actor.organisation_id)) is None:
            raise NotFoundError
        partner, reading = self._again(actor, row)
        refused = self._groups.bound(partner, reading, row["group"], patient_id, row["message"])
        if refused:
            raise WrongStateError("the card of this patient does not take it: " + refused)
        event = Event(
            actor,
            "hl7:bind",
            patient_id,
            resource_type="hl7-message",
            resource_id=row["message"],
            details={"client": row["client"]},
        )
        return self._settled(row, event, DONE, actor.organisation_id)

    def merge(self, actor: Actor, entry_id: str, patient_id: PersonId, source_id: PersonId, version: int) -> Item:
        """Propose the merge that a partner wishes (A40): the registrar names both cards, a second one decides.

        Raises as services/merges.py, and as ``bind``.
        """
        row = self._waiting(actor, entry_id, version)
        if row["reason"] != MERGE_WISH:
            raise WrongStateError("this message wishes no merge")
        merge_id, staged, writes = self._proposals.proposal(actor, patient_id, source_id, f"hl7:{row['message']}")
        event = Event(actor, "hl7:merge", patient_id, resource_type="hl7-message", resource_id=row["message"])
        done = self._settled(row, event, DONE, actor.organisation_id, staged=staged, beside=writes)
        return done | {"merge_id": merge_id}

    def reject(self, actor: Actor, entry_id: str, reason: str, version: int) -> Item:
        """Put it away; ``reason`` is a word of a list. Repeatable with the same version until somebody was faster."""
        row = self._waiting(actor, entry_id, version)
        event = Event(
            actor,
            "hl7:reject",
            SYS,
            resource_type="hl7-message",
            resource_id=row["message"],
            details={"why": reason},
        )
        return self._settled(row, event, REJECTED, actor.organisation_id)

    def report(self, waiting: Waiting) -> float:
        """Tell the age of the oldest, in seconds, for an alarm."""
        pk = keys.queue(keys.HL7_WAITING, "").pk
        found = self._t.tables.query(Store.CARD, pk, limit=1)
        since = moment_of(str(found.items[0]["at"])) if found.items else None
        age = (self._t.clock() - since).total_seconds() if since else 0.0
        waiting.waits(age)
        return age

    # --- pieces

    def _forget(self, organisation_id: str, message_id: str) -> None:
        """The original has its time from now on, unless another patient of the message waits."""
        begins = f"{keys.HL7_UNMATCHED}{message_id}-"
        rows = every_row(self._t.tables, Store.CARD, keys.hl7_messages(organisation_id), begins)
        if all(row["state"] != OPEN for row in rows):
            self._t.hold(organisation_id, message_id, forget=True)

    def _entry(self, actor: Actor, entry_id: str) -> Item:
        row = self._t.tables.get(keys.hl7_unmatched(actor.organisation_id, entry_id))
        if row is None:
            raise NotFoundError
        return row

    def _waiting(self, actor: Actor, entry_id: str, version: int) -> Item:
        row = self._entry(actor, entry_id)
        if row["state"] != OPEN:
            raise WrongStateError("somebody has decided about it")
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        return row

    def _again(self, actor: Actor, row: Item) -> tuple[Actor, Reading]:
        """The partner, and its message. That the partner is still one, the gate asks with every record."""
        client = self._t.tables.get(keys.client(row["client"]))
        if client is None:
            raise NotFoundError
        partner = Actor(
            PersonId(row["client"]),
            Role(row["role"]),
            organisation_id=actor.organisation_id,
            scopes=frozenset({"hl7.write"}),
            request_id=actor.request_id,
        )
        raw = self._t.original(actor, actor.organisation_id, row["message"], "hl7:open")
        return partner, self._t.reader(row).read(raw, self._t.clock(), str(client["name"]))

    def _settled(
        self,
        row: Item,
        event: Event,
        state: str,
        organisation_id: str,
        *,
        staged: Sequence[Any] = (),
        beside: Sequence[Write] = (),
    ) -> Item:
        now = self._t.clock()
        change: Item = {
            "state": state,
            "decided_at": stamp(now),
            "expires": int(now.timestamp()) + KEPT_DAYS * 24 * 3600,
        }
        entry = Update(
            keys.hl7_unmatched(organisation_id, row["id"]),
            change,
            add={"ver": 1},
            expect={"ver": int(row["ver"]), "state": OPEN},
        )
        line = Delete(keys.queue(keys.HL7_WAITING, row["id"]))
        try:
            self._t.gate.commit([self._t.gate.stage(event), *staged], [entry, line, *beside])
        except ConflictError as error:
            if error.index == 0:
                raise StaleVersionError from None
            raise
        self._forget(organisation_id, row["message"])
        return {"id": row["id"], "state": state, "version": int(row["ver"]) + 1}


def _shown(row: Item) -> Item:
    shown = {name: row[name] for name in SHOWN if name != "ver"}
    return shown | {"version": int(row["ver"])}


def _described(reading: Reading, number: int) -> Mapping[str, Any]:
    group = reading.groups[number]
    return {
        **group.person.traits,
        "identifiers": [{"scheme": one.scheme, "value": one.value} for one in group.person.identifiers],
        "former": [{"scheme": one.scheme, "value": one.value} for one in group.former],
        "results": [str(report.resource.get("code", {}).get("text", "")) for report in group.reports],
    }
