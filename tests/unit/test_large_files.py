"""Large files: parts in any order and any number of times, one check of the whole, ranges of it, nothing lost."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import large_files
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.large_files import DICOM, MAX_BYTES, MP4, PART, DicomCheck, FileState, Mp4Check
from chalicelib.domain.scans import Fault
from chalicelib.errors import (
    ConflictError,
    ContentTypeError,
    DecryptionError,
    InvalidFieldsError,
    NotFoundError,
    NotReadyError,
    PartConflictError,
    ScannerUnavailableError,
    TooLargeError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.large_files import places
from local.scans import PDF, PDF_TYPE
from tests.effort import tried
from tests.exports_world import ExportsWorld
from tests.world import ANNA, BORIS

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def dicom(size: int = 300, preamble: bytes = bytes(128)) -> bytes:
    head = preamble + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, 100)
    return head + bytes(size - len(head))


def box(kind: bytes, body: bytes = b"", *, long: bool = False) -> bytes:
    if long:
        return struct.pack(">I4sQ", 1, kind, 16 + len(body)) + body
    return struct.pack(">I4s", 8 + len(body), kind) + body


def mp4(body: bytes = b"data" * 20) -> bytes:
    return box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", b"\0" * 12) + box(b"mdat", body, long=True)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ExportsWorld:
    """Parts of 100 bytes: the rules do not change with the size."""
    for module in ("domain.large_files", "services.large_files"):
        monkeypatch.setattr(f"chalicelib.{module}.PART", 100)
    made = ExportsWorld()
    made.open()
    return made


def begun(world: ExportsWorld, data: bytes, kind: str = DICOM, digest: str = "") -> str:
    return str(world.large.begin(world.anna, kind, len(data), digest or sha256(data))["file_id"])


def bring(world: ExportsWorld, file_id: str, data: bytes, *numbers: int) -> None:
    for number in numbers:
        part = data[(number - 1) * 100 : number * 100]
        world.large.part(world.anna, file_id, number, part, sha256(part))


def brought(world: ExportsWorld, data: bytes, kind: str = DICOM, digest: str = "") -> str:
    """A completed file whose check has run."""
    file_id = begun(world, data, kind, digest)
    bring(world, file_id, data, *range(1, -(-len(data) // 100) + 1))
    world.large.complete(world.anna, file_id)
    world.pump()
    return file_id


def state(world: ExportsWorld, file_id: str) -> Any:
    return world.large.state(world.anna, file_id)


# --- taken in


@pytest.mark.requirement("DOC-2")
def test_parts_come_in_any_order_and_the_file_is_given_in_ranges(world: ExportsWorld) -> None:
    data = dicom(250) + b"\1\2\3"
    file_id = begun(world, data)
    bring(world, file_id, data, 3, 1)
    assert state(world, file_id)["missing"] == [2]
    with pytest.raises(WrongStateError) as refused:
        world.large.complete(world.anna, file_id)
    assert refused.value.extra == {"missing": [2]}
    bring(world, file_id, data, 2, 2, 3)
    assert world.large.complete(world.anna, file_id)["state"] == FileState.WAITING
    with pytest.raises(NotReadyError):
        world.large.download(world.anna, file_id, "")
    world.pump()
    assert state(world, file_id)["state"] == FileState.CLEAN
    assert world.large.download(world.anna, file_id, "") == (DICOM, data, 0, len(data))
    assert world.large.download(world.anna, file_id, "bytes=95-204")[1] == data[95:205]
    assert not world.quarantine.objects
    assert world.large.complete(world.anna, file_id)["state"] == FileState.CLEAN


@pytest.mark.requirement("DOC-2")
def test_a_range_opens_no_part_beside_it(world: ExportsWorld) -> None:
    data = dicom(1000)
    file_id = brought(world, data)
    opened: list[int] = []
    real = world.vault.open
    world.vault.open = lambda permit, sealed: opened.append(sealed.version) or real(permit, sealed)
    world.large.download(world.anna, file_id, "bytes=450-649")
    assert opened == [5, 6, 7]


@pytest.mark.requirement("DOC-2", "SEC-1")
def test_each_part_is_sealed_by_itself_and_parts_cannot_be_exchanged(world: ExportsWorld) -> None:
    data = dicom(200) + b"a" * 100 + b"b" * 100
    file_id = brought(world, data)
    third, fourth = places(world.row(keys.large_file(ANNA, file_id)))[2:]
    objects = world.files.objects
    objects[third], objects[fourth] = objects[fourth], objects[third]
    assert world.large.download(world.anna, file_id, "bytes=0-199")[1] == data[:200]
    with pytest.raises(DecryptionError):
        world.large.download(world.anna, file_id, "bytes=200-")


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize(
    ("kind", "size", "error"),
    [
        (DICOM, 0, InvalidFieldsError),
        (DICOM, MAX_BYTES + 1, TooLargeError),
        ("application/zip", 10, ContentTypeError),
        ("application/pdf", 10, ContentTypeError),
    ],
    ids=["empty", "too-large", "zip", "pdf"],
)
def test_what_is_not_taken_is_said_at_the_beginning(world: ExportsWorld, kind: str, size: int, error: type) -> None:
    with pytest.raises(error) as refused:
        world.large.begin(world.anna, kind, size, "0" * 64)
    if error is TooLargeError:
        assert refused.value.extra == {"limit": MAX_BYTES}
    assert not world.lines()


def test_the_largest_file_has_twenty_five_parts() -> None:
    assert (large_files.parts_of(MAX_BYTES), large_files.parts_of(1), large_files.parts_of(PART + 1)) == (25, 1, 2)
    assert sum(large_files.size_of_part(MAX_BYTES - 7, number) for number in range(1, 26)) == MAX_BYTES - 7


def test_a_part_that_does_not_fit_is_refused(world: ExportsWorld) -> None:
    data = dicom(250)
    file_id = begun(world, data)
    for number, part, digest, field in (
        (0, data[:100], "", "/number"),
        (4, data[:100], "", "/number"),
        (1, data[:99], "", "/"),
        (3, data[200:] + b"x", "", "/"),
        (1, data[:100], sha256(b"other"), "Content-Digest"),
    ):
        with pytest.raises(InvalidFieldsError) as refused:
            world.large.part(world.anna, file_id, number, part, digest or sha256(part))
        assert refused.value.fields[0].field == field
    assert not world.quarantine.objects


@pytest.mark.requirement("DOC-2")
def test_another_content_in_a_parts_place_is_refused(world: ExportsWorld) -> None:
    data, other = dicom(250), b"x" * 100
    file_id = begun(world, data)
    bring(world, file_id, data, 1)
    with pytest.raises(PartConflictError):
        world.large.part(world.anna, file_id, 1, other, sha256(other))
    bring(world, file_id, data, 1, 2, 3)
    world.large.complete(world.anna, file_id)
    world.pump()
    assert state(world, file_id)["state"] == FileState.CLEAN


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize("death", ["put", "commit"])
def test_a_part_whose_storing_dies_is_brought_again(world: ExportsWorld, death: str) -> None:
    data = dicom(250)
    file_id = begun(world, data)
    if death == "put":
        world.quarantine.fail_next()
    else:
        world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        bring(world, file_id, data, 1)
    assert state(world, file_id)["missing"] == [1, 2, 3]
    bring(world, file_id, data, 1, 2, 3)
    world.large.complete(world.anna, file_id)
    world.pump()
    assert world.large.download(world.anna, file_id, "")[1] == data


@pytest.mark.requirement("ACC-8")
def test_a_file_belongs_to_its_owner_and_to_who_brought_it_for_them(world: ExportsWorld) -> None:
    file_id = brought(world, dicom())
    boris = world.patient(BORIS)
    with pytest.raises(NotFoundError):
        world.large.download(boris, file_id, "")
    parent = Actor(BORIS, Role.REPRESENTATIVE, session_id="s", ward_id=PersonId(ANNA))
    with pytest.raises(NotFoundError):
        world.large.download(parent, file_id, "bytes=0-9")
    assert world.large.mine(parent, 10, None)[0] == []
    theirs = world.upload(parent, dicom(), DICOM)
    world.pump()
    for who, files in ((parent, [theirs]), (world.anna, [theirs, file_id])):
        assert [row["file_id"] for row in world.large.mine(who, 10, None)[0]] == files
        assert world.large.download(who, theirs, "bytes=0-9")[1] == dicom()[:10]


# --- checked


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize(
    ("kind", "data", "digest", "fault"),
    [
        (DICOM, b"%PDF-1.7" + bytes(300), "", Fault.TYPE),
        (DICOM, dicom(300, b"MZ" + bytes(126)), "", Fault.ACTIVE),
        (DICOM, dicom()[:132] + bytes(100), "", Fault.STRUCTURE),
        (DICOM, dicom(), sha256(b"announced"), Fault.DIGEST),
        (DICOM, dicom(200) + EICAR, "", Fault.VIRUS),
        (MP4, dicom(), "", Fault.TYPE),
        (MP4, mp4() + b"MZ", "", Fault.TRAILING),
        (MP4, mp4()[:-1], "", Fault.STRUCTURE),
        (MP4, box(b"ftyp", b"isom"), "", Fault.STRUCTURE),
    ],
    ids=["pdf", "program", "meta", "digest", "virus", "no-mp4", "trailing", "cut", "no-moov"],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_its_owner_told(
    world: ExportsWorld, kind: str, data: bytes, digest: str, fault: Fault
) -> None:
    file_id = brought(world, data, kind, digest)
    assert (state(world, file_id)["state"], state(world, file_id)["fault"]) == (FileState.REFUSED, fault)
    with pytest.raises(NotFoundError):
        world.large.download(world.anna, file_id, "")
    assert "file_refused" in world.inbox(world.anna)
    assert not [place for place in world.files.objects if "/file/" in place]
    assert bool(world.quarantine.objects) is (fault is Fault.VIRUS)


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize("preamble", [bytes(128), b"II*\0" + bytes(124)], ids=["empty", "tiff"])
def test_dicom_and_mp4_are_taken(world: ExportsWorld, preamble: bytes) -> None:
    for kind, data in ((DICOM, dicom(300, preamble)), (MP4, mp4())):
        assert state(world, brought(world, data, kind))["state"] == FileState.CLEAN


@settings(max_examples=tried(200))
@given(
    st.lists(st.tuples(st.sampled_from([b"free", b"mdat", b"moov"]), st.binary(max_size=9), st.booleans())), st.data()
)
def test_boxes_are_read_alike_however_the_stream_is_cut(boxes: list[tuple[bytes, bytes, bool]], data: Any) -> None:
    whole = box(b"ftyp", b"isom") + b"".join(box(kind, body, long=long) for kind, body, long in boxes)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    check = Mp4Check()
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        check.feed(whole[start:end])
    assert check.kinds == [b"ftyp", *(kind for kind, _, _ in boxes)]
    assert check.fault() == (None if b"moov" in check.kinds else Fault.STRUCTURE)


@pytest.mark.parametrize("cut", range(17))
@pytest.mark.parametrize("size", [0, 8, 15])
def test_a_box_that_ends_inside_its_header_ends_the_reading(size: int, cut: int) -> None:
    whole = box(b"ftyp") + struct.pack(">I4sQ", 1, b"free", size) + bytes(100)
    check = Mp4Check()
    for part in (whole[: 8 + cut], whole[8 + cut :]):
        check.feed(part)
    assert check.fault() == Fault.STRUCTURE


@given(st.binary(max_size=200), st.sampled_from([b"", dicom(144)]))
def test_no_bytes_break_a_check(data: bytes, head: bytes) -> None:
    for check in (DicomCheck(), Mp4Check()):
        check.feed(head + data)
        check.fault()


# --- a scanner that is away, a check that dies, an upload that nobody ends


@pytest.mark.requirement("DOC-2")
def test_a_file_waits_for_the_scanner_and_is_looked_at_again(world: ExportsWorld) -> None:
    world.viruses.fail_next(2, ScannerUnavailableError())
    file_id = brought(world, dicom())
    assert state(world, file_id)["state"] == FileState.WAITING
    for expected in (FileState.WAITING, FileState.CLEAN):
        world.clock.advance(minutes=16)
        assert world.file_queue.run()["failed"] == 0
        world.pump()
        assert state(world, file_id)["state"] == expected
    assert world.large.download(world.anna, file_id, "")[1] == dicom()


@pytest.mark.requirement("DOC-2")
def test_a_scan_waits_for_the_scanner_too(world: ExportsWorld) -> None:
    world.scan_checks._viruses.fail_next(1, ScannerUnavailableError())
    upload = world.uploads.create(world.anna, PDF_TYPE, PDF)["upload_id"]
    world.pump()
    assert world.uploads.mine(world.anna, 1, None)[0][0]["state"] == "waiting"
    world.clock.advance(minutes=16)
    assert world.file_queue.run() == {"looked": 1, "failed": 0}
    assert world.uploads.download(world.anna, upload) == (PDF_TYPE, PDF)


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize("death", range(4))
def test_a_check_that_dies_is_run_again(world: ExportsWorld, death: int) -> None:
    data = dicom(250)
    file_id = begun(world, data)
    bring(world, file_id, data, 1, 2, 3)
    world.large.complete(world.anna, file_id)
    row = world.row(keys.large_file(ANNA, file_id))
    (world.files if death % 2 else world.quarantine).fail_next()
    if death > 1:
        world.tables.fail_next_commit()
    for _ in range(3):
        try:
            world.reactions.run("check_file", row)
        except UnavailableError:
            continue
    world.pump()
    assert world.large.download(world.anna, file_id, "")[1] == data
    assert len(world.entries("file:accept")) == 1


def test_a_part_that_is_gone_is_a_fault_and_no_error(world: ExportsWorld) -> None:
    data = dicom(250)
    file_id = begun(world, data)
    bring(world, file_id, data, 1, 2, 3)
    world.quarantine.objects.popitem()
    world.large.complete(world.anna, file_id)
    world.pump()
    assert state(world, file_id)["fault"] == Fault.LOST


@pytest.mark.requirement("DOC-2")
def test_an_upload_that_is_completed_while_it_is_given_up_keeps_its_parts(world: ExportsWorld) -> None:
    data = dicom(250)
    file_id = begun(world, data)
    bring(world, file_id, data, 1, 2, 3)
    staged, writes, _ = world.large_checks.look({"person": ANNA, "id": file_id})
    world.large.complete(world.anna, file_id)
    with pytest.raises(ConflictError):
        world.gate.commit(staged, writes)
    world.pump()
    assert world.large.download(world.anna, file_id, "")[1] == data


@pytest.mark.requirement("DOC-2")
def test_an_upload_that_nobody_completes_is_deleted(world: ExportsWorld) -> None:
    data = dicom(250)
    file_id = begun(world, data)
    bring(world, file_id, data, 1, 3)
    world.clock.advance(days=1)
    world.file_queue.run()
    assert state(world, file_id)["state"] == FileState.OPEN
    world.clock.advance(days=1, minutes=1)
    assert world.file_queue.run() == {"looked": 1, "failed": 0}
    assert state(world, file_id)["state"] == FileState.ABANDONED
    world.pump()
    assert not world.quarantine.objects
    assert not world.lines()
    with pytest.raises(WrongStateError):
        bring(world, file_id, data, 2)
