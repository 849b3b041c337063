"""A bulk export is made: a reaction of its row, step by step, each step a row's change that causes the next one.

A step reads some cards, or goes on within one, encrypts what it read to the client, one file for each type, and moves
the row on under a condition. Names of files are of the step and of the try, so a step that dies is run again and what
it left is in no manifest; neither memory nor time of one grows with the group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain import bulk, exact_json
from chalicelib.domain.bulk import BulkState
from chalicelib.domain.identity import SYS, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import (
    AccessDeniedError,
    AuditUnavailableError,
    CardMergedError,
    ConflictError,
    ErasedError,
    MedkartaError,
    NotFoundError,
    SessionEndedError,
    UnavailableError,
)
from chalicelib.ports import Event, keys
from chalicelib.ports.resources import Resource
from chalicelib.ports.tables import Item, Put, Write
from chalicelib.services.bulk.rows import Tools, asker, moved, place_of
from chalicelib.services.gate import Staged

MAKE, TASK = "make_bulk_export", "bulk"
Outcome = tuple[Sequence[Staged], Sequence[Write]]
CLOSED = (AccessDeniedError, CardMergedError, ErasedError, NotFoundError)
"""A card that is not to be read any more: it is left out, and the others go on."""


@dataclass(slots=True)
class Read:
    """What one step has read. ``after``: where it goes on within the card number ``done``."""

    done: int
    after: Item | None
    resources: list[Resource] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


class BulkMaker:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def make(self, row: Item) -> Outcome:
        """The reaction: one step, or the end of an export that cannot be made."""
        stored = self._t.tables.get(keys.bulk_export(row["client"], row["id"]))
        if stored is None or int(stored["ver"]) != int(row["ver"]) or stored["state"] != BulkState.MAKING.value:
            return [], []  # another try was faster, or it was cancelled
        try:
            if int(stored["step"]) >= bulk.STEPS:
                return self.failed(stored, "too-large")
            return self._step(stored)
        except (UnavailableError, AuditUnavailableError, ConflictError):
            raise  # tried again
        except MedkartaError as error:
            return self.failed(stored, error.code)

    def failed(self, row: Item, reason: str) -> Outcome:
        event = Event(
            system_actor(TASK), "bulk:fail", SYS, outcome="error", resource_type="bulk", resource_id=row["id"],
            reason=reason,
        )  # fmt: skip
        change: Item = {"state": BulkState.FAILED.value, "moved_at": stamp(self._t.clock()), "react": []}
        return [self._t.gate.stage(event)], [moved(row, change)]

    def _step(self, row: Item) -> Outcome:
        read = self._read(row)
        step, trial = int(row["step"]) + 1, self._t.gate.new_id()[-12:]
        by_type: dict[str, list[Resource]] = {}
        for one in read.resources:
            by_type.setdefault(str(one["resourceType"]), []).append(one)
        files = [self._kept(row, f"{step}-{name}-{trial}", name, found, read) for name, found in by_type.items()]
        left_out = [*row["left_out"], *read.left_out]
        change: Item = {
            "step": step,
            "done": read.done,
            "after": read.after or {},
            "left_out": left_out,
            "moved_at": stamp(self._t.clock()),
        }
        if read.done >= len(row["cards"]):
            if left_out:
                told = [bulk.left_out(card_resource_id(card)) for card in left_out]
                files.append(self._kept(row, f"{step}-error-{trial}", "OperationOutcome", told, None))
            until = stamp(self._t.clock() + bulk.KEPT)
            change |= {"state": BulkState.READY.value, "until": until, "react": []}
            event = Event(system_actor(TASK), "bulk:make", SYS, resource_type="bulk", resource_id=row["id"])
            return [self._t.gate.stage(event)], [moved(row, change), *files]
        return [], [moved(row, change), *files]

    def _read(self, row: Item) -> Read:
        actor, cards = asker(row), row["cards"]
        types, since = frozenset(row["types"]), datetime.fromisoformat(row["since"]) if row["since"] else None
        read, size = Read(int(row["done"]), row.get("after") or None), 0
        while read.done < len(cards) and len(read.cards) < bulk.CARDS:
            card = PersonId(cards[read.done])
            found: list[Resource] = []
            after: Item | None = None
            try:
                if not self._t.cards.consented(actor, card):
                    raise AccessDeniedError
                found, after = self._t.cards.exported(actor, card, types, since, read.after)
            except SessionEndedError:
                raise  # the client is not one any more
            except CLOSED:
                read.left_out.append(card)
            read.resources += found
            read.cards += [card] if found else []
            size += sum(len(exact_json.dumps(one)) for one in found)
            read.done, read.after = (read.done, after) if after else (read.done + 1, None)
            if len(read.resources) >= bulk.RESOURCES or size >= bulk.BYTES:
                break
        return read

    def _kept(self, row: Item, name: str, kind: str, resources: Sequence[Resource], read: Read | None) -> Write:
        """Store a file, and the row that says what it is."""
        content = self._t.cipher.encrypt(row["jwk"], bulk.lines(resources), bulk.NDJSON)
        self._t.documents.put(place_of(row, name), content)
        file: Item = {
            "name": name,
            "type": kind,
            "count": len(resources),
            "of": "output" if read else "error",
            "cards": sorted(set(read.cards)) if read else [],
        }
        return Put(keys.bulk_file(row["client"], row["id"], name), file)
