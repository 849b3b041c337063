"""Ranges of a file that is kept in pieces (RFC 9110, section 14): which pieces hold the bytes that are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chalicelib.errors import RangeError

MAX_ANSWER = 4 * 1024 * 1024
"""Bytes of one answer: a Lambda function gives 6 MB, of which base64 leaves 4.5."""

_RANGE = re.compile(r"bytes=([0-9]{1,15})?-([0-9]{1,15})?")


def asked(header: str, size: int) -> tuple[int, int]:
    """First byte and the one behind the last, at most ``MAX_ANSWER`` of them: a server may send less than was asked.

    Without a header the whole file, if it fits. Raises RangeError, which names the size.
    """
    if not header:
        if size > MAX_ANSWER:
            raise RangeError(size)
        return 0, size
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):  # several ranges, another unit, or neither end
        raise RangeError(size)
    if not found[1]:
        first, end = max(0, size - int(found[2])), size
    else:
        first, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
    if first >= end:
        raise RangeError(size)
    return first, min(end, first + MAX_ANSWER)


def overlaps(sizes: Sequence[int], first: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(number of the piece from 0, from, to) of each piece that holds bytes ``first`` to ``end``, counted inside it."""
    place = 0
    for number, size in enumerate(sizes):
        start, stop = max(first - place, 0), min(end - place, size)
        if start < stop:
            yield number, start, stop
        place += size
