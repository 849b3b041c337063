"""Files that hang nowhere are deleted by who brought them; everything else stays."""

from __future__ import annotations

import pytest

from chalicelib.errors import ConflictError, NotFoundError, NotReadyError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from chalicelib.records.documents import ATTACHED_DOCUMENT, IMAGING_STUDY
from tests.cases_world import JPEG_TYPE
from tests.unit.test_attachments import IMAGE, FilesWorld
from tests.world import ANNA


@pytest.fixture
def world() -> FilesWorld:
    return FilesWorld()


@pytest.mark.requirement("REC-9")
def test_one_deletes_what_hangs_nowhere_and_the_bytes_go(world: FilesWorld) -> None:
    own, brought, hanging = world.own(), world.bring(world.doctor), world.bring(world.doctor)
    record_id = world.write(world.doctor, hanging)
    world.uploads.drop(world.anna, own)
    world.uploads.drop_for_record(world.doctor, ANNA, IMAGING_STUDY, brought)
    world.pump()
    places = {keys.upload(ANNA, one).sk: world.row(keys.upload(ANNA, one))["place"] for one in (own, brought, hanging)}
    assert [place in world.files.objects for place in places.values()] == [False, False, True]
    for gone in (own, brought):
        with pytest.raises(NotFoundError):
            world.uploads.download(world.anna, gone)
        with pytest.raises(NotFoundError):
            world.uploads.drop(world.anna, gone)
    assert [row["upload_id"] for row in world.uploads.mine(world.anna, 9, None)[0]] == [hanging]
    with pytest.raises(WrongStateError):
        world.uploads.drop_for_record(world.doctor, ANNA, IMAGING_STUDY, hanging)
    with pytest.raises(NotFoundError):  # somebody else brought it
        world.uploads.drop(world.anna, hanging)
    assert world.take(world.anna, record_id, hanging) == IMAGE
    assert len(world.entries("upload:delete")) == 2


def test_a_file_is_not_deleted_while_it_is_checked_nor_when_a_request_names_it(world: FilesWorld) -> None:
    waiting = str(world.uploads.create(world.anna, JPEG_TYPE, IMAGE)["upload_id"])
    with pytest.raises(NotReadyError):
        world.uploads.drop(world.anna, waiting)
    world.pump()
    asked = {"patient": ANNA, "documents": {"passport": [waiting]}, "ver": 1}
    world.tables.commit([Put(keys.case(ANNA, "case"), asked)])
    with pytest.raises(WrongStateError):
        world.uploads.drop(world.anna, waiting)


@pytest.mark.parametrize("faster", ["attach", "delete"])
def test_attaching_and_deleting_at_once_is_one_of_both(world: FilesWorld, faster: str) -> None:
    own = world.own()
    attach = lambda: world.write(world.anna, own, spec=ATTACHED_DOCUMENT)  # noqa: E731
    drop = lambda: world.uploads.drop(world.anna, own)  # noqa: E731
    first, second = (attach, drop) if faster == "attach" else (drop, attach)
    world.tables.before_next_commit(first)
    with pytest.raises((WrongStateError, ConflictError)):
        second()
    world.pump()
    row = world.row(keys.upload(ANNA, own))
    assert (row["place"] in world.files.objects) == bool(row.get("attached")) == (faster == "attach")
