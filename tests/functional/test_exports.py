"""Exports and large files through the front door: ordered, made by the stream, downloaded in ranges (DOC-1, DOC-2)."""

from __future__ import annotations

import hashlib
import io
import json
from base64 import b64encode
from typing import Any

import pytest
from pypdf import PdfReader

from chalicelib.bootstrap import aws, services
from chalicelib.domain.ranges import MAX_ANSWER
from tests.functional.front import Front, Person
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
