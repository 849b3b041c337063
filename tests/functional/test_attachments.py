"""Files of records through the front door: brought, checked, attached, taken; and what is refused on the way."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest

from chalicelib.domain.scans import MAX_BYTES
from local.scans import JPEG, JPEG_TYPE, PDF, PDF_TYPE
from tests.cases_world import PNG_TYPE, picture
from tests.functional.front import Front, Person, Reply
from tests.functional.story import pump
from tests.functional.test_shares import CODE, Outside
from tests.unit.test_attachments import RESULT, STUDY

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("REC-5", "REC-9", "DOC-2")]

STUDIES, DOCUMENTS = "imaging-studies", "attached-documents"


class Radiology(Outside):
    """A patient, a doctor with their full consent, and one with a limited one."""

    def __init__(self, front: Front) -> None:
        super().__init__(front)
        self.doctor, self.narrow = front.staff("doctor"), front.staff("nurse")
        front.consent(self.patient, self.doctor)
        front.consent(self.patient, self.narrow, "limited")
        self.base = f"/api/v1/patients/{self.patient.id}"

    def bring(self, who: Person, data: bytes, kind: str, collection: str = STUDIES) -> Reply:
        path = f"{self.base}/{collection}/files"
        return self.front.call("POST", path, raw=data, token=who.token, Content_Type=kind)

    def clean(self, who: Person, data: bytes = JPEG, kind: str = JPEG_TYPE, collection: str = STUDIES) -> str:
        made = self.bring(who, data, kind, collection)
        assert made.status == 201, made.raw
        pump()
        return str(made.body["upload_id"])

    def about(self, who: Person, upload_id: str, collection: str = STUDIES) -> dict[str, Any]:
        found: dict[str, Any] = self.front.ok("GET", f"{self.base}/{collection}/files/{upload_id}", token=who.token)
        return found

    def write(self, who: Person, *files: str, collection: str = STUDIES) -> Reply:
        body = {**(STUDY if collection == STUDIES else RESULT)}
        body["attachments"] = [{"upload_id": one, "title": "УЗИ печени"} for one in files]
        key = {"Idempotency_Key": self.front.key()}
        return self.front.call("POST", f"{self.base}/{collection}", body, token=who.token, **key)

    def take(self, who: Person, record_id: str, upload_id: str, collection: str = STUDIES, **headers: str) -> Reply:
        path = f"{self.base}/{collection}/{record_id}/files/{upload_id}"
        return self.front.call("GET", path, token=who.token, Accept="*/*", **headers)


@pytest.fixture(scope="module")
def ward(front: Front, patience: None) -> Radiology:
    return Radiology(front)


@pytest.mark.requirement("ACC-3", "AUD-1")
def test_the_way_of_an_image(ward: Radiology) -> None:
    made = ward.bring(ward.doctor, JPEG, JPEG_TYPE)
    assert (made.status, made.body["state"]) == (201, "waiting")
    upload_id = made.body["upload_id"]
    early = ward.write(ward.doctor, upload_id)
    assert (early.status, early.body["fields"][0]["code"]) == (422, "waiting")
    pump()
    assert ward.about(ward.doctor, upload_id)["state"] == "clean"
    record = ward.write(ward.doctor, upload_id)
    assert record.status == 201, record.raw
    reply = ward.take(ward.doctor, record.body["id"], upload_id)
    assert (reply.status, reply.raw) == (200, JPEG)
    assert reply.headers["content-type"] == JPEG_TYPE
    assert reply.headers["content-disposition"] == f'attachment; filename="{upload_id}.jpg"'
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
    some = ward.take(ward.patient, record.body["id"], upload_id, Range="bytes=2-9")
    assert (some.status, some.raw, some.headers["content-range"]) == (206, JPEG[2:10], f"bytes 2-9/{len(JPEG)}")
    assert ward.take(ward.patient, record.body["id"], upload_id, Range="bytes=99999-").status == 416
    limited = ward.take(ward.narrow, record.body["id"], upload_id)
    assert (limited.status, limited.code) == (403, "consent-required")
    assert ward.take(ward.doctor, record.body["id"], record.body["id"]).status == 404
    gone = ward.front.call("DELETE", f"{ward.base}/{STUDIES}/files/{upload_id}", token=ward.doctor.token)
    assert (gone.status, gone.code) == (409, "wrong-state")


@pytest.mark.requirement("ACC-5")
def test_a_patients_own_result_and_a_file_that_was_a_mistake(ward: Radiology) -> None:
    own = ward.front.call("POST", "/api/v1/me/uploads", raw=PDF, token=ward.patient.token, Content_Type=PDF_TYPE)
    mistake = ward.clean(ward.doctor)
    upload_id = own.body["upload_id"]
    by_doctor = ward.write(ward.doctor, upload_id, collection=DOCUMENTS)
    assert by_doctor.body["fields"] == [
        {
            "field": "/attachments/0/upload_id",
            "code": "unknown",
            "message": "no such file on this card that you brought",
            "message_ru": "Такого добавленного вами файла в этой карте нет",
        }
    ]
    record = ward.write(ward.patient, upload_id, collection=DOCUMENTS)
    assert (record.status, record.body["source"]) == (201, "patient-reported")
    reply = ward.take(ward.doctor, record.body["id"], upload_id, DOCUMENTS)
    assert (reply.raw, reply.headers["content-type"]) == (PDF, PDF_TYPE)
    path = f"{ward.base}/{STUDIES}/files/{mistake}"
    assert ward.front.call("DELETE", path, token=ward.doctor.token).status == 204
    assert ward.front.call("GET", path, token=ward.doctor.token).status == 404
    own_path = f"/api/v1/me/uploads/{upload_id}"
    assert ward.front.call("DELETE", own_path, token=ward.patient.token).code == "wrong-state"
    assert ward.front.call("GET", f"{ward.base}/visits/files/{mistake}", token=ward.doctor.token).status == 404


@pytest.mark.requirement("DOC-4")
@pytest.mark.parametrize(("download", "status"), [(True, 200), (False, 403)], ids=["may-leave", "may-not"])
def test_a_link_gives_files_where_it_lets_things_leave(ward: Radiology, *, download: bool, status: int) -> None:
    upload_id = ward.clean(ward.doctor)
    record_id = ward.write(ward.doctor, upload_id).body["id"]
    link = ward.link(sections=["results"], download=download, passcode=CODE)
    token = ward.open(link).body["share_token"]
    path = f"/api/v1/shares/{link[0]}/records/imaging-study/{record_id}/files/{upload_id}"
    reply = ward.front.call("GET", path, token=token, Accept="*/*")
    assert reply.status == status, reply.raw[:200]
    assert (reply.raw == JPEG) == download


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


HEADER = struct.pack(">IIBBBBB", 16_000, 16_000, 8, 6, 0, 0, 0)
BOMB = picture("PNG")[:8] + chunk(b"IHDR", HEADER) + chunk(b"IDAT", zlib.compress(bytes(10**6))) + chunk(b"IEND", b"")
SCRIPT = PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>")


@pytest.mark.parametrize(
    ("data", "kind", "outcome"),
    [
        (b"", JPEG_TYPE, (415, "content-type")),
        (PDF, JPEG_TYPE, (415, "content-type")),
        (b"<html>", "text/html", (415, "content-type")),
        (b"MZ" + PDF, PDF_TYPE, (415, "content-type")),
        (JPEG + bytes(MAX_BYTES), JPEG_TYPE, (413, "too-large")),
        (BOMB, PNG_TYPE, "scan-too-many-pixels"),
        (SCRIPT, PDF_TYPE, "scan-active-content"),
        (JPEG[:-2], JPEG_TYPE, "scan-structure"),
        (JPEG + b"PK\x03\x04", JPEG_TYPE, "scan-trailing-data"),
    ],
    ids=["empty", "mislabelled", "html", "program", "large", "bomb", "script", "cut", "polyglot"],
)
def test_what_is_no_file_to_hand_on_gets_a_clear_answer(ward: Radiology, data: bytes, kind: str, outcome: Any) -> None:
    reply = ward.bring(ward.doctor, data, kind)
    if isinstance(outcome, tuple):
        assert (reply.status, reply.code) == outcome
        return
    assert reply.status == 201
    pump()
    upload_id = reply.body["upload_id"]
    said = ward.about(ward.doctor, upload_id)
    assert (said["state"], said["fault"]) == ("refused", outcome)
    refused = ward.write(ward.doctor, upload_id)
    assert (refused.status, refused.body["fields"][0]["code"]) == (422, "refused")
