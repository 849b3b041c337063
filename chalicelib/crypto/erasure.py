"""Destruction of one human's keys (SPC-8), step by step; ``patient_keys.py`` has the rows and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.errors import ConflictError, ErasedError, KeyIntegrityError, OutcomeUnknownError, UnavailableError
from chalicelib.ports import Clock, keys
from chalicelib.ports.tables import Delete, Expect, Expected, Item, Key, Put, Store, Tables, Update, every_row

ACTIVE, DESTROYED = "active", "destroyed"
TRIES = 4
_PAGE = 50


def active_key(patient_id: str) -> Key:
    return keys.key_state(patient_id)


def kek_key(patient_id: str, version: str) -> Key:
    return Key(Store.KEYS, patient_id, f"kek#{version}")


def kek_rows(tables: Tables, patient_id: str) -> list[Item]:
    """Every ``kek#`` row of the person, all pages."""
    return list(every_row(tables, Store.KEYS, patient_id, "kek#"))


def refuse_tombstone(active: Mapping[str, Any]) -> None:
    """Raises ErasedError for a tombstone, KeyIntegrityError for a row in no known state."""
    if active.get("state") == DESTROYED:
        raise ErasedError
    if active.get("state") != ACTIVE:
        raise KeyIntegrityError


class Erasure:
    """One destruction. Each step can fail, and the whole can then be run again from the first."""

    def __init__(self, tables: Tables, clock: Clock, backup_window: timedelta, patient_id: str) -> None:
        self._tables, self._clock, self._window, self._patient = tables, clock, backup_window, patient_id
        self._head = active_key(patient_id)

    def bury(self, entry_id: str) -> Item:
        """The tombstone as it stands: the first one stays, with its time, entry and number of key versions.

        The number is exact: a rotation changes ``version``, so the tombstone is not put over one that was not counted.
        """
        for _ in range(TRIES):
            row = self._tables.get(self._head)
            if row is not None and row.get("state") == DESTROYED:
                return row
            now = self._clock()
            stone: Item = {
                "state": DESTROYED,
                "versions": len(kek_rows(self._tables, self._patient)),
                "destroyed_at": now.isoformat(),
                "final_after": (now + self._window).isoformat(),
                "entry_id": entry_id,
            }
            # A Put, so that nothing of the old row survives; conditioned on what was read just now.
            expect: Expected = Expect.ABSENT
            if row is not None:
                expect = {name: row[name] for name in ("state", "version") if name in row} or Expect.PRESENT
            try:
                self._tables.commit([Put(self._head, stone, expect=expect)])
            except (ConflictError, OutcomeUnknownError):
                continue  # read again: rotated, destroyed by another, or done with the reply lost
            return stone
        raise UnavailableError

    def delete_keys(self) -> bool:
        """Whether there was anything to delete; after it a strongly consistent read has found no key row."""
        deleted = False
        while rows := kek_rows(self._tables, self._patient):
            deleted = True
            for start in range(0, len(rows), _PAGE):
                some = rows[start : start + _PAGE]
                self._tables.commit([Delete(Key(Store.KEYS, self._patient, row["sk"])) for row in some])
        return deleted

    def finish(self, tombstone: Item, *, deleted: bool) -> datetime:
        """The moment when erasure is final.

        The backup window counts from the end of the deletion, not from the tombstone: a backup made between the two
        still holds the keys, and a run that was stopped there may be resumed days later.
        """
        for _ in range(TRIES):
            final = datetime.fromisoformat(tombstone["final_after"])
            if "keys_deleted_at" in tombstone and not deleted:
                return final
            now = self._clock()
            final = max(final, now + self._window)
            change = {"keys_deleted_at": now.isoformat(), "final_after": final.isoformat()}
            expect = {"state": DESTROYED, "final_after": tombstone["final_after"]}
            try:
                self._tables.commit([Update(self._head, set=change, expect=expect)])
            except (ConflictError, OutcomeUnknownError):  # the same erasure ran twice at once, or the reply was lost
                tombstone = self._tables.get(self._head) or tombstone
                continue
            return final
        raise UnavailableError
