"""Files of records: who attaches what, who takes it, and that nothing is lost or shown to anybody else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.access import Level
from chalicelib.domain.attachments import faults, hook
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.large_files import MP4
from chalicelib.errors import (
    AccessDeniedError,
    ConsentRequiredError,
    ErasedError,
    InvalidFieldsError,
    MedkartaError,
    NotFoundError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.documents import ATTACHED_DOCUMENT, IMAGING_STUDY
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.places import model_of
from chalicelib.records.registry import RECORD_TYPES
from tests.cases_world import JPEG_TYPE, PDF_TYPE, paper, picture
from tests.effort import tried
from tests.exports_world import ExportsWorld
from tests.world import ANNA, BORIS

STUDY = {
    "occurred_at": "2026-03-01T10:00:00+03:00",
    "centre": "Центр",
    "modality": "US",
    "region": "Печень",
    "doctor_name": "Петров Пётр Петрович",
    "conclusion": "Без особенностей",
}
RESULT = {"occurred_at": "2026-03-01T10:00:00+03:00", "title": "Анализ крови", "category": "result"}
IMAGE = picture()
UNKNOWN_ID = "00000000-0000-7000-8000-000000000000"


class FilesWorld(ExportsWorld):
    """Anna, a doctor with her consent, and files that were checked."""

    def __init__(self) -> None:
        super().__init__()
        self.open()
        self._keys_given = 0

    def bring(self, who: Actor, data: bytes = IMAGE, kind: str = JPEG_TYPE, spec: Any = IMAGING_STUDY) -> str:
        """A file for a record, whose check has run."""
        upload_id = str(self.uploads.create_for_record(who, ANNA, spec, kind, data)["upload_id"])
        self.pump()
        return upload_id

    def own(self, data: bytes = IMAGE, kind: str = JPEG_TYPE) -> str:
        upload_id = str(self.uploads.create(self.anna, kind, data)["upload_id"])
        self.pump()
        return upload_id

    def write(self, who: Actor, *files: str, spec: Any = IMAGING_STUDY, patient: PersonId = ANNA) -> str:
        self._keys_given += 1
        body = body_of(spec, *files)
        made, _ = self.records.create(who, patient, spec, body, f"key-{self._keys_given:016d}")
        return str(made["id"])

    def take(self, who: Actor, record_id: str, file_id: str, spec: Any = IMAGING_STUDY, wanted: str = "") -> bytes:
        return self.attachments.download(who, ANNA, spec, record_id, file_id, wanted).data


def body_of(spec: Any, *files: str) -> dict[str, Any]:
    form = STUDY if spec is IMAGING_STUDY else RESULT
    return {**form, "attachments": [{"upload_id": one, "title": "Снимок"} for one in files]}


def wrong(call: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFieldsError) as refused:
        call()
    return [(problem.field, problem.code) for problem in refused.value.fields]


@pytest.fixture
def world() -> FilesWorld:
    return FilesWorld()


# --- which kinds, and the rule


def test_every_body_with_files_is_declared_and_written_by_the_generic_service() -> None:
    for spec in RECORD_TYPES:
        found = [name for name in model_of(spec.body).model_fields if name == "attachments"]
        assert found == ([spec.files] if spec.files else []), spec.name
        assert not (spec.files and spec.process), spec.name


DOCTOR = Actor(PersonId("d"), Role.DOCTOR, organisation_id="clinic")
PATIENT = Actor(ANNA, Role.PATIENT)
HERE = hook("imaging-study", "r1")
OF_CLINIC = {"state": "clean", "organisation": "clinic", "for": "imaging-study"}


@pytest.mark.requirement("REC-5", "REC-9")
@pytest.mark.parametrize(
    ("actor", "row", "code"),
    [
        (DOCTOR, OF_CLINIC, ""),
        (DOCTOR, {**OF_CLINIC, "state": "waiting"}, "waiting"),
        (DOCTOR, {**OF_CLINIC, "state": "refused"}, "refused"),
        (DOCTOR, {**OF_CLINIC, "state": "deleted"}, "unknown"),
        (DOCTOR, {**OF_CLINIC, "organisation": "another"}, "unknown"),
        (DOCTOR, {**OF_CLINIC, "for": "attached-document"}, "unknown"),
        (DOCTOR, {"state": "clean"}, "unknown"),  # the patient's own, perhaps a passport
        (DOCTOR, {"state": "clean", "organisation": "clinic"}, "unknown"),  # a registrar's scan of a paper
        (DOCTOR, {**OF_CLINIC, "attached": "imaging-study/r2"}, "attached"),
        (DOCTOR, {"state": "clean", "attached": HERE}, ""),  # it hangs here already
        (DOCTOR, None, "unknown"),
        (PATIENT, {"state": "clean"}, ""),
        (PATIENT, {"state": "open"}, "unknown"),
        (PATIENT, OF_CLINIC, "unknown"),
        (PATIENT, {**OF_CLINIC, "attached": HERE}, ""),
    ],
    ids=range(15),
)
def test_who_attaches_what(actor: Actor, row: dict[str, Any] | None, code: str) -> None:
    found = faults(actor, "imaging-study", HERE, ["u"], {"u": row} if row else {})
    assert [said[0] for _, said in found] == ([code] if code else [])


# --- brought, attached, taken


@pytest.mark.requirement("REC-5", "DOC-2", "AUD-1")
def test_a_clinicians_image_hangs_on_its_study_and_is_taken_by_who_may_take_the_study(world: FilesWorld) -> None:
    upload_id = world.bring(world.doctor)
    assert all(IMAGE[:20] not in sealed for sealed in world.files.objects.values())
    record_id = world.write(world.doctor, upload_id)
    assert world.uploads.for_record(world.doctor, ANNA, IMAGING_STUDY, upload_id)["attached"] == hook(
        "imaging-study", record_id
    )
    for who in (world.doctor, world.anna):
        assert world.take(who, record_id, upload_id) == IMAGE
    entry = world.entries("imaging-study:download")[-1]
    assert (entry.subject, entry.resource_id, entry.details["file"]) == (ANNA, record_id, upload_id)
    assert world.entries("upload:create")[-1].subject == ANNA


@pytest.mark.requirement("REC-5")
def test_what_cannot_hang_is_named_with_its_place(world: FilesWorld) -> None:
    good, own = world.bring(world.doctor), world.own()
    refused = world.bring(world.doctor, paper() + b"MZ", PDF_TYPE)
    waiting = str(world.uploads.create_for_record(world.doctor, ANNA, IMAGING_STUDY, JPEG_TYPE, IMAGE)["upload_id"])
    files = (good, waiting, refused, UNKNOWN_ID, good, own)
    assert wrong(lambda: world.write(world.doctor, *files)) == [
        ("/attachments/1/upload_id", "waiting"),
        ("/attachments/2/upload_id", "refused"),
        ("/attachments/3/upload_id", "unknown"),
        ("/attachments/4/upload_id", "repeated"),
        ("/attachments/5/upload_id", "unknown"),
    ]
    assert not world.row(keys.upload(ANNA, good)).get("attached")
    world.write(world.doctor, good)
    assert wrong(lambda: world.write(world.doctor, good)) == [("/attachments/0/upload_id", "attached")]


@pytest.mark.requirement("REC-5", "REC-14")
def test_files_and_codes_are_named_together(world: FilesWorld) -> None:
    body = {**body_of(IMAGING_STUDY, UNKNOWN_ID), "related": [{"kind": "visit", "id": UNKNOWN_ID}]}
    found = wrong(lambda: world.records.create(world.doctor, ANNA, IMAGING_STUDY, body, "key-0123456789abc"))
    assert {code for _, code in found} == {"not-on-card", "unknown"}


def test_a_file_of_another_card_looks_like_none(world: FilesWorld) -> None:
    world.patient(BORIS)
    world.consent(world.doctor, BORIS)
    upload_id = world.bring(world.doctor)
    call = lambda: world.write(world.doctor, upload_id, patient=BORIS)  # noqa: E731
    assert wrong(call) == [("/attachments/0/upload_id", "unknown")]


@pytest.mark.requirement("REC-9")
def test_a_patients_own_result_is_confirmed_and_written_down_by_a_doctor(world: FilesWorld) -> None:
    upload_id = world.own(paper(), PDF_TYPE)
    document = world.write(world.anna, upload_id, spec=ATTACHED_DOCUMENT)
    shown = world.records.read(world.doctor, ANNA, ATTACHED_DOCUMENT, document)
    assert shown["source"] == "patient-reported"
    assert world.take(world.doctor, document, upload_id, ATTACHED_DOCUMENT) == world.take(
        world.anna, document, upload_id, ATTACHED_DOCUMENT
    )
    confirmed = world.records.confirm(world.doctor, ANNA, ATTACHED_DOCUMENT, document, 1)
    assert confirmed["confirmed"]["role"] == "doctor"
    assert world.take(world.doctor, document, upload_id, ATTACHED_DOCUMENT)
    result = {
        "occurred_at": RESULT["occurred_at"],
        "values": [{"name": "Гемоглобин", "value": "130", "unit": "g/L"}],
        "related": [{"kind": ATTACHED_DOCUMENT.name, "id": document}],
    }
    assert world.records.create(world.doctor, ANNA, LABORATORY_RESULT, result, "key-0123456789abc")


# --- who does not


@pytest.mark.requirement("ACC-3", "ACC-5")
def test_limited_consent_another_section_and_no_consent_take_nothing(world: FilesWorld) -> None:
    upload_id = world.bring(world.doctor)
    record_id = world.write(world.doctor, upload_id)
    other, nobody = world.staff("other"), world.staff("nobody")
    world.consent(other, level=Level.LIMITED)
    with pytest.raises(AccessDeniedError):
        world.take(other, record_id, upload_id)
    world.consent(other, sections=("visits",))
    with pytest.raises(MedkartaError) as refused:
        world.take(other, record_id, upload_id)
    assert refused.value.status == 403
    with pytest.raises(ConsentRequiredError):
        world.take(nobody, record_id, upload_id)
    with pytest.raises(ConsentRequiredError):
        world.uploads.create_for_record(nobody, ANNA, IMAGING_STUDY, JPEG_TYPE, IMAGE)
    assert not world.quarantine.objects
    with pytest.raises(NotFoundError):
        world.take(world.patient(BORIS), record_id, upload_id)


def test_what_hangs_nowhere_is_opened_through_no_record(world: FilesWorld) -> None:
    hanging, loose, own = world.bring(world.doctor), world.bring(world.doctor), world.own()
    record_id = world.write(world.doctor, hanging)
    other = world.write(world.doctor)
    for record, file_id in ((record_id, loose), (record_id, own), (other, hanging), (UNKNOWN_ID, hanging)):
        with pytest.raises(NotFoundError):
            world.take(world.doctor, record, file_id)
    stranger = world.staff("stranger", organisation="another")
    world.consent(stranger)
    for call in (world.uploads.for_record, world.uploads.drop_for_record):
        with pytest.raises(NotFoundError):
            call(stranger, ANNA, IMAGING_STUDY, loose)
        with pytest.raises(NotFoundError):
            call(world.doctor, ANNA, IMAGING_STUDY, own)
    assert world.uploads.download(world.anna, own)[1] == IMAGE


@pytest.mark.requirement("REC-4", "REC-5")
def test_what_an_amendment_takes_off_is_history(world: FilesWorld) -> None:
    first, second = world.bring(world.doctor), world.bring(world.doctor)
    record_id = world.write(world.doctor, first)
    nurse = world.staff("nurse", Role.NURSE, "another")  # another clinic's: keeps what hangs there
    world.consent(nurse)
    kept = body_of(IMAGING_STUDY, first)
    world.records.amend(nurse, ANNA, IMAGING_STUDY, record_id, kept, 1)
    world.records.amend(world.doctor, ANNA, IMAGING_STUDY, record_id, body_of(IMAGING_STUDY, second), 2)
    assert world.take(world.doctor, record_id, first) == IMAGE
    assert world.entries("imaging-study:history")[-1].details == {"file": first}
    world.records.amend(world.doctor, ANNA, IMAGING_STUDY, record_id, body_of(IMAGING_STUDY, second, first), 3)
    assert world.row(keys.record(ANNA, IMAGING_STUDY.name, record_id))["files"] == [second, first]


@pytest.mark.requirement("SPC-8")
def test_after_an_erasure_no_file_opens(world: FilesWorld) -> None:
    upload_id = world.bring(world.doctor)
    record_id = world.write(world.doctor, upload_id)
    world.keys.destroy(ANNA, "entry")
    with pytest.raises(ErasedError):
        world.take(world.doctor, record_id, upload_id)


@pytest.mark.requirement("DOC-1")
def test_an_export_names_the_files_and_holds_none(world: FilesWorld) -> None:
    upload_id = world.bring(world.doctor)
    world.write(world.doctor, upload_id)
    export_id = world.order(world.anna)
    assert world.made(world.anna, export_id)["state"] == "ready"
    text = world.file(world.anna, export_id)
    assert upload_id.encode() in text
    assert IMAGE[:20] not in text


def test_what_a_file_costs_in_round_trips(world: FilesWorld) -> None:
    upload_id = world.bring(world.doctor)
    world.tables.calls.clear()
    world.write(world.doctor)
    bare = list(world.tables.calls)
    world.tables.calls.clear()
    record_id = world.write(world.doctor, upload_id)
    assert sorted(world.tables.calls) == sorted([*bare, "get_many"])
    world.tables.calls.clear()
    world.take(world.doctor, record_id, upload_id)
    assert world.tables.calls == ["get_many", "get_many", "commit", "get"]  # rows, gate, its entry, a key that is kept


# --- large files


@pytest.mark.requirement("REC-5", "DOC-2")
def test_a_large_file_of_the_patient_hangs_too_and_comes_in_ranges(
    world: FilesWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.unit.test_large_files import mp4

    for module in ("domain.large_files", "services.large_files"):
        monkeypatch.setattr(f"chalicelib.{module}.PART", 100)
    monkeypatch.setattr("tests.exports_world.PART", 100, raising=False)
    monkeypatch.setattr("chalicelib.domain.large_files.PART", 100)
    data = mp4(b"film" * 60)
    file_id = world.upload(world.anna, data, MP4)
    assert wrong(lambda: world.write(world.anna, file_id, spec=ATTACHED_DOCUMENT))[0][1] == "waiting"
    world.pump()
    record_id = world.write(world.anna, file_id, spec=ATTACHED_DOCUMENT)
    given = world.attachments.download(world.doctor, ANNA, ATTACHED_DOCUMENT, record_id, file_id, "bytes=90-209")
    assert (given.media_type, given.data, given.first, given.size) == (MP4, data[90:210], 90, len(data))


# --- any order of everything


STEPS = st.lists(
    st.tuples(st.sampled_from(["bring", "own", "write", "amend", "drop"]), st.integers(0, 3), st.integers(0, 3)),
    max_size=12,
)


@pytest.mark.requirement("REC-5", "REC-9")
@settings(max_examples=tried(25), deadline=None, derandomize=True, database=None)
@given(steps=STEPS)
def test_a_file_hangs_on_one_record_and_a_record_names_only_what_hangs_on_it(
    steps: list[tuple[str, int, int]],
) -> None:
    world = FilesWorld()
    files: list[str] = []
    records: list[str] = []
    for step, one, two in steps:
        some = files[one : one + 2]
        try:
            if step == "bring":
                files.append(world.bring(world.doctor))
            elif step == "own":
                files.append(world.own())
            elif step == "write":
                records.append(world.write(world.doctor, *some))
            elif step == "amend" and records:
                record_id = records[two % len(records)]
                version = int(world.row(keys.record(ANNA, IMAGING_STUDY.name, record_id))["ver"])
                world.records.amend(
                    world.doctor, ANNA, IMAGING_STUDY, record_id, body_of(IMAGING_STUDY, *some), version
                )
            elif step == "drop" and some:
                world.uploads.drop_for_record(world.doctor, ANNA, IMAGING_STUDY, some[0])
        except (InvalidFieldsError, NotFoundError, WrongStateError):
            continue
    world.pump()
    for row in world.tables.rows(Store.CARD).values():
        for upload_id in row.get("files", ()):
            file = world.row(keys.upload(ANNA, upload_id))
            assert (file["attached"], file["state"]) == (hook(row["kind"], row["id"]), "clean")
            assert world.take(world.anna, row["id"], upload_id) == IMAGE
