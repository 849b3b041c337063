"""One year's log as it lies there: its objects, each read and accounted for once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from verifier.notes import Checkpoint, NoteError, open_checkpoint, parse_text, split
from verifier.objects import Objects, TileName, checkpoint_name, segment_name, tile_name
from verifier.policy import Policy
from verifier.report import Flaw, Report

POINTER = "checkpoint"


@dataclass(slots=True)
class YearLog:
    """``names`` are without the year; ``strange`` are those that mean nothing."""

    objects: Objects
    year: str
    policy: Policy
    report: Report
    tiles: dict[tuple[int, int], list[TileName]] = field(default_factory=dict)
    locked: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def sort(self, names: Iterable[str]) -> None:
        """Each name to its kind."""
        for name in sorted(names):
            tile = tile_name(name)
            if tile:
                self.tiles.setdefault((tile.level, tile.number), []).append(tile)
            elif checkpoint_name(name) is not None:
                self.locked.append(name)
            elif segment_name(name):
                self.segments.append(name)
            elif name != POINTER:
                self.strange.append(name)

    @property
    def origin(self) -> str:
        return self.policy.origin(self.year)

    def place(self, name: str) -> str:
        return f"{self.year}/{name}"

    def add(self, code: str, name: str, /, **values: object) -> None:
        self.report.add(code, self.place(name), **values)

    def read(self, name: str) -> bytes | None:
        """None when it is missing or unreadable, which is a finding."""
        try:
            return self.objects.read(self.place(name))
        except Flaw as flaw:
            self.report.flaw(flaw, self.place(name))
            return None

    def peek(self, name: str) -> bytes:
        """As ``read``, and says nothing: empty when there is nothing to read."""
        try:
            return self.objects.read(self.place(name))
        except Flaw:
            return b""

    def checkpoint(self, name: str, *, quorum: bool) -> Checkpoint | None:
        """A checkpoint that the log signed; one that misses only witnesses is a finding, and still of use."""
        raw = self.read(name)
        if raw is None:
            return None
        try:
            return self._open(raw, name, self.policy.quorum if quorum else 0)
        except NoteError as error:
            self.report.flaw(error, self.place(name))
            return self._open(raw, name, 0) if error.code == "note-quorum" else None

    def _open(self, raw: bytes, name: str, quorum: int) -> Checkpoint:
        policy = self.policy
        found = open_checkpoint(note_text(raw), self.origin, policy.log_keys, policy.witnesses, quorum)
        for who in found.strange:
            self.add("note-strange-line", name, name=who)
        return found


def note_text(raw: bytes) -> str:
    """Raises NoteError."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise NoteError("a note that is not UTF-8") from None


def claimed(raw: bytes) -> Checkpoint | None:
    """What a checkpoint says, nothing verified."""
    try:
        return parse_text(split(note_text(raw))[0])
    except NoteError:
        return None
