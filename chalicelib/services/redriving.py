"""Reactions that failed for good and were parked: the operator looks at them, has them run again, or gives them up.

    waiting   what waits, and of what it failed; nothing is changed
    redrive   a row that names the reaction ``run_again`` is stored with the entry, and the message ends; the stream
              does the work under its own rights. What fails again is parked again, as what it was
    discard   entry, then the message ends: nobody will do it

Replay-safe: the reaction has its receipt, so it takes effect once however often it is run; the row is named after the
message, so a redrive that died half-way and is repeated stores nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from chalicelib.domain.identity import SYS, PersonId, system_actor
from chalicelib.errors import ConflictError, FieldProblem, InvalidFieldsError, UnavailableError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.parking import AGAIN, Parked, Parking
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Key, Store, Tables, Write
from chalicelib.services.gate import Gate, Staged

QUEUE = "parked"
MOST = 100
WORDS = ("reaction", "pk", "sk", "patient")
REASONS = ("superseded", "done-by-hand", "cannot-be-done")
"""Why something is given up. Stored in entries: never rename, never reuse."""

Run = Callable[[str, Item], bool]


class RedrivingService:
    def __init__(self, gate: Gate, tables: Tables, parking: Parking, run: Run, clock: Clock) -> None:
        """``run`` runs a reaction of a row, once (services/reactions.py)."""
        self._gate = gate
        self._tables = tables
        self._parking = parking
        self._run = run
        self._clock = clock

    # --- the operator

    def waiting(self, most: int = MOST) -> list[Item]:
        """What waits, at most ``most``: id, reaction, row, version, code of the failure, how often it was looked at."""
        with self._taken(most) as found:
            return [_shown(one) for one in found]

    def redrive(self, ids: Sequence[str] = (), most: int = MOST) -> dict[str, Any]:
        """Have those run again, or all that can be read: ``{"redriven": n, "left": [ids]}``."""
        done, left = 0, []
        with self._taken(most) as found:
            for one in _chosen(found, ids):
                if not _readable(one):
                    left.append(one.id)
                    continue
                self._again(one)
                self._parking.end(QUEUE, one)
                found.remove(one)
                done += 1
        return {"redriven": done, "left": left}

    def discard(self, ids: Sequence[str], reason: str, most: int = MOST) -> dict[str, int]:
        """Give up exactly those. Raises InvalidFieldsError without ids, or for a reason that is none of ``REASONS``."""
        if not ids:
            raise InvalidFieldsError(fields=(FieldProblem("/ids", "missing", "name what is to be given up"),))
        if reason not in REASONS:
            raise InvalidFieldsError(fields=(FieldProblem("/reason", "choice", "one of: " + ", ".join(REASONS)),))
        done = 0
        with self._taken(most) as found:
            for one in _chosen(found, ids):
                self._gate.record(self._event("reaction:discard", one, reason))
                self._parking.end(QUEUE, one)
                found.remove(one)
                done += 1
        return {"discarded": done}

    def _again(self, one: Parked) -> None:
        said = one.payload
        of = {name: said[name] for name in ("reaction", "pk", "sk")} | {"version": int(said["version"])}
        row = happened(PersonId(said["patient"]), one.id, AGAIN, self._clock(), {"of": of})
        event = self._event("reaction:redrive", one, str(said.get("error", ""))[:60])
        try:
            self._gate.commit([self._gate.stage(event)], [row])
        except ConflictError:  # a redrive that died before the message ended has stored it
            return

    @staticmethod
    def _event(action: str, one: Parked, reason: str) -> Event:
        said = {name: str(one.payload.get(name, ""))[:200] for name in WORDS}
        details = {**said, "message": one.id}
        return Event(system_actor("operator"), action, SYS, resource_type="reaction", reason=reason, details=details)

    @contextmanager
    def _taken(self, most: int) -> Iterator[list[Parked]]:
        """What is still in the list at the end goes back, whatever happened."""
        found = [*self._parking.take(QUEUE, min(most, MOST))]
        try:
            yield found
        finally:
            for one in found:
                with suppress(UnavailableError):  # it comes back by itself
                    self._parking.give_back(QUEUE, one)

    # --- the stream

    @property
    def reactions(self) -> Mapping[str, Callable[[Item], tuple[Sequence[Staged], Sequence[Write]]]]:
        return {AGAIN: self.again}

    def again(self, row: Item) -> tuple[Sequence[Staged], Sequence[Write]]:
        """Run what is named in ``of``, with its own receipt. Nothing for a row that is gone: its time is over."""
        of = row["of"]
        found = self._version(of["pk"], of["sk"], int(of["version"]))
        if found is not None:
            self._run(of["reaction"], found)
        return (), ()

    def _version(self, pk: str, sk: str, version: int) -> Item | None:
        """The row as it was parked, where that version is kept; else as it stands today, which is what counts."""
        now = self._tables.get(Key(Store.CARD, pk, sk))
        if now is None or int(now["ver"]) == version or not sk.startswith("R#"):
            return now
        _, kind, record_id = sk.split("#", 2)
        earlier = self._tables.get(keys.record_version(now["patient"], kind, record_id, version))
        return earlier or now


def _chosen(found: Sequence[Parked], ids: Sequence[str]) -> list[Parked]:
    return [one for one in found if not ids or one.id in ids]


def _readable(one: Parked) -> bool:
    texts = all(isinstance(one.payload.get(name), str) and one.payload[name] for name in WORDS)
    return texts and isinstance(one.payload.get("version"), int)


def _shown(one: Parked) -> Item:
    said = {name: one.payload[name] for name in (*WORDS, "version", "error") if name in one.payload}
    return {"id": one.id, "taken": one.taken, "readable": _readable(one), **said}
