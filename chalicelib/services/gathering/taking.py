"""One record of a source into the card, once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import gathering
from chalicelib.domain.access import Action, CardState
from chalicelib.domain.gathering import State
from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import ConflictError, InvalidFieldsError, TooLargeError
from chalicelib.ports import Clock, Event, PatientKeys, Vault, keys
from chalicelib.ports.sources import Found
from chalicelib.ports.tables import Check, Expect, Expected, Item, Key, Put, Tables, Update, Write
from chalicelib.records.registry import record_type
from chalicelib.services.drafts import Drafts, put_new, put_next
from chalicelib.services.gate import Gate, Staged

TASK = system_actor("gather")
LARGEST = 200_000
"""Bytes of a record that is kept as it is; of a larger one only its name there, for a row has room for so much."""
QUIET = frozenset({"notify_patient"})
"""Reactions that a gathered record does not have: the person is told once a run."""
ELSEWHERE = "elsewhere"
"""Mark of an ORIGIN that was read from a card that went into this one."""
WITHDRAWN, OUTDATED = "withdrawn", "outdated"
GUARDS = 3
"""So many conditions come before those of the record itself."""


class Stopped(Exception):
    """The source was paused, another worker has it, or the card is not open: nothing more is taken."""


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    drafts: Drafts
    clock: Clock


class Taking:
    """Records of one run of one source. ``unchanged`` counts those that were here already, before this run."""

    def __init__(self, tools: Tools, row: Item, edition: int, former: Sequence[str] = ()) -> None:
        """``edition``: of the mapping; what did not fit under an earlier one is looked at again.

        ``former``: cards that went into this one (SPC-5); their records came with them, under the ids of there.
        """
        self._t = tools
        self._edition = edition
        self._patient = PersonId(row["patient"])
        self._cards = (row["patient"], *former)
        self._source: str = row["source"]
        self._run = int(row["run"])
        self.unchanged = 0

    def take(self, records: tuple[Found, ...]) -> None:
        """Raises Stopped, and whatever the stores and keys raise."""
        newest: dict[str, Found] = {}
        for found in records:
            earlier = newest.get(found.reference)
            if earlier is None or _order(found) >= _order(earlier):
                newest[found.reference] = found
        places = {reference: self._places(reference) for reference in newest}
        rows = self._read(list({key for found in places.values() for _, key in found}))
        for reference, found in newest.items():
            ours = [(record_id, rows[key], key) for record_id, key in places[reference] if key in rows]
            if not ours:
                self._one(places[reference][0][0], found, None)
                continue
            record_id, origin, key = ours[0]
            here = key.pk == keys.patient(self._patient)
            self._one(record_id, found, origin if here else {**origin, "run": 0, ELSEWHERE: True})

    def _places(self, reference: str) -> list[tuple[str, Key]]:
        """Ids that a record may have here, with the rows that would say so; the first is its own."""
        ids = [gathering.record_id(card, self._source, reference) for card in self._cards]
        mine = [(one, keys.origin(self._patient, one)) for one in ids]
        return mine + [(one, keys.origin(card, one)) for card, one in zip(self._cards[1:], ids[1:], strict=True)]

    def _read(self, wanted: list[Key]) -> dict[Key, Item]:
        return {
            key: row
            for at in range(0, len(wanted), 100)
            for key, row in self._t.tables.get_many(wanted[at : at + 100]).items()
        }

    def _one(self, record_id: str, found: Found, origin: Item | None) -> None:
        if origin is not None and not self._news(found, origin):
            self.unchanged += int(origin["run"]) != self._run
            return
        if found.gone:
            self._gone(record_id, found, origin)
        elif found.kind:
            try:
                self._kept(record_id, found, origin)
            except (InvalidFieldsError, TooLargeError) as error:
                reason = error.fields[0].code if error.fields else error.code
                self._whole(record_id, found, origin, reason)
        else:
            self._whole(record_id, found, origin, found.reason)

    def _news(self, found: Found, origin: Item) -> bool:
        taken = (origin["at"], int(origin["number"]))
        fits_now = origin["as"] == "unmapped" and bool(found.kind) and int(origin["edition"]) != self._edition
        return _order(found) > taken or (_order(found) == taken and fits_now)

    # --- what becomes of it

    def _kept(self, record_id: str, found: Found, origin: Item | None) -> None:
        """A version of a record of the card, with where it came from inside its sealed body."""
        spec = record_type(found.kind)
        old = self._t.tables.get(keys.record(self._patient, spec.name, record_id))
        version = int(old["ver"]) + 1 if old else 1
        draft = self._t.drafts.draft(
            TASK,
            Action.AMEND if old else Action.CREATE,
            self._patient,
            spec,
            record_id,
            {**found.body, "provenance": self._provenance(found)},
            version=version,
            old=old,
        )
        draft.row.update(source="connected", react=[name for name in spec.reactions if name not in QUIET])
        writes = put_next(draft, old) if old else [put_new(draft)]
        staged, marks = self._no_longer(record_id, origin, spec.name)
        self._commit(
            "updated" if old else "added",
            record_id,
            found,
            origin,
            spec.name,
            [draft.staged, *staged],
            [*writes, *marks],
        )

    def _whole(self, record_id: str, found: Found, origin: Item | None, reason: str) -> None:
        version = int(origin["ver"]) + 1 if origin else 1
        content = {"reference": found.reference, "content": found.content, "provenance": self._provenance(found)}
        text = _text(content)
        if len(text) > LARGEST:
            reason, text = "too-large", _text({**content, "content": {}})
        change = self._t.gate.stage_private(
            TASK,
            self._patient,
            "unmapped",
            record_id,
            "unmapped:keep",
            resource_version=version,
            details={"source": self._source, "why": reason},
        )
        row: Item = {
            "id": record_id,
            "patient": self._patient,
            "source": self._source,
            "reason": reason,
            "ver": version,
            "at": stamp(self._t.clock()),
            "sealed": self._t.vault.seal(change.seal_with, version, text),
        }
        staged, marks = self._no_longer(record_id, origin, "unmapped")
        writes: list[Write] = [Put(keys.unmapped(self._patient, record_id), row, None), *marks]
        self._commit("unmapped", record_id, found, origin, "unmapped", [change, *staged], writes)

    def _gone(self, record_id: str, found: Found, origin: Item | None) -> None:
        """Marked and not removed; one that never came here leaves its ORIGIN, so that an older version stays away."""
        staged, marks = self._no_longer(record_id, origin, "", WITHDRAWN)
        if not staged:
            event = Event(TASK, "gather:skip", self._patient, resource_type="source", resource_id=record_id)
            staged = [self._t.gate.stage(event)]
        self._commit("withdrawn", record_id, found, origin, "gone", staged, marks)

    def _no_longer(
        self, record_id: str, origin: Item | None, becomes: str, state: str = OUTDATED
    ) -> tuple[list[Staged], list[Write]]:
        """What this record was here before, when it is that no more, is marked so."""
        was = origin["as"] if origin else "gone"
        if was in {"gone", becomes}:
            return [], []
        status: Item = {"status": {"state": state, "at": stamp(self._t.clock())}}
        if was == "unmapped":
            key, version = keys.unmapped(self._patient, record_id), 0
        else:
            key = keys.record(self._patient, was, record_id)
            version = int((self._t.tables.get(key) or {"ver": 0})["ver"])
        event = Event(
            TASK,
            f"gather:mark-{state}",
            self._patient,
            resource_type=was,
            resource_id=record_id,
            resource_version=version,
        )
        expect: Any = {"ver": version} if version else Expect.PRESENT
        return [self._t.gate.stage(event)], [Update(key, status, expect=expect)]

    # --- the transaction

    def _commit(
        self,
        count: str,
        record_id: str,
        found: Found,
        origin: Item | None,
        kind: str,
        staged: list[Staged],
        writes: list[Write],
    ) -> None:
        at, number = _order(found)
        guarded = [*self._guards(count), self._put_origin(record_id, found, origin, kind), *writes]
        try:
            self._t.gate.commit(staged, guarded)
        except ConflictError as error:
            if 0 <= error.index < GUARDS:
                raise Stopped from error
            if self._taken(record_id, at, number):  # a worker beside this one was faster
                return
            raise

    def _guards(self, count: str) -> list[Write]:
        """What must hold for anything to be taken: the run is this one's, the card open, its person's keys alive."""
        mine: Item = {"state": State.RUNNING.value, "run": self._run}
        return [
            Update(keys.source(self._patient, self._source), add={count: 1}, expect=mine),
            Check(keys.card(self._patient), {"state": CardState.ACTIVE.value}),
            self._t.patient_keys.alive(self._patient),
        ]

    def _put_origin(self, record_id: str, found: Found, origin: Item | None, kind: str) -> Write:
        """What was taken of the record and as what, unless another worker has said so meanwhile."""
        at, number = _order(found)
        row: Item = {
            "id": record_id,
            "source": self._source,
            "at": at,
            "number": number,
            "as": kind,
            "run": self._run,
            "edition": self._edition,
            "ver": int(origin["ver"]) + 1 if origin else 1,
        }
        expect: Expected = {"ver": int(origin["ver"])} if origin and ELSEWHERE not in origin else Expect.ABSENT
        return Put(keys.origin(self._patient, record_id), row, expect)

    def _taken(self, record_id: str, at: str, number: int) -> bool:
        stored = self._t.tables.get(keys.origin(self._patient, record_id))
        return stored is not None and (stored["at"], int(stored["number"])) >= (at, number)

    def _provenance(self, found: Found) -> dict[str, str]:
        return {
            "source": self._source,
            "record": found.reference,
            "version": found.version,
            "updated_at": found.updated,
            "fetched_at": stamp(self._t.clock()),
        }


def _order(found: Found) -> gathering.Order:
    return gathering.order(found.updated, found.version)


def _text(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
