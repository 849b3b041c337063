"""Large transactions: more than one transaction of the database holds, and yet all of it or nothing.

    1  staged     what each entry stores, sealed already, under the import's own key, where nothing looks; TTL
    2  committed  one transaction: the import is taken, with the cards that it opens and its idempotency key. Whatever
                  dies before leaves rows that nobody sees and that time removes; from here on it is carried through
    3  brought in chunk by chunk, each record with its audit entry in one transaction, marked with the import: nobody
                  sees such a row (storage/settled.py). A chunk that was brought in says so, so it is done once
    4  settled    one conditional write: everything of it shows from this moment on; patients are told, once each
    5  finished   in the background: the marks go, each record gets the reactions that it would have had

Who dies in 3 leaves a timer that brings it to its end. A card that is closed meanwhile for good ends the import:
nothing of it ever shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access import CardState
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.errors import BundleMixedError, ConflictError, ErasedError, ImportFailedError, OutcomeUnknownError
from chalicelib.ports import Clock, Event, PatientKeys, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Delete, Expect, Item, Key, Put, Store, Tables, Update, Write, every_row
from chalicelib.ports.timers import Rung, Timer, set_timer
from chalicelib.services.gate import Gate, Staged

TOPIC = "import"
COMMITTED, SETTLED, VOID = "committed", "settled", "void"
ACTIONS = 100
"""Of one transaction of the database."""
BYTES = 3_000_000
"""Of one, below its 4 MB: names of attributes and keys count too."""
KEPT = timedelta(days=2)
"""As long as an idempotency key: so long can the answer be given again."""
PATIENCE = timedelta(minutes=2)
ANSWERED = 400
"""Lines of an answer in one row."""
MOST_PATIENTS = 3
QUIET = frozenset({"notify_patient"})
GONE = frozenset({CardState.ERASED.value, CardState.MERGED.value})


@dataclass(frozen=True, slots=True)
class Part:
    """What one entry stores. ``patient``: whose card; "" for the directory."""

    number: int
    patient: str
    staged: Sequence[Staged]
    writes: Sequence[Write]


@dataclass(frozen=True, slots=True)
class Load:
    """One large transaction. ``first``: what has to be stored with its beginning: cards that it opens."""

    actor: Actor
    parts: Sequence[Part]
    answers: Sequence[str]
    first: tuple[Sequence[Staged], Sequence[Write]] = field(default=((), ()))


class Imports:
    def __init__(self, gate: Gate, tables: Tables, patient_keys: PatientKeys, clock: Clock) -> None:
        """``tables``: without the rule that hides what is on its way (``SettledTables.beneath``)."""
        self._gate = gate
        self._tables = tables
        self._keys = patient_keys
        self._clock = clock

    # --- 1 and 2

    def stage(self, import_id: str, load: Load) -> None:
        """Raises BundleMixedError for what changes something that is there; UnavailableError."""
        expires = int((self._clock() + KEPT).timestamp())
        rows = {keys.import_part(import_id, part.number): {**_stored(part), "expires": expires} for part in load.parts}
        for at in range(0, len(load.answers), ANSWERED):
            lines = list(load.answers[at : at + ANSWERED])
            rows[keys.import_answer(import_id, at)] = {"lines": lines, "expires": expires}
        self._tables.put_many(rows)

    def beginning(self, import_id: str, load: Load, *, later: bool) -> tuple[list[Staged], list[Write]]:
        """What commits it. ``later``: it is brought in in the background, beginning at once."""
        now, actor = self._clock(), load.actor
        patients = sorted({part.patient for part in load.parts if part.patient})
        row: Item = {
            "id": import_id,
            "patient": actor.organisation_id or actor.person_id,
            "state": COMMITTED,
            "ver": 1,
            "at": stamp(now),
            "client": actor.person_id,
            "parts": len(load.parts),
            "patients": patients,
            "actor": _said(actor),
            **({"react": ["finish_import"]} if later else {}),
        }
        details = {"entries": len(load.parts), "patients": len(patients)}
        event = Event(actor, "bundle:import", SYS, resource_type="import", resource_id=import_id, details=details)
        timer = Timer(PersonId(row["patient"]), TOPIC, import_id, now + PATIENCE)
        staged, writes = load.first
        return [self._gate.stage(event), *staged], [
            Put(keys.import_row(import_id), row),
            *set_timer(timer, now),
            *writes,
        ]

    # --- 3 and 4

    def bring_in(self, import_id: str, until: datetime | None = None) -> Item:
        """Carry it through; repeatable, also beside another who does. Its row as it is then.

        ``until``: no further part is begun then, the rest comes another time; one part is brought in at least. Raises
        ImportFailedError when a card was closed meanwhile, UnavailableError: a timer tries again.
        """
        row = self._row(import_id)
        if row["state"] == COMMITTED:
            actor = _actor(row["actor"])
            done = {r["sk"] for r in every_row(self._tables, Store.CARD, keys.imports(import_id), "MOVED#")}
            begun = False
            for number, chunk in enumerate(self._chunks(row)):
                if keys.import_moved(import_id, number).sk in done:
                    continue
                if begun and until is not None and self._clock() >= until:
                    return row
                self._moved(row, actor, number, chunk)
                begun = True
            self._settle(row)
            row = self._row(import_id)
        if row["state"] == VOID:
            raise ImportFailedError
        return row

    def state(self, import_id: str) -> Item | None:
        return self._tables.get(keys.import_row(import_id))

    def progress(self, row: Item) -> tuple[int, int]:
        """How many entries are in, of how many."""
        if row["state"] != COMMITTED:
            return int(row["parts"]), int(row["parts"])
        rows = every_row(self._tables, Store.CARD, keys.imports(row["id"]), "MOVED#")
        return sum(int(moved["count"]) for moved in rows), int(row["parts"])

    def answers(self, import_id: str) -> list[str]:
        rows = every_row(self._tables, Store.CARD, keys.imports(import_id), keys.IMPORT_ANSWERS)
        return [line for row in rows for line in row["lines"]]

    def _chunks(self, row: Item) -> Iterator[list[Item]]:
        """Always the same ones: rows in their order, as many as one transaction takes."""
        room, spent, size = ACTIONS - 2 - 2 * len(row["patients"]), 0, 0
        chunk: list[Item] = []
        for part in every_row(self._tables, Store.CARD, keys.imports(row["id"]), keys.IMPORT_ROWS):
            cost, weight = len(part["puts"]) + len(part["events"]), int(part["size"])
            if chunk and (spent + cost > room or size + weight > BYTES):
                yield chunk
                chunk, spent, size = [], 0, 0
            chunk, spent, size = [*chunk, part], spent + cost, size + weight
        if chunk:
            yield chunk

    def _moved(self, row: Item, actor: Actor, number: int, chunk: Sequence[Item]) -> None:
        import_id, patients = row["id"], sorted({part["patient"] for part in chunk if part["patient"]})
        expires = int((self._clock() + KEPT).timestamp())
        writes: list[Write] = [
            Put(keys.import_moved(import_id, number), {"count": len(chunk), "expires": expires}),
            Check(keys.import_row(import_id), {"state": COMMITTED}),
            *(Check(keys.card(one), {"state": CardState.ACTIVE.value}) for one in patients),
            *(self._keys.alive(PersonId(one)) for one in patients),
        ]
        guards = len(writes)
        for part in chunk:
            writes += [_put(put, import_id) for put in part["puts"]]
        staged = [_staged(actor, said) for part in chunk for said in part["events"]]
        try:
            self._gate.commit(staged, writes)
        except ErasedError:
            self._void(row)
        except ConflictError as error:
            if 0 <= error.index < 2:  # noqa: PLR2004 - another was faster, with this chunk or with all of them
                return
            if error.index < guards and self._closed(patients):
                self._void(row)
            raise

    def _settle(self, row: Item) -> None:
        import_id, now = row["id"], self._clock()
        told = [happened(PersonId(one), self._gate.new_id(), "import_delivered", now) for one in row["patients"]]
        change: Item = {"state": SETTLED, "settled_at": stamp(now), "react": ["finish_import"]}
        writes: list[Write] = [
            Update(keys.import_row(import_id), change, {"ver": 1}, expect={"state": COMMITTED}),
            Delete(keys.timer(row["patient"], TOPIC, import_id)),
            *told,
            *(Check(keys.card(one), {"state": CardState.ACTIVE.value}) for one in row["patients"]),
        ]
        try:
            self._tables.commit(writes)
        except ConflictError as error:
            if error.index == 0:
                return  # another was faster
            if self._closed(row["patients"]):
                self._void(row)
            raise  # a card is just being merged: what shows now, nobody would carry on
        except OutcomeUnknownError:
            if self._row(import_id)["state"] == COMMITTED:
                raise

    # --- 5

    def finish(self, row: Item) -> tuple[Sequence[Staged], Sequence[Write]]:
        """Reaction ``finish_import``: bring in what is not, then take the marks away. Repeatable at any place."""
        import_id = row["id"]
        with suppress(ImportFailedError):
            standing = self.bring_in(import_id)
            if row["state"] == COMMITTED:
                return (), ()  # that it is settled now calls this again
            for chunk in self._chunks(standing):
                for part in chunk:
                    for put in part["puts"]:
                        self._unmarked(_key(put), put["item"], import_id)
        expires = int((self._clock() + KEPT).timestamp())
        return (), [Update(keys.import_row(import_id), {"expires": expires}, remove=("react",))]

    def ring(self, timer: Timer) -> Rung:
        """Who brought it in has died: the reaction goes on, which may write entries of the log."""
        row = self._tables.get(keys.import_row(timer.subject))
        if row is None or row["state"] != COMMITTED:
            return Rung()
        again: Item = {"react": ["finish_import"]}
        return Rung([Update(keys.import_row(timer.subject), again, {"ver": 1}, expect={"state": COMMITTED})])

    def _unmarked(self, key: Key, item: Mapping[str, Any], import_id: str) -> None:
        reactions = [name for name in item.get("react", ()) if name not in QUIET]
        change: Item = {"react": reactions} if reactions else {}
        with suppress(ConflictError):  # amended meanwhile: that version has no mark, and reactions of its own
            self._tables.commit([Update(key, change, remove=("txn",), expect={"txn": import_id})])

    # --- the end of one that cannot be carried through

    def _closed(self, patients: Sequence[str]) -> bool:
        found = self._tables.get_many([keys.card(one) for one in patients])
        return any(found.get(keys.card(one), {}).get("state") in GONE for one in patients)

    def _void(self, row: Item) -> None:
        """Always raises ImportFailedError."""
        event = Event(
            _actor(row["actor"]),
            "bundle:void",
            SYS,
            "error",
            resource_type="import",
            resource_id=row["id"],
            reason="card",
        )
        void: Item = {"state": VOID, "expires": int((self._clock() + KEPT).timestamp())}
        with suppress(ConflictError):
            self._gate.commit(
                [self._gate.stage(event)],
                [
                    Update(keys.import_row(row["id"]), void, {"ver": 1}, expect={"state": COMMITTED}),
                    Delete(keys.timer(row["patient"], TOPIC, row["id"])),
                ],
            )
        raise ImportFailedError

    def _row(self, import_id: str) -> Item:
        row = self._tables.get(keys.import_row(import_id))
        if row is None:
            raise ImportFailedError
        return row


# --- entries as rows, and back


def _stored(part: Part) -> Item:
    puts: list[Item] = []
    for write in part.writes:
        if not isinstance(write, Put) or write.expect not in {None, Expect.ABSENT}:
            raise BundleMixedError
        key, new = write.key, write.expect is not None
        puts.append({"store": key.store.value, "pk": key.pk, "sk": key.sk, "item": write.item, "new": new})
    size = sum(len(value) for put in puts for value in put["item"].values() if isinstance(value, bytes | str))
    events = [_event(one) for one in part.staged]
    return {"n": part.number, "patient": part.patient, "puts": puts, "events": events, "size": size + 1_000 * len(puts)}


def _event(staged: Staged) -> Item:
    event = staged.event
    names = ("action", "subject", "resource_type", "resource_id", "resource_version", "reason", "purpose", "new")
    return {"entry": staged.entry_id, "details": dict(event.details), **{name: getattr(event, name) for name in names}}


def _staged(actor: Actor, said: Item) -> Staged:
    fields = {name: value for name, value in said.items() if name != "entry"}
    fields["resource_version"] = int(fields["resource_version"])
    return Staged(Event(actor, **fields), said["entry"])


def _said(actor: Actor) -> Item:
    names = ("person_id", "organisation_id", "department", "member_id", "session_id", "ip", "request_id")
    return {"role": actor.role.value, **{name: getattr(actor, name) for name in names}}


def _actor(said: Mapping[str, Any]) -> Actor:
    return Actor(**{**said, "person_id": PersonId(said["person_id"]), "role": Role(said["role"])})


def _key(put: Item) -> Key:
    return Key(Store(put["store"]), put["pk"], put["sk"])


def _put(put: Item, import_id: str) -> Put:
    """On its way: nobody sees it, and nothing reacts to it."""
    item: Item = {name: value for name, value in put["item"].items() if name != "react"}
    return Put(_key(put), {**item, "txn": import_id}, Expect.ABSENT if put["new"] else None)
