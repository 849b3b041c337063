"""Partial tiles and bundles that the log has outgrown. All of them can be derived, so none is missed.

Each batch leaves the right edge under names of its own width: at small batches many times what the entries take.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.audit.logstore import LogStore
from chalicelib.audit.merkle import HEIGHT, WIDTH, tile_path

GRACE = timedelta(days=1)
"""A reader may still go by an older checkpoint for so long."""


def tidy(store: LogStore, now: datetime) -> int:
    """Remove what is neither of the present edge nor younger than a day; how many objects."""
    removed = 0
    for year in store.years():
        head = store.head(year)
        if head is None or head.applied != head.ver:
            continue
        kept = edge_of(head.size)
        folder = f"{year:04d}/"
        old = [
            name
            for name, changed in store.edge.dated(f"{folder}tile/")
            if name.removeprefix(folder) not in kept and now - changed > GRACE
        ]
        store.together(store.edge.remove, old)
        removed += len(old)
    return removed


def edge_of(size: int) -> set[str]:
    """Names of the partial tiles and the partial bundle of a tree."""
    names, level = set(), 0
    while count := size >> (HEIGHT * level):
        if width := count % WIDTH:
            names.add(tile_path(level, count // WIDTH, width))
            if level == 0:
                names.add(tile_path("entries", count // WIDTH, width))
        level += 1
    return names
