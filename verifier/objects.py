"""Where the objects of an exported log are, and what their names mean."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from verifier.merkle import WIDTH, tile_path
from verifier.report import Flaw

MAX_OBJECT = 128 * 2**20  # the largest honest segment is half of it
MAX_LEVEL = 8  # 256^8 leaves are more than a size may say


class Objects(Protocol):
    def names(self) -> Iterable[str]:
        """All names, in any order."""
        ...

    def read(self, name: str) -> bytes:
        """Raises Flaw when there is no such object or it cannot be read."""
        ...


class Memory:
    """Objects in a dictionary."""

    def __init__(self, data: Mapping[str, bytes]) -> None:
        self._data = data

    def names(self) -> Iterable[str]:
        return self._data.keys()

    def read(self, name: str) -> bytes:
        if name not in self._data:
            raise Flaw("object-missing")
        return self._data[name]


class Folder:
    """An exported log in a file system. Links are not followed, and only ordinary files are opened."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def names(self) -> Iterable[str]:
        for place, folders, files in os.walk(self._path):
            links = [name for name in folders if (Path(place) / name).is_symlink()]
            for name in (*files, *links):
                yield (Path(place) / name).relative_to(self._path).as_posix()

    def read(self, name: str) -> bytes:
        path = self._path / name
        try:
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode):
                raise Flaw("object-unreadable")
            if status.st_size > MAX_OBJECT:
                raise Flaw("too-large", most=MAX_OBJECT)
            return path.read_bytes()
        except FileNotFoundError:
            raise Flaw("object-missing") from None
        except (OSError, ValueError):
            raise Flaw("object-unreadable") from None


@dataclass(frozen=True, slots=True)
class TileName:
    """``level`` -1 stands for a bundle of entries."""

    level: int
    number: int
    width: int

    def text(self) -> str:
        return tile_path("entries" if self.level < 0 else self.level, self.number, self.width)

    @property
    def end(self) -> int:
        """How many nodes of its level the tree needs for this tile to exist."""
        return self.number * WIDTH + self.width


_TILE = re.compile("tile/(entries|[0-9])/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\\.p/([0-9]{1,3}))?")


def tile_name(name: str) -> TileName | None:
    """None for what is not the one right way to write a tile's name."""
    match = _TILE.fullmatch(name)
    if not match:
        return None
    number = int(match[2].replace("x", "").replace("/", ""))
    found = TileName(-1 if match[1] == "entries" else int(match[1]), number, int(match[3] or WIDTH))
    return found if found.text() == name and found.level < MAX_LEVEL and found.width > 0 else None


def checkpoint_name(name: str) -> int | None:
    """Size in the name of a locked checkpoint."""
    match = re.fullmatch("checkpoints/([0-9]{20})", name)
    return int(match[1]) if match else None


def segment_name(name: str) -> tuple[int, int, str] | None:
    """Start, end and the beginning of the hash in a segment's name."""
    match = re.fullmatch("segment/([0-9]{20})-([0-9]{20})-([0-9a-f]{16})", name)
    if not match or int(match[1]) >= int(match[2]):
        return None
    return int(match[1]), int(match[2]), match[3]
