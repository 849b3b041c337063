"""Segments: what was committed, batch by batch, with the sealed bodies.

A crash before the commit leaves a segment that no later one names. It is harmless, and only said.
"""

from __future__ import annotations

import bisect
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from verifier.canonical import HASH, LAST_MOMENT, coded, fields, is_text, matches, one, parse_canonical, whole
from verifier.log import YearLog
from verifier.merkle import Tree
from verifier.notes import Checkpoint, b64, unb64
from verifier.objects import segment_name
from verifier.report import Flaw

MAX_SEGMENT = 256 * 2**20  # bytes when unpacked
GZIP = 31  # zlib's number for one gzip member
HEADER = {
    "v": one,
    "origin": is_text,
    "start": whole(),
    "end": whole(),
    "t": whole(0, LAST_MOMENT),
    "root": coded(HASH),
    "prev_root": coded(HASH),
    "prev_key": is_text,
    "prev_seg": matches("([0-9a-f]{64})?"),
}
LINE = {"c": coded(), "e": is_text}


@dataclass(frozen=True, slots=True)
class Segment:
    """``header`` is None when it could not be read; ``sound`` is false when anything in it is wrong."""

    name: str
    start: int
    end: int
    sha: str
    header: Mapping[str, object] | None
    sound: bool


def unpack(raw: bytes) -> list[bytes]:
    """Lines of a segment. Raises Flaw for anything but one gzip member of bearable size."""
    stream = zlib.decompressobj(GZIP)
    try:
        text = stream.decompress(raw, MAX_SEGMENT)
    except zlib.error:
        raise Flaw("segment-gzip") from None
    if stream.unconsumed_tail:
        raise Flaw("too-large", most=MAX_SEGMENT)
    if not stream.eof or stream.unused_data:
        raise Flaw("segment-gzip")
    return text.removesuffix(b"\n").split(b"\n")


def read_line(line: bytes) -> tuple[bytes, bytes]:
    """Envelope and sealed body of one entry. Raises Flaw."""
    found = fields(parse_canonical(line), LINE)
    return str(found["e"]).encode(), unb64(str(found["c"]))


@dataclass(slots=True)
class Reader:
    """Committed envelopes, asked for in order, so that one segment is open at a time."""

    segments: Segments
    _place: int = 0
    _open: tuple[str, list[bytes]] = ("", [])

    def envelope(self, index: int) -> bytes | None:
        chain = self.segments.chain
        while self._place < len(chain) and chain[self._place].end <= index:
            self._place += 1
        segment = chain[self._place] if self._place < len(chain) else None
        if segment is None or segment.start > index:
            return None
        if self._open[0] != segment.name:
            self._open = (segment.name, _lines(self.segments.log.peek(segment.name)))
        try:
            return read_line(self._open[1][1 + index - segment.start])[0]
        except (Flaw, IndexError):
            return None

    def differs(self, index: int) -> None:
        """The envelope last asked for is not the log's."""
        self.segments.log.add("segment-leaf", self._open[0], index=index)


def _below(ends: list[int], end: int) -> int:
    place = bisect.bisect_left(ends, end)
    return ends[place - 1] if place else 0


def _lines(raw: bytes) -> list[bytes]:
    try:
        return unpack(raw)
    except Flaw:
        return []  # said when it was loaded


def line_flaw(line: bytes, moment: object) -> str:
    """Code of what is wrong in one line by itself: its sealed body's hash, its envelope's time."""
    try:
        envelope, sealed = read_line(line)
        found = parse_canonical(envelope)
    except Flaw:
        return "segment-line"
    if type(found) is not dict or found.get("ct") != b64(hashlib.sha256(sealed).digest()):
        return "segment-sealed"
    return "" if found.get("t") == moment else "segment-time"


@dataclass(slots=True)
class Segments:
    """All segments of a year; ``chain`` are the committed ones, oldest first."""

    log: YearLog
    all: dict[str, Segment] = field(default_factory=dict)
    chain: list[Segment] = field(default_factory=list)
    _ends: dict[int, list[Segment]] = field(default_factory=dict)

    def load(self) -> None:
        """Each segment by itself: hash in the name, header, lines, sealed bodies."""
        for name in self.log.segments:
            before = self.log.report.counts.total()
            raw = self.log.read(name)
            header = self._header(name, raw) if raw is not None else None
            start, end, _ = segment_name(name) or (0, 0, "")
            sha = hashlib.sha256(raw or b"").hexdigest()
            sound = self.log.report.counts.total() == before
            self.all[name] = Segment(name, start, end, sha, header, sound)
            self._ends.setdefault(end, []).append(self.all[name])

    def _header(self, name: str, raw: bytes) -> Mapping[str, object] | None:
        start, end, beginning = segment_name(name) or (0, 0, "")
        if not hashlib.sha256(raw).hexdigest().startswith(beginning):
            self.log.add("segment-hash", name)
        try:
            lines = unpack(raw)
            header = fields(parse_canonical(lines[0]), HEADER)
        except Flaw as flaw:
            self.log.report.flaw(flaw, self.log.place(name))
            return None
        if (header["origin"], header["start"], header["end"]) != (self.log.origin, start, end):
            self.log.add("segment-header", name)
        if len(lines) - 1 != end - start:
            self.log.add("segment-count", name, have=len(lines) - 1, need=end - start)
        for number, line in enumerate(lines[1:]):
            code = line_flaw(line, header["t"])
            if code:
                self.log.add(code, name, index=start + number)
        return header

    def walk(self, claim: Checkpoint) -> None:
        """From the newest committed segment to the first, by the name and hash that each holds of the one before."""
        end, name, sha = claim.size, "", ""
        ends = sorted(self._ends)
        while end > 0:
            segment = self._ending(end, name, claim)
            if segment is None or (name and segment.name != name):
                self.log.add("segment-missing", name or "segment", end=end)
            if segment is None:
                end, name, sha = _below(ends, end), "", ""
                continue
            if sha and segment.sha != sha:
                self.log.add("segment-link", segment.name)
            self.chain.append(segment)
            end, name, sha = segment.start, "", ""
            if segment.header:
                name, sha = str(segment.header["prev_key"]), str(segment.header["prev_seg"])
                if (bool(name), bool(sha)) != (end > 0, end > 0):
                    self.log.add("segment-link", segment.name)
        self.chain.reverse()

    def _ending(self, end: int, name: str, claim: Checkpoint) -> Segment | None:
        """The one that is named; else the best of those that end there."""
        named = self.all.get(name)
        if named and named.end == end:
            return named
        ending = self._ends.get(end, [])
        root = b64(claim.root) if end == claim.size else ""
        right = [s for s in ending if s.sound and s.header and s.header["root"] == root]
        return next(iter([*right, *[s for s in ending if s.sound], *ending]), None)

    def roots(self, tree: Tree, size: int) -> None:
        """Headers against the tree, and what no later segment names."""
        committed = {segment.name for segment in self.chain}
        for segment in self.all.values():
            header = segment.header
            if header and segment.start <= tree.size and header["prev_root"] != b64(tree.root(segment.start)):
                self.log.add("segment-root", segment.name)
            elif header and segment.name in committed and segment.end <= tree.size:
                if header["root"] != b64(tree.root(segment.end)):
                    self.log.add("segment-root", segment.name)
            elif segment.name not in committed:
                self.log.add("segment-ahead" if segment.start >= size else "segment-orphan", segment.name)
