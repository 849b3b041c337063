"""A large file as pure rules (DOC-2): cut into parts that are sealed one by one, and looked into as a stream.

Rules:
  1. at most ``MAX_BYTES``, at least one byte; all parts but the last have ``PART`` bytes
  2. a part is known by its number and SHA-256: sent again it changes nothing, another content in its place is refused
  3. an upload that is not completed within ``ABANDONED`` is deleted
  4. the whole is held against the size and the SHA-256 that were said when it was begun
  5. it is DICOM (PS3.10) or MP4 (ISO/IEC 14496-12) by its structure, whatever its type was said to be; papers and
     pictures are scans (domain/scans.py), whose inside is looked into, and for that they are small
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.scans import Fault

MAX_BYTES = 100 * 1024 * 1024
PART = 4 * 1024 * 1024
"""Bytes of a part. A Lambda function takes 6 MB, of which base64 leaves 4.5."""
ABANDONED = timedelta(days=2)

DICOM, MP4 = "application/dicom", "video/mp4"
ACCEPTED = (DICOM, MP4)
SUFFIXES: Mapping[str, str] = {DICOM: "dcm", MP4: "mp4"}


class FileState(StrEnum):
    """Stored and public: never rename, never reuse."""

    OPEN = "open"
    WAITING = "waiting"
    CLEAN = "clean"
    REFUSED = "refused"
    ABANDONED = "abandoned"


def parts_of(size: int) -> int:
    return -(-size // PART)


def size_of_part(size: int, number: int) -> int:
    """Bytes that part 1, 2, … of a file must have."""
    return min(PART, size - (number - 1) * PART)


class Check(Protocol):
    def feed(self, chunk: bytes) -> None: ...

    def fault(self) -> Fault | None:
        """What is wrong with what was fed, all of it."""
        ...


@dataclass(slots=True)
class DicomCheck:
    """A DICOM file begins with 128 bytes for anybody's use, ``DICM``, and its meta group (PS3.10, 7.1).

    The preamble has to be empty or a TIFF header: it is where a file can be a program as well (CVE-2019-11687).
    """

    head: bytes = b""

    def feed(self, chunk: bytes) -> None:
        if len(self.head) < _DICOM_HEAD:
            self.head += chunk[: _DICOM_HEAD - len(self.head)]

    def fault(self) -> Fault | None:
        preamble, rest = self.head[:128], self.head[128:]
        if len(self.head) < _DICOM_HEAD or rest[:4] != b"DICM":
            return Fault.TYPE
        if preamble.strip(b"\0") and not preamble.startswith((b"II*\0", b"MM\0*")):
            return Fault.ACTIVE
        group, element, kind, length = struct.unpack("<HH2sH", rest[4:12])
        well = (group, element, kind, length) == (2, 0, b"UL", 4)  # length of the meta group comes first
        return None if well else Fault.STRUCTURE


_DICOM_HEAD = 128 + 4 + 12


@dataclass(slots=True)
class Mp4Check:
    """A row of boxes that ends where the file ends, ``ftyp`` first, with a ``moov`` (ISO/IEC 14496-12, 4.2)."""

    place: int = 0
    next_box: int = 0
    header: bytes = b""
    kinds: list[bytes] = field(default_factory=list)
    broken: Fault | None = None

    def feed(self, chunk: bytes) -> None:
        start, self.place = self.place, self.place + len(chunk)
        while self.broken is None:
            at = self.next_box + len(self.header) - start  # where the header goes on in this chunk
            if at >= len(chunk):
                return
            self.header += chunk[at : at + self._wanting()]
            if not self._wanting():
                self._box()

    def _wanting(self) -> int:
        """Bytes that the header of the box still lacks."""
        long = self.header[:4] == b"\0\0\0\1"
        return (_LONG if long else _SHORT) - len(self.header)

    def _box(self) -> None:
        size, kind = struct.unpack(">I4s", self.header[:_SHORT])
        if size == 1:
            (size,) = struct.unpack(">Q", self.header[_SHORT:])
        first, least = not self.kinds, len(self.header)
        self.kinds.append(kind)
        if first and kind != b"ftyp":
            self.broken = Fault.TYPE
        elif size < least or len(self.kinds) > _MAX_BOXES:  # 0 would mean "to the end"
            self.broken = Fault.STRUCTURE  # one that ends inside its own header leads back, and the reader with it
        self.next_box += size
        self.header = b""

    def fault(self) -> Fault | None:
        if self.broken or not self.kinds:
            return self.broken or Fault.TYPE
        if self.next_box != self.place:
            return Fault.TRAILING if self.next_box < self.place else Fault.STRUCTURE
        return None if b"moov" in self.kinds else Fault.STRUCTURE


_SHORT, _LONG, _MAX_BOXES = 8, 16, 10_000

CHECKS: Mapping[str, Callable[[], Check]] = {DICOM: DicomCheck, MP4: Mp4Check}
