"""The row of a bulk export, its files, and who it is made for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.ports import Clock, Documents, keys
from chalicelib.ports.bulk import CardPages, RecipientCipher
from chalicelib.ports.resources import Reader
from chalicelib.ports.tables import Item, Store, Tables, Update, Write, every_row
from chalicelib.services.gate import Gate


@dataclass(frozen=True, slots=True)
class Tools:
    """``base``: address of the FHIR server."""

    gate: Gate
    tables: Tables
    documents: Documents
    cards: CardPages
    reader: Reader
    cipher: RecipientCipher
    clock: Clock
    base: str


def place_of(row: Item, name: str) -> str:
    """Where a file lies; the bucket forgets what is below ``exports/`` in its time (infra/stores.yaml)."""
    return f"exports/{row['client']}/{row['id']}/{name}"


def files_of(tables: Tables, row: Item) -> Iterator[Item]:
    return every_row(tables, Store.CARD, keys.patient(row["client"]), keys.bulk_files(row["id"]))


def asker(row: Item) -> Actor:
    """The client that asked, as its token was: the gate looks at each card whether it still may."""
    return Actor(
        PersonId(row["client"]),
        Role(row["role"]),
        organisation_id=row["organisation"],
        scopes=frozenset(row["scopes"]),
        request_id=row["id"],
    )


def moved(row: Item, change: Item) -> Write:
    """The row goes on from where this try found it, or not at all."""
    return Update(keys.bulk_export(row["client"], row["id"]), change, add={"ver": 1}, expect={"ver": int(row["ver"])})
