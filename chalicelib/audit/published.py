"""What is published of a log, read back: checkpoints, entry bundles, tiles. Nothing read is trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.audit.ec_key import EcKey
from chalicelib.audit.entry import b64
from chalicelib.audit.envelopes import unbundle
from chalicelib.audit.logstore import LogStore
from chalicelib.audit.merkle import HASH, WIDTH, Tree, tile_path
from chalicelib.audit.notes import cosigned
from chalicelib.errors import NotFoundError, UnavailableError
from chalicelib.ports.journal import Checkpoint

_PARTIAL = re.compile(r"^(.+)\.p/(\d+)$")


class Published:
    def __init__(self, store: LogStore) -> None:
        self._store = store

    def checkpoint(self, year: int) -> Checkpoint | None:
        """The newest one. Raises UnavailableError for what cannot be read."""
        note, _ = self._store.pointer(year)
        return parsed(note, year) if note else None

    def inclusion(self, year: int, index: int, size: int) -> list[bytes]:
        """Proof of a leaf in the published tree of ``size``. Raises UnavailableError while tiles are missing."""
        try:
            return Tree(size, lambda name: self._tile(year, name)).inclusion(index)
        except (NotFoundError, ValueError) as error:
            raise UnavailableError from error

    def consistency(self, year: int, old: int, size: int) -> list[bytes]:
        """Proof that the published tree of ``size`` begins with that of ``old``. Raises UnavailableError."""
        try:
            return Tree(size, lambda name: self._tile(year, name)).consistency(old)
        except (NotFoundError, ValueError) as error:
            raise UnavailableError from error

    def envelopes(self, year: int, start: int, end: int, size: int) -> list[bytes]:
        """Leaf data ``start`` to ``end`` (exclusive) of a log that has ``size``. Raises UnavailableError."""
        found: list[bytes] = []
        for number in range(start // WIDTH, -(-end // WIDTH)):
            first = number * WIDTH
            bundle = self.bundle(year, number, min(WIDTH, size - first))
            found += bundle[max(start - first, 0) : min(end - first, WIDTH)]
        return found

    def bundle(self, year: int, number: int, width: int) -> Sequence[bytes]:
        """The first ``width`` envelopes of a bundle. Raises UnavailableError."""
        try:
            found = unbundle(self._either(year, tile_path("entries", number, width)))
        except (NotFoundError, ValueError) as error:
            raise UnavailableError from error
        if len(found) < width:
            raise UnavailableError
        return found[:width]

    def _tile(self, year: int, name: str) -> bytes:
        partial = _PARTIAL.match(name)
        data = self._either(year, name)
        return data[: int(partial[2]) * HASH] if partial else data

    def _either(self, year: int, name: str) -> bytes:
        """A partial object may be gone when the full one, which begins with it, is there."""
        try:
            return self._store.get(year, name)
        except NotFoundError:
            partial = _PARTIAL.match(name)
            if partial is None:
                raise
            return self._store.get(year, partial[1])


def policy(name: str, log_key: EcKey, writer_ca: EcKey, witnesses: Sequence[str]) -> dict[str, Any]:
    """What the operator publishes for checking the log. Who checks keeps a copy from another time and place."""
    return {
        "log": {"name": name, "keys": [b64(log_key.public)]},
        "writer_ca": [b64(writer_ca.public)],
        "witnesses": list(witnesses),
        "quorum": len(witnesses) // 2 + 1 if witnesses else 0,
    }


def parsed(note: str, year: int) -> Checkpoint:
    """A checkpoint with the moments of its cosignatures. Its signatures are checked by who relies on it."""
    parts = note.partition("\n\n")[0].split("\n")
    if len(parts) < 3 or not parts[1].isdecimal():  # noqa: PLR2004 - origin, size, root
        raise UnavailableError
    witnesses = [(name, datetime.fromtimestamp(seconds, UTC)) for name, seconds in cosigned(note)]
    return Checkpoint(year, parts[0], int(parts[1]), parts[2], note, tuple(witnesses))
