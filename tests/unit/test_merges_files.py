"""Files of records on their way into the card that goes on, and back (SPC-5)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.access import Permit
from chalicelib.domain.attachments import hook
from chalicelib.domain.large_files import MP4
from chalicelib.errors import CardStateError, ConflictError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.large_files import part_name, place_of
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.documents import IMAGING_STUDY
from tests.cases_world import PDF_TYPE, paper
from tests.exports_world import ExportsWorld
from tests.unit.merge_world import GOES, STAYS, Registry
from tests.unit.test_attachments import STUDY
from tests.world import ANNA

pytestmark = pytest.mark.requirement("SPC-5", "REC-5")

PART = 100
DATA = bytes(range(250))


class Pictures(Registry):
    def scan(self, file_id: str, **more: Any) -> str:
        permit = Permit(GOES, "scan", file_id, "test", writes=True)
        place = f"{GOES}/scan/{file_id}"
        self.files.put(place, self.vault.seal(permit, 1, DATA))
        return self._stored(keys.upload(GOES, file_id), file_id, {"place": place, "type": "image/png", **more})

    def film(self, file_id: str) -> str:
        permit = Permit(GOES, "file", file_id, "test", writes=True)
        row: dict[str, Any] = {"id": file_id, "patient": GOES, "parts": 3, "type": MP4}
        for number in (1, 2, 3):
            row[part_name(number)] = {"sha256": "", "name": f"{number}-x"}
            sealed = self.vault.seal(permit, number, DATA[(number - 1) * PART : number * PART])
            self.files.put(place_of(row, f"{number}-x"), sealed)
        return self._stored(keys.large_file(GOES, file_id), file_id, row)

    def _stored(self, key: keys.Key, file_id: str, more: dict[str, Any]) -> str:
        row = {"id": file_id, "patient": GOES, "state": "clean", "size": len(DATA), "ver": 2, "by": "x", **more}
        self.tables.commit([Put(key, {**row, "organisation": "clinic", "for": IMAGING_STUDY.name})])
        return file_id

    def study(self, *files: str) -> str:
        body = {**STUDY, "attachments": [{"upload_id": one, "title": "Снимок"} for one in files]}
        return str(self.records.create(self.doctor, GOES, IMAGING_STUDY, body, "study-0123456789a")[0]["id"])

    def take(self, patient_id: Any, record_id: str, file_id: str) -> bytes:
        return self.attachments.download(self.doctor, patient_id, IMAGING_STUDY, record_id, file_id).data

    def copies(self) -> list[str]:
        mine = (key.sk for key in self.tables.rows(Store.CARD) if key.pk == keys.patient(STAYS))
        return sorted(sk for sk in mine if sk.startswith((keys.UPLOADS, keys.LARGE_FILES)))


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> Pictures:
    monkeypatch.setattr("chalicelib.domain.large_files.PART", PART)
    return Pictures()


def test_files_come_with_their_record_and_go_back(pictures: Pictures) -> None:
    old, new, film = pictures.scan("old"), pictures.scan("new"), pictures.film("film")
    pictures.scan("loose")
    record_id = pictures.study(old, film)
    body = {**STUDY, "attachments": [{"upload_id": one, "title": "Снимок"} for one in (new, film)]}
    pictures.records.amend(pictures.doctor, GOES, IMAGING_STUDY, record_id, body, 1)
    merge_id = pictures.merged()
    assert pictures.copies() == ["FILE#film", "UPLOAD#new", "UPLOAD#old"]  # what hangs nowhere stays where it is
    for file_id in (old, new, film):
        assert pictures.take(STAYS, record_id, file_id) == DATA
    moved = pictures.row(keys.upload(STAYS, new))
    assert (moved["patient"], moved["attached"]) == (STAYS, hook("imaging-study", record_id))
    assert moved["place"] != pictures.row(keys.upload(GOES, new))["place"]
    pictures.undo(merge_id)
    pictures.carry_on()
    assert pictures.copies() == []
    with pytest.raises(NotFoundError):
        pictures.take(STAYS, record_id, new)
    for file_id in (old, new, film):
        assert pictures.take(GOES, record_id, file_id) == DATA


@pytest.mark.parametrize("fault", ["vault", "files", "audit", "commit"])
def test_a_carrying_that_dies_at_a_file_goes_on(pictures: Pictures, fault: str) -> None:
    record_id = pictures.study(pictures.scan("one"), pictures.film("film"))
    merge_id = pictures.approved()
    pictures.clock.advance(minutes=1)
    if fault == "commit":
        pictures.tables.fail_next_commit(2)
    else:
        getattr(pictures, fault).fail_next(2)
    pictures.carrying.run()
    pictures.carry_on()
    assert pictures.state(merge_id) == "merged"
    assert pictures.copies() == ["FILE#film", "UPLOAD#one"]
    assert pictures.take(STAYS, record_id, "film") == pictures.take(STAYS, record_id, "one") == DATA


def test_a_record_that_was_amended_since_keeps_its_files_when_a_merge_is_undone(pictures: Pictures) -> None:
    record_id = pictures.study(pictures.scan("one"))
    merge_id = pictures.merged()
    body = {**STUDY, "attachments": [{"upload_id": "one", "title": "Снимок"}], "conclusion": "Уточнено"}
    pictures.records.amend(pictures.doctor, STAYS, IMAGING_STUDY, record_id, body, 1)
    pictures.undo(merge_id)
    pictures.carry_on()
    assert pictures.take(STAYS, record_id, "one") == pictures.take(GOES, record_id, "one") == DATA


def begin(world: ExportsWorld, form: str) -> Any:
    if form == "scan":
        return world.uploads.create(world.anna, PDF_TYPE, paper())
    return world.large.begin(world.anna, MP4, 10, "0" * 64)


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize("state", ["merging", "merged"])
@pytest.mark.parametrize("form", ["scan", "large"])
def test_no_file_begins_on_a_card_that_goes_into_another(form: str, state: str) -> None:
    """What hangs on no record is not carried: it would stay behind."""
    world = ExportsWorld()
    world.open()
    assert begin(world, form)
    world.tables.commit([Update(keys.card(ANNA), {"state": state, "merged_into": "other"})])
    before = world.tables.rows()
    with pytest.raises(CardStateError):
        begin(world, form)
    assert world.tables.rows() == before


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize("form", ["scan", "large"])
def test_a_merge_that_is_approved_while_a_file_comes_refuses_it(form: str) -> None:
    world = ExportsWorld()
    world.open()
    going = Update(keys.card(ANNA), {"state": "merging"})
    world.tables.before_next_commit(lambda: world.tables.commit([going]))
    with pytest.raises(ConflictError):
        begin(world, form)
