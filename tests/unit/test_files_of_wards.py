"""Who acts for somebody gets their files as far as they get the records that these hang on (ACC-8, DOC-2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import AccessDeniedError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Update
from tests.cases_world import JPEG_TYPE
from tests.unit.test_attachments import IMAGE, FilesWorld
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("ACC-8", "DOC-2", "REC-5")


@pytest.fixture
def world() -> FilesWorld:
    return FilesWorld()


def parent_of_anna(world: FilesWorld) -> Actor:
    world.person(BORIS)
    world.tables.commit(
        representation(ANNA, PersonId(BORIS), kind="court", until=None, basis="case", now=world.clock())
    )
    actor = replace(world.session(BORIS, Role.REPRESENTATIVE), ward_id=ANNA)
    world.tables.commit([Update(keys.session(BORIS, actor.session_id), {"ward": ANNA})])
    return actor


def test_an_image_in_a_section_that_a_doctor_closed_is_found_by_no_way_beside_the_record(world: FilesWorld) -> None:
    """Safeguarding: that it exists is told as little as what it shows."""
    parent, image = parent_of_anna(world), world.bring(world.doctor)
    study = world.write(world.doctor, image)
    assert world.take(parent, study, image) == IMAGE
    world.tables.commit([Update(keys.representation(ANNA, BORIS), {"hidden": ["results"]}, {"ver": 1})])
    with pytest.raises(AccessDeniedError):
        world.take(parent, study, image)
    with pytest.raises(NotFoundError):
        world.uploads.download(parent, image)
    assert world.uploads.mine(parent, 9, None)[0] == []
    assert world.uploads.download(world.anna, image) == (JPEG_TYPE, IMAGE)


def test_what_they_brought_themselves_they_have(world: FilesWorld) -> None:
    parent, hers = parent_of_anna(world), world.own()
    his = str(world.uploads.create(parent, JPEG_TYPE, IMAGE)["upload_id"])
    world.pump()
    assert [row["upload_id"] for row in world.uploads.mine(parent, 9, None)[0]] == [his]
    assert world.uploads.download(parent, his) == (JPEG_TYPE, IMAGE)
    with pytest.raises(NotFoundError):
        world.uploads.download(parent, hers)
    assert {row["upload_id"] for row in world.uploads.mine(world.anna, 9, None)[0]} == {his, hers}
