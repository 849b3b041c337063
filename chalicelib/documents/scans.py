"""Looks into uploaded scans: PDF by pypdf, images by ``domain/scans.py``. Nothing is rendered, nothing is run.

A PDF is read as a graph of objects, and every object of it is looked at, also those that no page leads to and those
inside object streams: a name of anything active anywhere is reason enough. Content streams are not unpacked.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable
from typing import Any

from chalicelib.domain.scans import MAX_PAGES, PDF, BrokenError, Fault, fault_of
from chalicelib.ports.scans import NOT_SCANNED

MAX_OBJECTS = 20_000
MAX_PLACES = 400_000  # entries of dictionaries and arrays, over all objects
MAX_UNPACKED = 2 * 1024 * 1024  # bytes of one cross-reference or object stream; a few hundred objects are far less
MAX_STREAMS = 64  # object streams; they are all in memory at once
MAX_TABLES = 32  # cross-reference tables and streams, one for each time that the file was saved

ACTIVE = frozenset(
    {
        "/JavaScript",
        "/JS",
        "/AA",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/EF",
        "/RichMedia",
        "/RichMediaContent",
        "/XFA",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Movie",
        "/Sound",
        "/Rendition",
        "/3D",
    }
)
"""Names of what a reader would run, play, fetch or unpack (ISO 32000-1, 12.6.4; ISO 32000-2, 13)."""

_OUTSIDE = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia|SubmitForm)[\s/<\[(>]")
"""The same in the plain bytes: in objects that the cross-reference table does not list."""

_ACTIVE_TEXT = re.compile(b"|".join(re.escape(name.encode()) + rb"[\s/<\[(>]" for name in sorted(ACTIVE)))
_OBJECT = re.compile(rb"\s{0,16}(\d{1,10})\s{1,16}(\d{1,5})\s{1,16}obj")


class PdfScans:
    """Implements ``ports.scans.ScanChecker``."""

    def fault(self, media_type: str, data: bytes) -> str:
        found = fault_of(media_type, data)
        if found is None and media_type == PDF:
            found = _fault_of_pdf(data)
        return found.value if found else ""


class NoVirusScanner:
    """Implements ``ports.scans.VirusScanner`` where none is connected, and says so."""

    def scan(self, chunks: Iterable[bytes]) -> str:  # noqa: ARG002
        return NOT_SCANNED


def _fault_of_pdf(data: bytes) -> Fault | None:
    from pypdf import apply_configuration

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings quote the file
    try:
        if _OUTSIDE.search(data):
            return Fault.ACTIVE
        with apply_configuration(
            zlib_maximum_output_length=MAX_UNPACKED,
            lzw_maximum_output_length=MAX_UNPACKED,
            run_length_maximum_output_length=MAX_UNPACKED,
            disable_legacy_handling=True,
        ):
            _walk(data)
    except BrokenError as broken:
        return broken.fault
    except Exception:  # noqa: BLE001 - whatever pypdf stumbles over, it is no file to hand on
        return Fault.STRUCTURE
    return None


def _walk(data: bytes) -> None:
    """Every object of the newest cross-reference table, by its own number: references are not followed."""
    from pypdf.generic import IndirectObject

    reader = _reader(data)
    if reader.is_encrypted or "/Encrypt" in reader.trailer:
        raise BrokenError(Fault.ENCRYPTED)
    numbers = {(number, generation) for generation, known in reader.xref.items() for number in known}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_OBJECTS or len({holder for holder, _ in reader.xref_objStm.values()}) > MAX_STREAMS:
        raise BrokenError(Fault.COMPLEX)
    _listed_where_they_stand(data, reader.xref, reader.xref_free_entry)
    pages, streams, budget = 0, 0, MAX_PLACES
    budget = _look_at(reader.trailer, budget)
    for number, generation in sorted(numbers):
        found: Any = reader.get_object(IndirectObject(number, generation, reader))
        budget = _look_at(found, budget)
        kind = found.get("/Type") if isinstance(found, dict) else None
        pages += kind == "/Page"
        if kind == "/ObjStm":
            streams += 1
            _look_inside(found, streams)
    if not pages:
        raise BrokenError(Fault.STRUCTURE)
    if pages > MAX_PAGES:
        raise BrokenError(Fault.PAGES)


def _look_inside(stream: Any, number: int) -> None:
    if number > MAX_STREAMS:
        raise BrokenError(Fault.COMPLEX)
    if _ACTIVE_TEXT.search(stream.get_data()):
        raise BrokenError(Fault.ACTIVE)


def _reader(data: bytes) -> Any:
    """The reader of pypdf with an end to the chain of tables: each one may cost as much as the whole file."""
    from pypdf import PdfReader

    class Reader(PdfReader):
        tables = 0

        def _read_xref(self, stream: Any) -> int | None:
            self._count()
            return super()._read_xref(stream)

        def _read_pdf15_xref_stream(self, stream: Any) -> Any:
            self._count()
            return super()._read_pdf15_xref_stream(stream)

        def _count(self) -> None:
            self.tables += 1
            if self.tables > MAX_TABLES:
                raise BrokenError(Fault.COMPLEX)

    return Reader(io.BytesIO(data), strict=True, xref_stream_maximum_entries=MAX_OBJECTS)


def _listed_where_they_stand(data: bytes, table: dict[Any, Any], free: dict[Any, Any]) -> None:
    """Each entry points at its object: pypdf would search the whole file for each one that does not."""
    for generation, known in table.items():
        for number, place in known.items():
            if free.get(generation, {}).get(number):
                continue
            header = _OBJECT.match(data, place)
            if header is None or (int(header[1]), int(header[2])) != (number, generation):
                raise BrokenError(Fault.STRUCTURE)


def _look_at(found: Any, budget: int) -> int:
    """Names in one object, however deep, without recursion; returns what is left of the budget of places."""
    waiting = [found]
    while waiting:
        here = waiting.pop()
        budget -= 1
        if budget < 0:
            raise BrokenError(Fault.COMPLEX)
        if isinstance(here, dict):
            if ACTIVE & here.keys() or _acts(here):
                raise BrokenError(Fault.ACTIVE)
            waiting += [dict.__getitem__(here, key) for key in here]
        elif isinstance(here, list):
            waiting += [list.__getitem__(here, index) for index in range(len(here))]
        elif isinstance(here, str) and here in ACTIVE:  # the value of /S, /Subtype or /Type
            raise BrokenError(Fault.ACTIVE)
    return budget


def _acts(found: dict[Any, Any]) -> bool:
    """An action on opening. A place to begin reading at (an array) is none, and many scanners write one."""
    opening = dict.get(found, "/OpenAction")
    return opening is not None and not isinstance(opening, list)
