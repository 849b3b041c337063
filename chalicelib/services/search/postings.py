"""The rows by which a record is found, brought to what its newest version says.

A record's INDEX row remembers the tokens of one version, where it stands in time, and a ``fence``: a number that grows
with every claim. What fits into one transaction is one. A longer change is claimed first (``was`` keeps everything that
may still stand from before), then written and deleted in pieces that each check the fence, and closed last. So a worker
that was overtaken by a newer version cannot write any more, a worker that died is finished by the next one, and a
version never replaces a newer one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from chalicelib.domain.identity import PersonId
from chalicelib.domain.search.terms import EDITION, joined, parted, spelled
from chalicelib.ports import PatientKeys, keys
from chalicelib.ports.tables import Check, Delete, Expect, Expected, Item, Key, Put, Tables, Update, Write

ROOM = 96
"""Postings in one transaction of at most a hundred, beside the record's row, the patient's keys and a receipt."""

Spot = tuple[str, bytes]
"""(moment, token): with kind and id one posting."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record as it is to be found; no tokens: not at all."""

    kind: str
    record_id: str
    number: int
    at: str
    tokens: Collection[bytes]


def settled(row: Item | None) -> bool:
    """Whether every posting stands that an INDEX row names, and no other."""
    return row is not None and "was" not in row


class Postings:
    def __init__(self, tables: Tables, patient_keys: PatientKeys) -> None:
        self._tables = tables
        self._keys = patient_keys

    def place(self, patient_id: PersonId, version: Version) -> list[Write]:
        """What is left to be committed, with the receipt of whoever asked, to have exactly this version found.

        Empty when a newer one is found already. Raises ConflictError when another worker is at the same record.
        """
        key = keys.indexed(patient_id, version.kind, version.record_id)
        old = self._tables.get(key)
        if old is not None and int(old["ver"]) > version.number:
            return []
        target = {(version.at, token) for token in version.tokens}
        ever = _spots(old)
        standing = ever if settled(old) else set()
        if old is None and not target:
            return []
        row: Item = {
            "ver": version.number,
            "edition": EDITION,
            "at": version.at,
            "tokens": joined(version.tokens),
            "fence": int(old["fence"]) + 1 if old else 1,
        }
        expect: Expected = {"fence": int(old["fence"])} if old else Expect.ABSENT
        changes: list[Write] = [
            *(Put(self._key(patient_id, version, spot), {}, None) for spot in sorted(target - standing)),
            *(Delete(self._key(patient_id, version, spot)) for spot in sorted(ever - target)),
        ]
        alive = self._keys.alive(patient_id)
        if len(changes) <= ROOM:
            return [Put(key, row, expect), *changes, alive]
        was = [*(old or {}).get("was", []), *([{"at": old["at"], "tokens": old["tokens"]}] if old else [])]
        self._tables.commit([Put(key, {**row, "was": was}, expect), alive])
        mine: Item = {"fence": row["fence"]}
        for at in range(0, len(changes), ROOM):
            self._tables.commit([Check(key, mine), alive, *changes[at : at + ROOM]])
        return [Update(key, remove=("was",), expect=mine), alive]

    @staticmethod
    def _key(patient_id: PersonId, version: Version, spot: Spot) -> Key:
        at, token = spot
        return keys.posting(patient_id, spelled(token), keys.place(at, version.kind, version.record_id))


def _spots(row: Item | None) -> set[Spot]:
    """Every posting that may stand."""
    if row is None:
        return set()
    return {(one["at"], token) for one in (row, *row.get("was", [])) for token in parted(bytes(one["tokens"]))}
