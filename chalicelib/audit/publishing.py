"""What was published of a log, and publishing what was committed: locked checkpoint, cosignature, pointer."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chalicelib.audit import notes
from chalicelib.audit.alarms import ForkError, LostRaceError
from chalicelib.audit.ec_key import EcKey
from chalicelib.audit.logstore import Head, LogStore
from chalicelib.audit.merkle import Tree
from chalicelib.audit.notes import Checkpoint
from chalicelib.audit.witness import WitnessRefused, WitnessUnavailable
from chalicelib.errors import NotFoundError

log = logging.getLogger("medkarta.audit")

CHECKPOINTS = "checkpoints"
_NAME = re.compile("/[0-9]{20}$")
Step = Callable[[str], None]
State = tuple[int, bytes]
"""Size and root."""


class Witness(Protocol):
    def cosign(self, note: str, size: int, origin: str, prove: Callable[[int], list[bytes]]) -> str:
        """Signature lines. Raises WitnessUnavailable, WitnessRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """The newest checkpoint as the pointer has it; ``tag`` is for replacing it."""

    checkpoint: Checkpoint | None
    note: str
    tag: str


class Publisher:
    def __init__(
        self, store: LogStore, name: str, key: EcKey, witness: Witness | None, step: Step = lambda _: None
    ) -> None:
        self._store = store
        self._name = name
        self._key = key
        self._witness = witness
        self._step = step

    def origin(self, year: int) -> str:
        return f"{self._name}/{year:04d}"

    # --- the guard

    def guard(self, year: int, head: Head, start: State | None = None) -> Published:
        """The head must be what was published (or, with ``start``, one step further), and nothing may lie above it.

        Whoever can write the head table and the pointer could else make the log sign a second history. Locked objects
        are listed by version, so a delete marker hides nothing. Raises ForkError, or LostRaceError when the log has
        gone on meanwhile.
        """
        wrong = self._above(year, head)
        published = self._published(year, head, start)
        state = (published.checkpoint.size, published.checkpoint.root) if published.checkpoint else (0, Head().root)
        if not wrong and state not in {(head.size, head.root), start}:
            wrong = f"the head says {head.size}, the published checkpoint {state[0]}"
        if wrong:
            if self._store.head(year) != head:
                raise LostRaceError
            raise ForkError(f"{self.origin(year)}: {wrong}")
        return published

    def _above(self, year: int, head: Head) -> str:
        """What is wrong with the locked checkpoints from the head's size on; empty when nothing is.

        What lies there and is no checkpoint that this log has signed says nothing: else anybody who may put an object
        could stop the log until its lock ends. What lies under a delete marker is taken for one.
        """
        own = f"{year:04d}/{CHECKPOINTS}/{_name_of(head.size)}"
        found = self._store.locked_after(year, CHECKPOINTS, _name_of(head.size - 1) if head.size else "")
        seen = [version for version in found if _NAME.search(version.name)]
        hidden = {version.name for version in seen if version.marker}
        above = {version.name for version in seen if version.name != own}
        for name in sorted(above):
            if name in hidden or notes.is_ours(self._text(year, name), self.origin(year), self._key):
                return f"there is a checkpoint of a later tree, {name}"
        if own in hidden:
            return f"the checkpoint of size {head.size} was deleted"
        return f"there are two checkpoints of size {head.size}" if [v.name for v in seen].count(own) > 1 else ""

    def _text(self, year: int, name: str) -> str:
        try:
            return self._store.get(year, name.partition("/")[2]).decode("utf-8", "replace")
        except NotFoundError:
            return ""

    def _published(self, year: int, head: Head, start: State | None) -> Published:
        """The pointer, or where it is lost or is somebody's scribble, the locked checkpoint that stands for it."""
        note, tag = self._store.pointer(year)
        if note and not notes.is_ours(note, self.origin(year), self._key):
            log.warning("the pointer of %s is not the log's and is made anew", self.origin(year))
            note = ""
        if not note:
            note = self._locked_note(year, [head.size, *([start[0]] if start else [])])
        return Published(notes.opened(note, self.origin(year), self._key) if note else None, note, tag)

    def _locked_note(self, year: int, sizes: list[int]) -> str:
        names = (f"{year:04d}/{CHECKPOINTS}/{_name_of(size)}" for size in sizes)
        return next((text for name in names if (text := self._text(year, name))), "")

    # --- publishing

    def publish(self, year: int, head: Head, published: Published, get: Callable[[str], bytes]) -> None:
        """Sign and publish what the head says. Repeatable; a witness that is away does not hold up the log."""
        checkpoint = Checkpoint(self.origin(year), head.size, head.root)
        note = notes.signed(checkpoint, self._key)
        self._step("signed")
        note += self._cosigned(note, head.size, year, get)
        first = self._store.first(year, f"{CHECKPOINTS}/{_name_of(head.size)}", note.encode()).decode()
        if first != note:
            if notes.opened(first, self.origin(year), self._key) != checkpoint:
                raise ForkError(f"{self.origin(year)}: two trees of size {head.size}")
            note = note if witnessed_at(note) >= witnessed_at(first) else first
        self._step("locked checkpoint")
        self._point(year, head.size, note, published.tag)
        self._step("published")

    def renew(self, year: int, head: Head, published: Published) -> int:
        """Have the newest checkpoint cosigned anew; the time of its cosignature in seconds, 0 when it has none."""
        if published.checkpoint is None:
            return 0
        bare = notes.unwitnessed(published.note)
        note = bare + self._cosigned(bare, head.size, year, lambda name: self._store.get(year, name))
        if witnessed_at(note):
            self._point(year, head.size, note, published.tag)
        return witnessed_at(note) or witnessed_at(published.note)

    def _cosigned(self, note: str, size: int, year: int, get: Callable[[str], bytes]) -> str:
        if self._witness is None:
            return ""
        tree = Tree(size, get)
        try:
            return self._witness.cosign(note, size, self.origin(year), tree.consistency)
        except WitnessUnavailable:
            log.warning("the witness is away: %s of size %d is published without it", self.origin(year), size)
            return ""
        except WitnessRefused as refused:
            head = self._store.head(year)
            if head is not None and head.size > size and refused.size > size:
                return ""  # this run slept while others went on: theirs is the checkpoint that counts
            raise ForkError(f"{self.origin(year)}: the witness refuses size {size}: {refused}") from refused

    def _point(self, year: int, size: int, note: str, tag: str) -> None:
        """Move the pointer forward, never back."""
        while not self._store.point(year, note, tag):
            standing, tag = self._store.pointer(year)
            origin = self.origin(year)
            if notes.is_ours(standing, origin, self._key) and notes.opened(standing, origin, self._key).size >= size:
                return


def witnessed_at(note: str) -> int:
    """Newest time of a cosignature on a note, in seconds; 0 when there is none."""
    return max((seconds for _, seconds in notes.cosigned(note)), default=0)


def _name_of(size: int) -> str:
    return f"{size:020d}"
