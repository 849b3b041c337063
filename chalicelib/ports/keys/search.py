"""Keys of the index by which a card is searched (docs/search.md). A partition of its own beside each card's.

So who indexes may delete here and nowhere else, and the eraser takes all of it by partition.
"""

from __future__ import annotations

from chalicelib.ports.tables import Key, Store


def search_index(patient_id: str) -> str:
    return f"S#{patient_id}"


def search_key(patient_id: str) -> Key:
    return Key(Store.CARD, search_index(patient_id), "KEY")


def indexed(patient_id: str, kind: str, record_id: str) -> Key:
    return Key(Store.CARD, search_index(patient_id), f"INDEX#{kind}#{record_id}")


def posting(patient_id: str, token: str, place: str) -> Key:
    return Key(Store.CARD, search_index(patient_id), f"{token}#{place}")


def place(occurred: str, kind: str, record_id: str) -> str:
    """Where a record stands in every list that it is in. ``occurred`` as in ``record_date``."""
    return f"{occurred}#{kind}#{record_id}"
