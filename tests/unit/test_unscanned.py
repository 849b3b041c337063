"""Files on which the virus scanner always fails: tried 20 times in a day, then refused, with an operator called."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.large_files import DICOM, FileState
from chalicelib.domain.scans import TRIES, Fault, look_again
from chalicelib.errors import NotFoundError, ScannerUnavailableError
from chalicelib.ports import keys
from tests.cases_world import PDF_TYPE, paper
from tests.exports_world import ExportsWorld
from tests.unit.test_large_files import dicom, state
from tests.world import ANNA

ALWAYS = 10_000


@pytest.fixture
def world() -> ExportsWorld:
    made = ExportsWorld()
    made.open()
    made.viruses.fail_next(ALWAYS, ScannerUnavailableError())
    made.scan_checks._viruses.fail_next(ALWAYS, ScannerUnavailableError())
    return made


def a_day(world: ExportsWorld) -> int:
    """The queue every five minutes; how often a file was looked at."""
    looked = 0
    for _ in range(24 * 12):
        world.clock.advance(minutes=5)
        done = world.file_queue.run()
        assert done["failed"] == 0
        looked += done["looked"]
    world.session(world.anna.person_id, world.anna.role)
    return looked


def test_twenty_tries_in_a_day_and_no_more() -> None:
    waits = [look_again(tries) for tries in range(1, TRIES)]
    assert None not in waits
    whole = sum((wait for wait in waits if wait), timedelta())
    assert timedelta(hours=20) < whole < timedelta(hours=24)
    assert look_again(TRIES) is None


def answers_again(world: ExportsWorld) -> None:
    for viruses in (world.viruses, world.scan_checks._viruses):
        viruses._faults.clear()  # type: ignore[attr-defined]


@pytest.mark.requirement("DOC-2")
def test_a_scan_is_refused_its_owner_told_and_an_operator_called(world: ExportsWorld) -> None:
    upload_id = world.uploads.create(world.anna, PDF_TYPE, paper())["upload_id"]
    world.pump()
    assert a_day(world) == TRIES - 1
    (shown,) = world.uploads.mine(world.anna, 1, None)[0]
    assert (shown["state"], shown["fault"], shown["virus_scan"]) == ("refused", Fault.UNSCANNED, "not-scanned")
    assert not world.lines()
    row = world.row(keys.upload(ANNA, upload_id))
    with pytest.raises(ScannerUnavailableError):  # the stream parks it, and that is an alarm
        world.reactions.run("unscanned_upload", row)
    answers_again(world)
    assert world.reactions.run("unscanned_upload", row)
    world.pump()
    assert "upload_refused" in world.inbox(world.anna)
    assert row["place"] not in world.files.objects
    with pytest.raises(NotFoundError):
        world.uploads.download(world.anna, upload_id)


@pytest.mark.requirement("DOC-2")
def test_a_large_file_too(world: ExportsWorld) -> None:
    file_id = world.upload(world.anna, dicom(), DICOM)
    world.pump()
    assert a_day(world) == TRIES - 1
    row = world.row(keys.large_file(ANNA, file_id))
    assert (row["state"], row["fault"]) == (FileState.REFUSED, Fault.UNSCANNED)
    with pytest.raises(ScannerUnavailableError):
        world.reactions.run("unscanned_file", row)
    answers_again(world)
    world.pump()
    assert "file_refused" in world.inbox(world.anna)
    assert state(world, file_id)["state"] == FileState.REFUSED


@pytest.mark.requirement("DOC-2")
def test_a_scanner_that_is_back_within_the_day_accepts_what_waited(world: ExportsWorld) -> None:
    upload_id = world.uploads.create(world.anna, PDF_TYPE, paper())["upload_id"]
    world.pump()
    for _ in range(60):
        world.clock.advance(minutes=5)
        world.file_queue.run()
    answers_again(world)
    a_day(world)
    assert world.uploads.download(world.anna, upload_id) == (PDF_TYPE, paper())
