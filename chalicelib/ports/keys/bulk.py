"""Keys: bulk $export: the cards of a consented group as encrypted NDJSON."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["bulk_export", "bulk_file", "bulk_files", "newest_bulk_export"]


def bulk_export(client_id: str, export_id: str) -> Key:
    """A bulk export: whose cards, how far it is."""
    return Key(Store.CARD, patient(client_id), f"BULK#{export_id}")


def newest_bulk_export(client_id: str) -> Key:
    """One at a time."""
    return Key(Store.CARD, patient(client_id), "NEWESTBULK")


def bulk_files(export_id: str) -> str:
    """What the sort keys of the files of an export begin with."""
    return f"BULKFILE#{export_id}#"


def bulk_file(client_id: str, export_id: str, name: str) -> Key:
    """A file: type, count, whose cards are in it; where it lies follows from the names."""
    return Key(Store.CARD, patient(client_id), bulk_files(export_id) + name)
