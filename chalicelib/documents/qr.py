"""QR codes (ISO/IEC 18004) as a matrix, as SVG and as PNG; error correction level M unless a standard wants L.

Level M restores 15 % of the symbol: a fold or a stamp over a printed prescription does no harm, and a signed
prescription of about 480 characters still fits version 17, 45 mm printed with half a millimetre a module.
``qrcode`` is imported on first use. SVG and PNG are written here, so neither needs Pillow's drawing.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chalicelib.errors import InvalidFieldsError, TooLargeError

QUIET_ZONE = 4
"""Light modules on each side that a reader needs (ISO/IEC 18004, 9.1)."""

MAX_BYTES = 2331
"""What version 40, level M holds in byte mode (ISO/IEC 18004, table 7)."""
MAX_L = 5000
"""A text of level L is mostly digits, of which version 40 holds 7089."""

Matrix = list[list[bool]]


class Block(NamedTuple):
    """A rectangle of dark modules; the unit is one module, the origin the symbol's upper left corner."""

    column: int
    row: int
    width: int
    height: int


def matrix(text: str, level: str = "M") -> Matrix:
    """Rows of modules, True = dark, without the quiet zone; the same text gives the same matrix.

    Runs of digits go into segments of their own, which hold twice as much. Raises InvalidFieldsError for an empty text,
    TooLargeError for one that does not fit.
    """
    if not text:
        raise InvalidFieldsError("A QR code needs a text")
    data = text.encode("utf-8", "replace")
    limit = MAX_L if level == "L" else MAX_BYTES
    if len(data) > limit:
        raise TooLargeError("The text does not fit a QR code", extra={"limit": limit})
    from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_L if level == "L" else ERROR_CORRECT_M, border=0)
    code.add_data(data)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def blocks(modules: Sequence[Sequence[bool]]) -> Iterator[Block]:
    """Disjoint rectangles that cover exactly the dark modules: runs of a row, merged with equal runs below.

    Fewer shapes make smaller files and leave no seams for a renderer to smooth into grey lines.
    """
    growing: dict[tuple[int, int], Block] = {}
    for number, row in enumerate(modules):
        below: dict[tuple[int, int], Block] = {}
        for run in _runs(row):
            known = growing.pop(run, None)
            below[run] = known._replace(height=known.height + 1) if known else Block(run[0], number, run[1], 1)
        yield from growing.values()
        growing = below
    yield from growing.values()


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(row):
        end = start
        while end < len(row) and row[end]:
            end += 1
        if end > start:
            yield start, end - start
        start = end + 1


def svg(text: str) -> str:
    """A stand-alone SVG (one path, quiet zone included) that scales to any size; raises as ``matrix`` does.

    Safe to put into a page: nothing of ``text`` but the modules gets into the markup.
    """
    modules = matrix(text)
    side = len(modules) + 2 * QUIET_ZONE
    path = "".join(
        f"M{block.column + QUIET_ZONE} {block.row + QUIET_ZONE}h{block.width}v{block.height}h-{block.width}z"
        for block in blocks(modules)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        'role="img" aria-label="QR" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{path}"/></svg>'
    )


def png(text: str, scale: int = 8) -> bytes:
    """A black and white PNG (one bit a pixel, quiet zone included), ``scale`` pixels a module; raises as ``matrix``."""
    modules = matrix(text)
    side = (len(modules) + 2 * QUIET_ZONE) * scale
    blank = _scanline([False] * len(modules), side, scale) * (QUIET_ZONE * scale)
    pixels = blank + b"".join(_scanline(row, side, scale) * scale for row in modules) + blank
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)  # one bit, greyscale
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(pixels, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _scanline(row: Sequence[bool], side: int, scale: int) -> bytes:
    margin = "1" * (QUIET_ZONE * scale)
    bits = margin + "".join(("0" if dark else "1") * scale for dark in row) + margin
    bits += "0" * (-side % 8)
    return b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
