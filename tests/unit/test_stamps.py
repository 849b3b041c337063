"""The stamp of an organisation: checked, drawn anew, in use, removed (RX-6)."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.documents.scans import PdfScans
from chalicelib.documents.stamps import MAX_SIDE, PillowStamps
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AccessDeniedError,
    ContentTypeError,
    InvalidFieldsError,
    NotFoundError,
    ScannerUnavailableError,
    TooLargeError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from chalicelib.services.file_queue import FileQueue
from chalicelib.services.reactions import ReactionService
from chalicelib.services.stamps import MAX_BYTES, StampService
from tests.cases_world import FakeViruses, picture
from tests.outside_fakes import FakeDocuments
from tests.world import World

pytestmark = pytest.mark.requirement("RX-6")
PNG = "image/png"


class FakeQuarantine(FakeDocuments):
    def delete(self, key: str) -> None:
        self._fault()
        self.objects.pop(key, None)


class Office(World):
    def __init__(self) -> None:
        super().__init__()
        self.quarantine = FakeQuarantine()
        self.stamps = StampService(
            self.gate,
            self.tables,
            self.vault,
            self.keys,
            self.quarantine,
            PdfScans(),
            FakeViruses(),
            PillowStamps(),
            self.clock,
        )
        tidy = {"tidy_upload": lambda row: (self.quarantine.delete(row["place"]), ((), ()))[1]}
        self.reactions = ReactionService(self.reactions._t, {**self.others, **self.stamps.reactions, **tidy})
        self.administrator = replace(self.staff("admin", Role.ADMINISTRATOR), organisation_id="clinic")

    def put(self, data: bytes = b"", kind: str = PNG) -> dict[str, Any]:
        return self.stamps.put(self.administrator, "clinic", kind, data or picture("PNG"))

    def shown(self) -> dict[str, Any]:
        return self.stamps.shown(self.administrator, "clinic")


@pytest.fixture
def world() -> Office:
    return Office()


@pytest.mark.requirement("DOC-2", "AUD-1")
@pytest.mark.parametrize(("kind", "name"), [(PNG, "PNG"), ("image/jpeg", "JPEG")])
def test_a_stamp_is_checked_drawn_anew_and_used(world: Office, kind: str, name: str) -> None:
    assert world.shown() == {"state": "none"}
    data = picture(name)
    assert world.put(data, kind)["state"] == "waiting"
    assert data not in world.quarantine.objects.values()
    world.pump()
    assert (world.shown()["state"], world.shown()["upload"]["state"]) == ("active", "accepted")
    image = world.stamps.image(world.administrator, "clinic")
    assert image.startswith(b"\x89PNG")
    assert image != data
    assert world.quarantine.objects == {}
    steps = [e.action for e in world.audit.events if e.action.startswith("organisation-stamp:")]
    assert steps[1:4] == ["organisation-stamp:put", "organisation-stamp:check", "organisation-stamp:accept"]


def test_a_refused_picture_leaves_the_stamp_in_use(world: Office) -> None:
    world.put()
    world.pump()
    before = world.stamps.image(world.administrator, "clinic")
    world.put(picture("PNG") + b"more")
    world.pump()
    assert world.shown()["upload"]["fault"] == "scan-trailing-data"
    assert world.stamps.image(world.administrator, "clinic") == before
    world.put(picture("PNG", size=(50, 50)))
    world.pump()
    assert world.stamps.image(world.administrator, "clinic") != before


def test_of_two_uploads_the_newer_counts(world: Office) -> None:
    world.put()
    older = world.row(keys.stamp_upload("clinic"))
    world.put(picture("PNG", size=(60, 60)))
    assert world.reactions.run("check_stamp", older)
    assert world.shown()["state"] == "none"
    world.pump()
    assert world.shown()["state"] == "active"


@pytest.mark.parametrize("fault", ["quarantine", "vault", "commit"])
def test_a_check_that_dies_runs_again(world: Office, fault: str) -> None:
    from chalicelib.errors import UnavailableError

    world.put()
    row = world.row(keys.stamp_upload("clinic"))
    if fault == "commit":
        world.tables.fail_next_commit()
    else:
        getattr(world, fault).fail_next(error=UnavailableError())
    with pytest.raises(UnavailableError):
        world.reactions.run("check_stamp", row)
    world.pump()
    assert world.shown()["state"] == "active"


def test_a_stamp_waits_for_the_scanner_and_is_looked_at_again(world: Office) -> None:
    world.stamps._viruses.fail_next(2, ScannerUnavailableError())
    queue = FileQueue(world.gate, world.tables, world.clock, {"stamp": world.stamps.look})
    world.put()
    world.pump()
    for state in ("waiting", "accepted"):
        assert world.shown()["state"] == "none"
        world.clock.advance(minutes=16)
        assert queue.run() == {"looked": 1, "failed": 0}
        assert world.shown()["upload"]["state"] == state
    assert world.shown()["state"] == "active"
    assert not world.tables.query(Store.CARD, f"QUEUE#{keys.FILES}").items


def test_a_stamp_that_is_removed_while_it_is_checked_is_never_used(world: Office) -> None:
    world.put()
    world.stamps.remove(world.administrator, "clinic")
    world.pump()
    assert (world.shown()["state"], world.shown()["upload"]["state"]) == ("none", "removed")
    assert not world.quarantine.objects


def test_a_removed_stamp_is_printed_no_more(world: Office) -> None:
    world.put()
    world.pump()
    world.stamps.remove(world.administrator, "clinic")
    world.stamps.remove(world.administrator, "clinic")
    assert world.shown()["state"] == "removed"
    assert "sealed" not in world.row(keys.organisation_stamp("clinic"))
    with pytest.raises(NotFoundError):
        world.stamps.image(world.administrator, "clinic")
    world.put()
    world.pump()
    assert world.shown()["state"] == "active"


def test_what_is_no_picture_is_not_taken_in(world: Office) -> None:
    with pytest.raises(ContentTypeError):
        world.put(b"%PDF-1.7", "application/pdf")
    with pytest.raises(ContentTypeError):
        world.put(picture("JPEG"), PNG)
    with pytest.raises(TooLargeError):
        world.put(b"\x89PNG\r\n\x1a\n" + bytes(MAX_BYTES))
    assert world.quarantine.objects == {}


def test_nobody_stamps_for_another_organisation(world: Office) -> None:
    world.tables.commit([Put(keys.organisation("other"), {"name": "Другая"})])
    with pytest.raises(AccessDeniedError):
        world.stamps.put(world.administrator, "other", PNG, picture("PNG"))


# --- drawing


def noise(side: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_bounded_whatever_it_shows() -> None:
    from PIL import Image

    drawn = PillowStamps().drawn_anew(PNG, noise(1500))
    assert len(drawn) < 240 * 1024
    with Image.open(io.BytesIO(drawn)) as found:
        assert max(found.size) == MAX_SIDE


def test_what_is_transparent_becomes_white_and_nothing_comes_along() -> None:
    from PIL import Image, PngImagePlugin

    said, out = PngImagePlugin.PngInfo(), io.BytesIO()
    said.add_text("Comment", "a secret")
    Image.new("RGBA", (20, 10), (255, 0, 0, 0)).save(out, "PNG", pnginfo=said, icc_profile=b"profile")
    drawn = PillowStamps().drawn_anew(PNG, out.getvalue())
    assert b"secret" not in drawn
    assert b"iCCP" not in drawn
    with Image.open(io.BytesIO(drawn)) as found:
        assert found.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", picture("PNG")[:60], picture("JPEG")])
def test_what_cannot_be_drawn_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidFieldsError):
        PillowStamps().drawn_anew(PNG, data)


@pytest.mark.requirement("DOC-2")
def test_a_stamp_that_no_scanner_judges_is_refused_after_a_day(world: Office) -> None:
    world.stamps._viruses.fail_next(1_000, ScannerUnavailableError())
    queue = FileQueue(world.gate, world.tables, world.clock, {"stamp": world.stamps.look})
    world.put()
    world.pump()
    for _ in range(16 * 24):
        world.clock.advance(minutes=5)
        assert queue.run()["failed"] == 0
    row = world.row(keys.stamp_upload("clinic"))
    assert (row["state"], row["fault"], row["react"]) == ("refused", "not-scanned", ["unscanned_stamp"])
    with pytest.raises(ScannerUnavailableError):
        world.reactions.run("unscanned_stamp", row)
