"""Scans: what is taken in, what the check finds, and that it does everything once."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.documents.scans import MAX_TABLES, MAX_UNPACKED, PdfScans
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.limits import PER_CALLER
from chalicelib.domain.scans import ACCEPTED, MAX_BYTES, MAX_PAGES, SIGNATURE, Fault, fault_of, sniffed
from chalicelib.errors import (
    ContentTypeError,
    NotFoundError,
    NotReadyError,
    TooLargeError,
    TooManyRequestsError,
    UnavailableError,
)
from chalicelib.ports import keys
from chalicelib.services.limits import LimitService
from local.scans import PDF as PDF_BARE
from tests.cases_world import JPEG_TYPE, PDF_TYPE, PNG_TYPE, CasesWorld, paper, picture
from tests.effort import tried
from tests.world import ANNA, BORIS

JPEG, PNG, PDF = picture(), picture("PNG"), paper()
SAMPLES = {JPEG_TYPE: JPEG, PNG_TYPE: PNG, PDF_TYPE: PDF}
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CHECK = PdfScans().fault


@pytest.fixture
def world() -> CasesWorld:
    made = CasesWorld()
    made.anna = made.patient(ANNA, level=1, card=False)
    return made


def upload(world: CasesWorld, data: bytes = PDF, kind: str = PDF_TYPE) -> str:
    return str(world.uploads.create(world.anna, kind, data)["upload_id"])


def state(world: CasesWorld, upload_id: str) -> str:
    return str(world.row(keys.upload(ANNA, upload_id))["state"])


# --- the way of a file


@pytest.mark.requirement("ACT-1", "DOC-2")
@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_file_is_sealed_checked_and_moved(world: CasesWorld, kind: str) -> None:
    made = upload(world, SAMPLES[kind], kind)
    with pytest.raises(NotReadyError):
        world.uploads.download(world.anna, made)
    assert not world.files.objects
    (sealed,) = world.quarantine.objects.values()
    assert SAMPLES[kind][:20] not in sealed
    world.pump()
    assert world.uploads.download(world.anna, made) == (kind, SAMPLES[kind])
    assert not world.quarantine.objects
    (shown,) = world.uploads.mine(world.anna, 9, None)[0]
    assert (shown["state"], shown["virus_scan"]) == ("clean", "clean")
    assert [e.action for e in world.audit.events if e.action.startswith("upload")] == [
        "upload:create",
        "upload:check",
        "upload:accept",
        "upload:read",
        "upload:list",
    ]


@pytest.mark.requirement("ACT-1", "DOC-2")
def test_a_refused_file_opens_for_nobody_and_the_person_is_told(world: CasesWorld) -> None:
    made = upload(world, PDF + b"PK\x03\x04")
    world.pump()
    assert world.inbox(world.anna) == ["upload_refused"]
    (shown,) = world.uploads.mine(world.anna, 9, None)[0]
    assert (shown["state"], shown["fault"]) == ("refused", Fault.TRAILING)
    assert not world.files.objects
    assert not world.quarantine.objects
    with pytest.raises(NotFoundError):
        world.uploads.download(world.anna, made)


@pytest.mark.requirement("DOC-2")
def test_what_the_virus_scanner_finds_is_refused(world: CasesWorld) -> None:
    made = upload(world, picture(comment=EICAR), JPEG_TYPE)
    world.pump()
    assert state(world, made) == "refused"
    assert world.entries("upload:refuse")[-1].reason == Fault.VIRUS


def test_without_a_scanner_it_says_so(world: CasesWorld) -> None:
    from chalicelib.documents.scans import NoVirusScanner

    world.scan_checks._viruses = NoVirusScanner()
    upload(world)
    world.pump()
    assert world.uploads.mine(world.anna, 9, None)[0][0]["virus_scan"] == "not-scanned"


@pytest.mark.parametrize(
    ("data", "kind", "error"),
    [
        (b"", PDF_TYPE, ContentTypeError),
        (JPEG, PDF_TYPE, ContentTypeError),
        (b"MZ" + PDF, PDF_TYPE, ContentTypeError),
        (PDF, "text/html", ContentTypeError),
        (PDF + b" " * MAX_BYTES, PDF_TYPE, TooLargeError),
    ],
    ids=range(5),
)
def test_what_is_not_even_taken_in(world: CasesWorld, data: bytes, kind: str, error: Any) -> None:
    with pytest.raises(error):
        upload(world, data, kind)
    assert not world.quarantine.objects


def test_files_are_their_owners_alone(world: CasesWorld) -> None:
    made = upload(world)
    world.pump()
    boris = world.patient(BORIS)
    with pytest.raises(NotFoundError):
        world.uploads.download(boris, made)
    assert world.uploads.mine(boris, 9, None)[0] == []


def test_a_check_that_dies_anywhere_and_runs_again_does_everything_once(world: CasesWorld) -> None:
    made = upload(world)
    row = world.row(keys.upload(ANNA, made))
    for broken in (world.quarantine, world.vault, world.files):
        broken.fail_next()
        with pytest.raises(UnavailableError):
            world.reactions.run("check_upload", row)
        assert state(world, made) == "waiting"
    world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        world.reactions.run("check_upload", row)
    world.audit.fail_next()
    with pytest.raises(UnavailableError):
        world.reactions.run("check_upload", row)
    assert world.reactions.run("check_upload", row)
    assert not world.reactions.run("check_upload", row)
    assert len(world.entries("upload:accept")) == 1
    world.quarantine.fail_next()
    after = world.row(keys.upload(ANNA, made))
    with pytest.raises(UnavailableError):
        world.reactions.run("tidy_upload", after)
    assert world.reactions.run("tidy_upload", after)
    assert world.uploads.download(world.anna, made)[1] == PDF


def test_a_file_that_was_put_and_a_row_that_was_not(world: CasesWorld) -> None:
    world.audit.fail_next()
    with pytest.raises(UnavailableError):
        upload(world)
    assert len(world.quarantine.objects) == 1  # gone after seven days, by the bucket's rule
    assert world.uploads.mine(world.anna, 9, None)[0] == []


def test_a_file_that_is_lost_is_refused(world: CasesWorld) -> None:
    made = upload(world)
    world.quarantine.objects.clear()
    world.pump()
    assert state(world, made) == "refused"
    assert world.entries("upload:refuse")[-1].reason == Fault.LOST


# --- what is looked for


def active(change: Any) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(PDF))
    change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def entry(name: str, value: Any) -> Any:
    from pypdf.generic import NameObject

    def change(writer: Any) -> None:
        writer._root_object[NameObject(name)] = value

    return change


def action(**words: str) -> Any:
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    found = {NameObject("/" + n): (NameObject if v.startswith("/") else TextStringObject)(v) for n, v in words.items()}
    return DictionaryObject(found)


def in_object_stream(body: bytes) -> bytes:
    """A PDF whose catalogue lies in an object stream: nothing of it can be read in the plain bytes."""
    inner = zlib.compress(
        b"1 0 2 " + str(len(body) + 1).encode() + b" " + body + b" <</Type/Pages/Kids[3 0 R]/Count 1>>"
    )
    first = 2 + 2 + 2 + len(str(len(body) + 1)) + 1
    parts = [b"%PDF-1.5\n"]
    places = {}

    def add(number: int, text: bytes) -> None:
        places[number] = sum(map(len, parts))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, text))

    add(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")
    head = b"<</Type/ObjStm/N 2/First %d/Length %d/Filter/FlateDecode>>" % (first, len(inner))
    add(4, head + b"\nstream\n" + inner + b"\nendstream")
    places[5] = sum(map(len, parts))
    lines = [(0, 0, 65535), (2, 4, 0), (2, 4, 1), (1, places[3], 0), (1, places[4], 0), (1, places[5], 0)]
    table = b"".join(struct.pack(">BHH", *line) for line in lines)
    parts.append(
        b"5 0 obj\n<</Type/XRef/Size 6/W[1 2 2]/Root 1 0 R/Length %d>>\nstream\n%s\nendstream\nendobj\n"
        % (len(table), table)
    )
    parts.append(b"startxref\n%d\n%%%%EOF\n" % places[5])
    return b"".join(parts)


SOUND = b"<</Type/Catalog/Pages 2 0 R>>"


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (entry("/OpenAction", action(S="/JavaScript", JS="app.alert(1)")), Fault.ACTIVE),
        (entry("/OpenAction", action(S="/URI", URI="https://example.org")), Fault.ACTIVE),
        (entry("/AA", action(WC="x")), Fault.ACTIVE),
        (entry("/AcroForm", action(XFA="x")), Fault.ACTIVE),
        (entry("/X", action(S="/Launch", F="calc.exe")), Fault.ACTIVE),
        (entry("/X", action(S="/GoToR", F="other.pdf")), Fault.ACTIVE),
        (entry("/X", action(Subtype="/RichMedia")), Fault.ACTIVE),
        (lambda writer: writer.add_attachment("a.exe", b"MZ"), Fault.ACTIVE),
        (lambda writer: writer.encrypt("secret"), Fault.ENCRYPTED),
        (lambda writer: [writer.add_blank_page(9, 9) for _ in range(MAX_PAGES)], Fault.PAGES),
    ],
    ids=range(10),
)
def test_what_a_pdf_must_not_hold(change: Any, fault: Fault) -> None:
    assert CHECK(PDF_TYPE, active(change)) == fault


@pytest.mark.requirement("DOC-2")
def test_nothing_hides_in_an_object_stream_or_behind_an_escaped_name() -> None:
    assert CHECK(PDF_TYPE, in_object_stream(SOUND)) == ""
    hidden = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(x)>>>>"
    assert b"JavaScript" not in in_object_stream(hidden)
    assert CHECK(PDF_TYPE, in_object_stream(hidden)) == Fault.ACTIVE
    assert CHECK(PDF_TYPE, in_object_stream(b"<</Type/Catalog/Pages 2 0 R/X<</S/J#61vaScript>>>>")) == Fault.ACTIVE
    beside = PDF.replace(b"%%EOF", b"9 0 obj<</S/Launch/F(x)>>endobj\n%%EOF")
    assert CHECK(PDF_TYPE, beside) == Fault.ACTIVE


def test_ordinary_scans_pass() -> None:
    assert CHECK(PDF_TYPE, paper(MAX_PAGES)) == ""
    assert CHECK(PDF_TYPE, PDF + b"\r\n") == ""
    assert CHECK(JPEG_TYPE, picture(progressive=True, size=(900, 700))) == ""
    assert CHECK(JPEG_TYPE, picture(exif=b"Exif\0\0" + b"x" * 900)) == ""
    for mode in ("1", "L", "P", "RGB", "RGBA", "I;16"):
        assert CHECK(PNG_TYPE, moded(mode)) == ""


def moded(mode: str) -> bytes:
    from PIL import Image

    made = io.BytesIO()
    Image.new(mode, (33, 17)).save(made, "PNG")
    return made.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))


def png(width: int, height: int, *chunks: bytes, interlace: int = 0) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlace)
    return SIGNATURE + chunk(b"IHDR", head) + b"".join(chunks) + chunk(b"IEND", b"")


def rows(size: int) -> bytes:
    return chunk(b"IDAT", zlib.compress(bytes(size)))


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize(
    ("kind", "data", "fault"),
    [
        (PNG_TYPE, png(2, 2, rows(6)), None),
        (PNG_TYPE, png(9, 9, rows(100), interlace=1), None),
        (PNG_TYPE, png(2, 2, rows(5)), Fault.STRUCTURE),
        (PNG_TYPE, png(2, 2, rows(10**7)), Fault.STRUCTURE),  # unpacks to more than its size says
        (PNG_TYPE, png(16_000, 16_000, rows(6)), Fault.PIXELS),
        (PNG_TYPE, png(2**31 - 1, 1, rows(6)), Fault.PIXELS),
        (PNG_TYPE, png(0, 2, rows(6)), Fault.STRUCTURE),
        (PNG_TYPE, png(2, 2, chunk(b"acTL", bytes(8)), rows(6)), Fault.STRUCTURE),
        (PNG_TYPE, png(2, 2, chunk(b"zTXt", bytes(70_000)), rows(6)), Fault.COMPLEX),
        (PNG_TYPE, png(2, 2, rows(6)) + b"<script>", Fault.TRAILING),
        (PNG_TYPE, png(2, 2, rows(6)).replace(b"IDAT", b"IDAX"), Fault.STRUCTURE),
        (JPEG_TYPE, JPEG + b"PK\x03\x04", Fault.TRAILING),
        (JPEG_TYPE, JPEG[:-2], Fault.STRUCTURE),
        (JPEG_TYPE, b"\xff\xd8\xff\xd9", Fault.STRUCTURE),
        (JPEG_TYPE, b"\xff\xd8\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00\xff\xd9", Fault.PIXELS),
        (JPEG_TYPE, b"\xff\xd8" + b"\xff\x01" * 20_000 + b"\xff\xd9", Fault.COMPLEX),
        (PDF_TYPE, b"%PDF-1.4\n" + b"x" * 50, Fault.STRUCTURE),
        (PDF_TYPE, PDF + bytes(2000), Fault.TRAILING),
        (PDF_TYPE, JPEG, Fault.TYPE),
        (PNG_TYPE, png(2, 2, chunk(b"tEXt", b"Comment\0%PDF-1.4\n"), rows(6)), Fault.STRUCTURE),
        (JPEG_TYPE, JPEG[:2] + b"\xff\xfe\x00\x0a%PDF-1.4" + JPEG[2:], Fault.STRUCTURE),
    ],
    ids=range(21),
)
def test_the_outer_form(kind: str, data: bytes, fault: Fault | None) -> None:
    assert fault_of(kind, data) == fault


@settings(max_examples=tried(120), deadline=None, derandomize=True, database=None)
@given(
    kind=st.sampled_from(ACCEPTED),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=4),
    keep=st.floats(0.2, 1),
)
def test_no_bytes_break_the_check(kind: str, cuts: list[tuple[float, bytes]], keep: float) -> None:
    data = bytearray(SAMPLES[kind])
    for where, what in cuts:
        place = int(where * (len(data) - 1))
        data[place : place + len(what)] = what
    whole = bytes(data[: max(4, int(len(data) * keep))])
    for other in ACCEPTED:
        fault = CHECK(other, whole)
        assert fault == "" or fault in set(Fault)
        assert fault or sniffed(whole) == other


def saved_again(times: int) -> bytes:
    """The sample with so many further cross-reference tables, each naming the one before."""
    made = PDF_BARE
    before = int(made.rpartition(b"startxref\n")[2].split()[0])
    for _ in range(times):
        place = len(made)
        trailer = b"trailer\n<</Size 4/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (before, place)
        made += b"xref\n0 1\n0000000000 65535 f \n" + trailer
        before = place
    return made


@pytest.mark.requirement("DOC-2", "SEC-3")
def test_a_file_cannot_cost_the_checker_more_than_its_size() -> None:
    assert CHECK(PDF_TYPE, saved_again(5)) == ""
    assert CHECK(PDF_TYPE, saved_again(MAX_TABLES + 1)) == Fault.COMPLEX
    bomb = zlib.compress(bytes(MAX_UNPACKED * 2))
    body = b"<</Type/ObjStm/N 1/First 4/Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(bomb), bomb)
    assert CHECK(PDF_TYPE, beside(body)) in {Fault.STRUCTURE, Fault.COMPLEX}
    assert CHECK(PDF_TYPE, beside(b"[" * 5000 + b"]" * 5000)) in {Fault.STRUCTURE, Fault.COMPLEX}
    assert CHECK(PDF_TYPE, beside(b"[" + b"1 " * 200_000 + b"]")) in {Fault.STRUCTURE, Fault.COMPLEX}


def beside(body: bytes) -> bytes:
    """The sample with one more object, by an update at its end."""
    place = len(PDF_BARE)
    added = b"9 0 obj\n" + body + b"\nendobj\n"
    before = PDF_BARE.rpartition(b"startxref\n")[2].split()[0]
    table = b"xref\n9 1\n%010d 00000 n \ntrailer\n<</Size 10/Root 1 0 R/Prev %s>>\n" % (place, before)
    return PDF_BARE + added + table + b"startxref\n%d\n%%%%EOF\n" % (place + len(added))


@pytest.mark.requirement("ACC-8")
def test_what_a_representative_brings_belongs_to_the_ward(world: CasesWorld) -> None:
    parent = Actor(BORIS, Role.REPRESENTATIVE, session_id="s", ward_id=ANNA)
    made = world.uploads.create(parent, PDF_TYPE, PDF)["upload_id"]
    world.pump()
    assert world.uploads.download(world.anna, made)[1] == world.uploads.download(parent, made)[1] == PDF
    stranger = Actor(BORIS, Role.REPRESENTATIVE, session_id="s", ward_id=PersonId("carl"))
    with pytest.raises(NotFoundError):
        world.uploads.download(stranger, made)


@pytest.mark.requirement("SEC-3")
def test_so_many_files_a_day(world: CasesWorld) -> None:
    limits = LimitService(world.tables, world.clock)
    for _ in range(PER_CALLER["upload-create"].limit):
        limits.throttle(world.anna, "upload-create")
    with pytest.raises(TooManyRequestsError):
        limits.throttle(world.anna, "upload-create")
    world.clock.advance(days=1)
    limits.throttle(world.anna, "upload-create")
