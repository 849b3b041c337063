"""The row of an export, and the pieces of its file."""

from __future__ import annotations

from chalicelib.domain.exports import ORDER_PIECE
from chalicelib.ports import Sealed
from chalicelib.ports.tables import Item


def place_of(row: Item, name: str) -> str:
    """Where a piece lies among the documents; the bucket forgets what is older than its time (infra/stores.yaml)."""
    return f"exports/{row['card']}/{row['id']}/{name}"


def name_of(number: int, entry_id: str) -> str:
    """Of the piece that one try made: two tries at one moment do not write over each other."""
    return f"{number}-{entry_id[-12:]}"


def sealed_order(row: Item) -> Sealed:
    return Sealed(str(row["id"]), ORDER_PIECE, bytes(row["order"]))
