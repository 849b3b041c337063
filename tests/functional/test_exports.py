"""Exports and large files through the front door: ordered, made by the stream, downloaded in ranges (DOC-1, DOC-2)."""

from __future__ import annotations

import hashlib
import io
import json
from base64 import b64encode
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader

from chalicelib.bootstrap import aws, services
from chalicelib.domain.ranges import MAX_ANSWER
from chalicelib.handlers.events import tidy_files
from chalicelib.services.gate import STEP_UP_FRESH
from tests.functional.front import Front, Person
from tests.functional.story import reissued
from tests.functional.test_rights import SCHEDULED
from tests.unit.printing.pages import black_boxes
from tests.world import PROTOCOL

pytestmark = pytest.mark.xdist_group("exports")

OCTETS = "application/octet-stream"


class Scene:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient, self.doctor = front.patient(), front.staff("doctor")
        front.consent(self.patient, self.doctor)
        for number in range(3):
            self.write("examination-protocols", {**PROTOCOL, "conclusion": f"Заключение номер {number}"})
        self.write(
            "allergies", {"occurred_at": "2025-02-01T10:00:00+03:00", "substance": "Пыльца", "category": "environment"}
        )
        front.pump()

    def write(self, collection: str, body: dict[str, Any]) -> Any:
        path = f"/api/v1/patients/{self.patient.id}/{collection}"
        return self.front.ok("POST", path, body, token=self.doctor.token, Idempotency_Key=self.front.key())

    def order(self, who: Person, **order: Any) -> str:
        path = f"/api/v1/patients/{self.patient.id}/exports"
        made = self.front.ok("POST", path, order, token=self.token(who), Idempotency_Key=self.front.key())
        self.front.pump()
        return str(made["export_id"])

    def state(self, who: Person, export_id: str) -> Any:
        return self.front.ok("GET", f"/api/v1/me/exports/{export_id}", token=self.token(who))

    def file(self, who: Person, export_id: str, **headers: str) -> Any:
        return self.front.call(
            "GET", f"/api/v1/me/exports/{export_id}/file", token=self.token(who), Accept=OCTETS, **headers
        )

    def token(self, who: Person) -> str:
        return self.front.fresh(who.token)


@pytest.fixture(scope="module")
def scene(front: Front, patience: None) -> Scene:
    return Scene(front)


@pytest.mark.requirement("DOC-1")
def test_the_whole_card_is_printed_with_contents_bookmarks_and_a_code(scene: Scene) -> None:
    export_id = scene.order(scene.patient)
    state = scene.state(scene.patient, export_id)
    assert (state["state"], state["records"], state["format"]) == ("ready", 4, "pdf"), state
    reply = scene.file(scene.patient, export_id)
    assert (reply.status, len(reply.raw)) == (200, state["size"])
    assert hashlib.sha256(reply.raw).hexdigest() == state["sha256"]
    document = PdfReader(io.BytesIO(reply.raw), strict=True)
    first, rest = document.pages[0].extract_text(), " ".join(page.extract_text() for page in document.pages[1:])
    assert "Медицинская карта" in first
    assert "Журавлёва" in first
    assert "Содержание" in first
    for number in range(3):
        assert f"Заключение номер {number}" in rest
    assert "Пыльца" in rest
    titles = [entry["/Title"] for entry in document.outline if isinstance(entry, dict)]
    assert titles == ["Протокол осмотра", "Аллергия"]
    assert document.page_labels[:2] == ["i", "1"]


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize(("language", "title"), [("ru", "Выписка из медицинской карты"), ("en", "Extract from the")])
def test_a_part_of_the_card_for_a_purpose_is_an_extract(scene: Scene, language: str, title: str) -> None:
    period = {"from": "2020-01-01", "to": "2999-01-01T10:00:00+03:00"}
    wanted = {"sections": ["protocols"], "purpose": "Для ВТЭК", "language": language, **period}
    export_id = scene.order(scene.doctor, **wanted)
    data = scene.file(scene.doctor, export_id).raw
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data), strict=True).pages]
    assert title in pages[0]
    assert "Для ВТЭК" in pages[0]
    days = "с 01.01.2020 по 01.01.2999 10:00" if language == "ru" else "from 2020-01-01 to 2999-01-01 10:00"
    assert days in pages[0]
    assert "Пыльца" not in " ".join(pages)
    events = {
        notice["event"]
        for notice in scene.front.ok("GET", "/api/v1/me/notices", token=scene.token(scene.patient))["items"]
    }
    assert "card_exported" in events


@pytest.mark.requirement("DOC-1", "RX-6")
def test_the_code_on_the_first_page_verifies_the_file(scene: Scene) -> None:
    export_id = scene.order(scene.patient)
    data = scene.file(scene.patient, export_id).raw
    code = scanned(data)
    found = scene.front.ok("POST", "/api/v1/documents/verify", {"code": code})
    assert found["state"] == "current", found
    assert scene.state(scene.patient, export_id)["sha256"] == hashlib.sha256(data).hexdigest()


def scanned(data: bytes) -> str:
    """What a camera reads from the first page: its dark modules, drawn again."""
    document = PdfReader(io.BytesIO(data), strict=True)
    boxes = black_boxes(document.pages[0], document)
    picture = Image.new("L", (1190, 1684), 255)
    drawing = ImageDraw.Draw(picture)
    for x, y, width, height in boxes:
        left, right = sorted((x * 2, (x + width) * 2))
        low, high = sorted(((842 - y) * 2, (842 - y - height) * 2))
        drawing.rectangle((left, low, right - 0.01, high - 0.01), fill=0)
    (read,) = zxingcpp.read_barcodes(picture)
    return str(read.text)


@pytest.mark.requirement("DOC-1", "DOC-2")
def test_a_file_is_given_in_ranges_and_nothing_of_it_is_readable_in_the_store(scene: Scene) -> None:
    export_id = scene.order(scene.patient, format="json")
    whole = scene.file(scene.patient, export_id)
    size = len(whole.raw)
    assert json.loads(whole.raw)["count"] == 4
    parts = b""
    for first in range(0, size, 1000):
        reply = scene.file(scene.patient, export_id, Range=f"bytes={first}-{first + 999}")
        assert reply.status == (206 if size > 1000 else 200)
        assert reply.headers["content-range"] == f"bytes {first}-{min(first + 999, size - 1)}/{size}"
        parts += reply.raw
    assert parts == whole.raw
    refused = scene.file(scene.patient, export_id, Range=f"bytes={size}-")
    assert (refused.status, refused.code, refused.body["size"]) == (416, "range", size)
    bucket = services().settings.documents_bucket
    for found in aws("s3").list_objects_v2(Bucket=bucket, Prefix="exports/")["Contents"]:
        body = aws("s3").get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
        assert "Заключение".encode() not in body
        assert b"%PDF" not in body


@pytest.mark.requirement("DOC-1")
def test_ordering_and_downloading_want_a_fresh_second_factor(scene: Scene) -> None:
    stale = int(services().clock().timestamp() - STEP_UP_FRESH.total_seconds() - 1)
    token = reissued(scene.patient.token, cat=stale)
    order = scene.front.call(
        "POST",
        f"/api/v1/patients/{scene.patient.id}/exports",
        {"format": "json"},
        token=token,
        Idempotency_Key=scene.front.key(),
    )
    file = scene.front.call("GET", "/api/v1/me/exports/none/file", token=token, Accept=OCTETS)
    assert [order.code, file.code] == ["step-up-required"] * 2


@pytest.mark.requirement("DOC-2")
def test_a_large_file_is_brought_in_parts_and_taken_back_in_ranges(scene: Scene) -> None:
    front, token = scene.front, scene.token(scene.patient)
    data = bytes(128) + b"DICM" + b"\x02\0\0\0UL\x04\0\x64\0\0\0" + bytes(4 * 1024 * 1024 + 77)
    said = {"type": "application/dicom", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    made = front.ok("POST", "/api/v1/me/files", said, token=token)
    path, size = f"/api/v1/me/files/{made['file_id']}", made["part_size"]
    assert (made["parts"], made["missing"]) == (2, [1, 2])
    for number in (2, 1, 1):
        part = data[(number - 1) * size : number * size]
        reply = front.call("PUT", f"{path}/parts/{number}", raw=part, token=token, Content_Type=OCTETS, **digest(part))
        assert reply.status == 200, reply.raw
    other = data[: size - 1] + b"x"
    reply = front.call("PUT", f"{path}/parts/1", raw=other, token=token, Content_Type=OCTETS, **digest(other))
    assert (reply.status, reply.code) == (409, "part-conflict")
    front.ok("POST", f"{path}/completion", token=token)
    front.pump()
    state = front.ok("GET", path, token=token)
    assert (state["state"], state["virus_scan"]) == ("clean", "not-scanned")
    taken = front.call("GET", f"{path}/content", token=token, Accept=OCTETS)
    assert (taken.status, taken.code, taken.body["size"]) == (416, "range", len(data))
    found = b""
    while len(found) < len(data):
        answer = front.call("GET", f"{path}/content", token=token, Accept=OCTETS, Range=f"bytes={len(found)}-")
        assert (answer.status, len(answer.raw) <= MAX_ANSWER) == (206, True)
        found += answer.raw
    assert found == data
    assert front.ok("GET", "/api/v1/me/files", token=token)["items"][0]["file_id"] == made["file_id"]


def digest(data: bytes) -> dict[str, str]:
    return {"Content_Digest": f"sha-256=:{b64encode(hashlib.sha256(data).digest()).decode()}:"}


@pytest.mark.requirement("DOC-2")
def test_what_is_too_large_is_refused_with_the_limit(scene: Scene) -> None:
    said = {"type": "application/dicom", "size": 100 * 1024 * 1024 + 1, "sha256": "0" * 64}
    refused = scene.front.call("POST", "/api/v1/me/files", said, token=scene.token(scene.patient))
    assert (refused.status, refused.code, refused.body["limit"]) == (413, "too-large", 100 * 1024 * 1024)
    bad = scene.front.call(
        "PUT",
        "/api/v1/me/files/none/parts/1",
        raw=b"part",
        token=scene.token(scene.patient),
        Content_Type=OCTETS,
        Content_Digest="sha-256=part",
    )
    assert (bad.status, bad.body["fields"][0]["field"]) == (422, "Content-Digest")


@pytest.mark.requirement("DOC-1", "DOC-2")
def test_what_is_due_is_looked_at_by_the_schedule(scene: Scene) -> None:
    assert tidy_files(SCHEDULED, None)["failed"] == 0
