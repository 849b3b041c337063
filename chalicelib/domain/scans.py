"""What an uploaded scan must be (ACT-1, DOC-2): its type by its bytes, its structure, its size. Nothing is decoded.

A file is read as its format says from the first byte to the last: what stands before the header or after the end is a
second file for somebody else's reader (a polyglot), so it is refused. PDF is looked into by ``documents/scans.py``.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"

MAX_BYTES = 4 * 1024 * 1024
"""A Lambda function takes 6 MB, of which base64 leaves 4.5."""

LOOK_AGAIN, LOOK_AGAIN_LATER = timedelta(minutes=15), timedelta(minutes=80)
SOON, TRIES = 4, 20
"""A file for which no virus scanner could be had is looked at again: some times soon, then later; 20 times in a day."""

MAX_PAGES = 20
MAX_PIXELS = 40_000_000  # A4 at 600 dots an inch is 35 million
MAX_SIDE = 16_000
MAX_PARTS = 10_000  # chunks of a PNG, segments of a JPEG
MAX_PASSES = 100  # scans of a progressive JPEG: each one is a pass over all pixels
MAX_PACKED = 64 * 1024  # a compressed remark in a PNG
MAX_RAW = 256 * 1024 * 1024  # bytes of a PNG unpacked; counted, never held

PDF_HEAD = 1024  # readers take a file for a PDF whose header stands within so many bytes (ISO 32000-1, annex H.3.4.1)
PDF_TAIL = 1024  # ISO 32000-1, 7.5.5: readers look for the end in the last 1,024 bytes
WHITE = b" \t\r\n\f\0"


class Fault(StrEnum):
    """Why a scan was refused. Values are stored and public: never rename, never reuse."""

    TYPE = "scan-type"
    STRUCTURE = "scan-structure"
    TRAILING = "scan-trailing-data"
    PIXELS = "scan-too-many-pixels"
    PAGES = "scan-too-many-pages"
    COMPLEX = "scan-too-complex"
    ENCRYPTED = "scan-encrypted"
    ACTIVE = "scan-active-content"
    VIRUS = "scan-virus"
    LOST = "scan-lost"
    DIGEST = "scan-digest"
    UNSCANNED = "not-scanned"


def look_again(tries: int) -> timedelta | None:
    """After so many tries without a word of the scanner; None: the file is refused, and an operator is called."""
    if tries >= TRIES:
        return None
    return LOOK_AGAIN if tries <= SOON else LOOK_AGAIN_LATER


class BrokenError(Exception):
    """Inside this module and the adapter: the first fault that was met."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def sniffed(data: bytes) -> str:
    """Media type by the first bytes; "" for anything that is not accepted."""
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    return PNG if data.startswith(SIGNATURE) else ""


ACCEPTED = (PDF, JPEG, PNG)


def fault_of(media_type: str, data: bytes) -> Fault | None:
    """The first fault of a file by its outer form, or None. For a PDF this is header and end alone."""
    if not data or len(data) > MAX_BYTES or sniffed(data) != media_type:
        return Fault.TYPE
    if media_type != PDF and b"%PDF-" in data[:PDF_HEAD]:  # in a remark of a picture
        return Fault.STRUCTURE
    try:
        _CHECKS[media_type](data)
    except BrokenError as broken:
        return broken.fault
    except (struct.error, IndexError, zlib.error):
        return Fault.STRUCTURE
    return None


def _demand(condition: object, fault: Fault = Fault.STRUCTURE) -> None:
    if not condition:
        raise BrokenError(fault)


def _size(width: int, height: int) -> None:
    _demand(width and height)
    _demand(width <= MAX_SIDE and height <= MAX_SIDE and width * height <= MAX_PIXELS, Fault.PIXELS)


# --- PDF (ISO 32000-1, 7.5)

_HEADER = re.compile(rb"%PDF-[12]\.[0-9]\s")


def _pdf(data: bytes) -> None:
    _demand(_HEADER.match(data))
    end = data.rfind(b"%%EOF")
    _demand(end >= 0)
    after = data[end + 5 :]
    _demand(len(after) <= PDF_TAIL and not after.strip(WHITE), Fault.TRAILING)


# --- JPEG (ITU-T T.81, annex B)

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_END, _SCAN, _START, _ALONE = 0xD9, 0xDA, 0xD8, frozenset({0x01, *range(0xD0, 0xD8)})
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def _jpeg(data: bytes) -> None:
    place, frames, passes = 2, 0, 0
    for _ in range(MAX_PARTS):
        _demand(data[place] == 0xFF)  # noqa: PLR2004
        while data[place] == 0xFF:  # noqa: PLR2004  # fill bytes
            place += 1
        marker = data[place]
        place += 1
        if marker == _END:
            _demand(frames == 1 and passes)
            _demand(place == len(data), Fault.TRAILING)
            return
        _demand(marker not in {0x00, _START})
        if marker in _ALONE:
            continue
        (length,) = struct.unpack_from(">H", data, place)
        _demand(length >= 2 and place + length <= len(data))  # noqa: PLR2004
        if marker in _FRAMES:
            frames += 1
            height, width = struct.unpack_from(">HH", data, place + 3)
            _size(width, height)
        place += length
        if marker == _SCAN:
            passes += 1
            _demand(passes <= MAX_PASSES, Fault.COMPLEX)
            place = _after_scan(data, place)
    raise BrokenError(Fault.COMPLEX)


def _after_scan(data: bytes, place: int) -> int:
    """Where the next marker stands after entropy-coded data."""
    found = _MARKER.search(data, place)
    _demand(found)
    assert found is not None  # noqa: S101  # for the type checker
    return found.start()


# --- PNG (W3C, third edition)

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NAME = re.compile(rb"[A-Za-z]{4}")
_CHANNELS: Mapping[int, tuple[int, frozenset[int]]] = {
    0: (1, frozenset({1, 2, 4, 8, 16})),
    2: (3, frozenset({8, 16})),
    3: (1, frozenset({1, 2, 4, 8})),
    4: (2, frozenset({8, 16})),
    6: (4, frozenset({8, 16})),
}
"""By colour type: channels, and the bit depths that are allowed (table 11.1)."""

_PACKED = frozenset({b"zTXt", b"iTXt", b"iCCP"})
_MOVING = frozenset({b"acTL", b"fcTL", b"fdAT"})


def _png(data: bytes) -> None:
    place, pixels, expected = len(SIGNATURE), _Inflated(), 0
    for number in range(MAX_PARTS):
        (length,) = struct.unpack_from(">I", data, place)
        name, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        _demand(len(body) == length and _NAME.fullmatch(name))
        (crc,) = struct.unpack_from(">I", data, place + 8 + length)
        _demand(zlib.crc32(body, zlib.crc32(name)) == crc)
        _demand((name == b"IHDR") == (number == 0))
        _demand(name not in _MOVING)
        _demand(name not in _PACKED or length <= MAX_PACKED, Fault.COMPLEX)
        place += 12 + length
        if name == b"IHDR":
            expected = _raw_size(body)
        elif name == b"IDAT":
            pixels.feed(body, expected)
        elif name == b"IEND":
            _demand(length == 0 and pixels.ended and pixels.size == expected)
            _demand(place == len(data), Fault.TRAILING)
            return
    raise BrokenError(Fault.COMPLEX)


def _raw_size(header: bytes) -> int:
    """Bytes that the pixels must unpack to: a filter byte and the packed samples of each row, of each pass."""
    _demand(len(header) == 13)  # noqa: PLR2004
    width, height, depth, colour, method, filters, interlace = struct.unpack(">IIBBBBB", header)
    _size(width, height)
    channels, depths = _CHANNELS.get(colour, (0, frozenset()))
    _demand(depth in depths and method == 0 and filters == 0 and interlace in {0, 1})
    passes = _ADAM7 if interlace else ((0, 0, 1, 1),)
    total = 0
    for left, top, across, down in passes:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + -(-columns * channels * depth // 8))
    _demand(total <= MAX_RAW, Fault.PIXELS)
    return total


_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column and row of each pass, and the steps between (section 8.1)."""


class _Inflated:
    """How many bytes a PNG's pixels unpack to, a megabyte at a time."""

    STEP = 1024 * 1024

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()
        self.size = 0

    def feed(self, body: bytes, most: int) -> None:
        while body and not self._stream.eof:
            self.size += len(self._stream.decompress(body, self.STEP))
            _demand(self.size <= most)
            body = self._stream.unconsumed_tail
        _demand(not (self._stream.unused_data or (self._stream.eof and body)))

    @property
    def ended(self) -> bool:
        return self._stream.eof


_CHECKS: Mapping[str, Callable[[bytes], None]] = {PDF: _pdf, JPEG: _jpeg, PNG: _png}
