"""What the witness must never forget: its key, and the newest tree it cosigned of each log.

``key`` holds the 32 raw bytes of the Ed25519 private key in hex, ``state.json`` the rest, in one file for all logs:
so a log's entry cannot be lost alone. A witness without its memory could sign a second tree of one size; therefore
whatever is missing, altered or unreadable stops the start, and a write whose end is unknown stops all signing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from verifier import merkle, notes
from witness.disk import Disk
from witness.evidence import Evidence

VERSION = 1


class StateError(Exception):
    """The state cannot be trusted or kept; the text says what to look at."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The newest cosigned tree of a log; ``time`` in seconds is that of its last cosignature."""

    size: int
    root: str  # base64
    time: int
    note: str  # as the log signed it: evidence, should another tree of this size turn up


NOTHING = Tree(0, notes.b64(merkle.EMPTY), 0, "")


class State:
    """Not safe for threads: the caller holds a lock."""

    def __init__(self, folder: Path, name: str, disk: Disk | None = None) -> None:
        """Raises StateError. A folder that is new gets a key."""
        self._disk = disk or Disk()
        self._file = folder / "state.json"
        self._broken = False
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.evidence = Evidence(folder / "evidence", self._disk)
        self._lock = _hold(folder / "lock")
        try:
            self.trees = self._load(name, folder / "key")
            self.key = self._load_key(folder / "key")
        except BaseException:
            self.close()
            raise
        public = self.key.public_key().public_bytes_raw()
        self.vkey = notes.VerifierKey(name, notes.COSIGNATURE, public)

    def close(self) -> None:
        """Another process may take the folder; nothing is written from here any more."""
        self._broken = True
        os.close(self._lock)

    def newest(self, origin: str) -> Tree:
        return self.trees.get(origin, NOTHING)

    def advance(self, origin: str, tree: Tree) -> None:
        """Remember ``tree`` for good. Raises StateError, now and from then on, when that is not certain."""
        if self._broken:
            raise StateError("an earlier write failed, or the witness stops; start it anew")
        before = self.newest(origin)
        if tree == before:  # cosigned within this second already
            return
        if (
            tree.size < before.size
            or tree.time < before.time
            or (tree.size == before.size and tree.root != before.root)
        ):
            raise StateError("a step back")
        self._broken = True
        self._write({**self.trees, origin: tree})
        self.trees[origin] = tree
        self._broken = False

    def _write(self, trees: dict[str, Tree]) -> None:
        value = {"v": VERSION, "name": self._name, "logs": {origin: asdict(tree) for origin, tree in trees.items()}}
        try:
            self._disk.replace(self._file, json.dumps({**value, "sum": _sum(value)}, indent=1).encode())
        except OSError as error:
            raise StateError(f"{self._file} could not be written: {error.strerror}") from None

    def _load(self, name: str, key: Path) -> dict[str, Tree]:
        self._name = name
        if not self._file.exists():
            if key.exists():
                raise StateError(f"{self._file} is gone, but not the key: do not go on with it, make a new witness")
            self._write({})  # before the key, so that a key never stands alone
            return {}
        try:
            value = json.loads(self._file.read_bytes())
            given = value.pop("sum")
            trees = {str(origin): _tree(entry) for origin, entry in value["logs"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, notes.NoteError):
            raise StateError(f"{self._file} is damaged") from None
        if given != _sum(value) or value["v"] != VERSION:
            raise StateError(f"{self._file} is damaged")
        if value["name"] != name:
            raise StateError(f"this is the state of the witness {value['name']}")
        return trees

    def _load_key(self, path: Path) -> Ed25519PrivateKey:
        if not path.exists():
            if self.trees:
                raise StateError(f"{path} is gone: make a new witness in a new folder and publish its key")
            raw = Ed25519PrivateKey.generate().private_bytes_raw()
            try:
                self._disk.replace(path, raw.hex().encode())
            except OSError as error:
                raise StateError(f"{path} could not be written: {error.strerror}") from None
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise StateError(f"{path} can be read by others: its mode must be 0600")
        try:
            return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii")))
        except ValueError:
            raise StateError(f"{path} is damaged") from None


def _tree(entry: Any) -> Tree:
    """Raises what a damaged entry makes Python raise, or NoteError."""
    tree = Tree(**entry)
    read = notes.parse_text(notes.split(tree.note)[0])
    if (read.size, notes.b64(read.root)) != (tree.size, tree.root) or type(tree.time) is not int:
        raise ValueError
    return tree


def _sum(value: dict[str, Any]) -> str:
    """Against bad disks and editors; who wants to forge has the key beside it anyway."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _hold(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise StateError("another witness runs with this state") from None
    return descriptor
