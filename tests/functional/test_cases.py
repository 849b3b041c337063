"""Scans and cases through the front door: uploaded, checked by the trigger, opened by staff through the case alone."""

from __future__ import annotations

import pytest

from tests.cases_world import JPEG_TYPE, PDF_TYPE, paper, picture
from tests.functional.front import Front, Person

pytestmark = pytest.mark.xdist_group("functional-cases")

MINE, UPLOADS = "/api/v1/me/cases", "/api/v1/me/uploads"


@pytest.fixture(scope="module")
def person(front: Front) -> Person:
    return front.sign_in(front.register())


@pytest.fixture(scope="module")
def registrar(front: Front) -> Person:
    return front.staff("registrar")


def upload(front: Front, person: Person, data: bytes, kind: str) -> str:
    reply = front.call("POST", UPLOADS, raw=data, token=person.token, Content_Type=kind)
    assert reply.status == 201, reply.raw
    return str(reply.body["upload_id"])


@pytest.mark.requirement("ID-7", "DOC-2", "ACT-1")
def test_an_identity_is_confirmed_by_a_scan(front: Front, person: Person, registrar: Person) -> None:
    scan = picture(size=(600, 400))
    made = upload(front, person, scan, JPEG_TYPE)
    form = {"passport_series": "4510", "passport_number": "000001"}
    filing = {"kind": "identity-scan", "form": form, "documents": {"passport": [made]}}
    key = front.key()
    case = front.ok("POST", MINE, filing, token=person.token, Idempotency_Key=key)
    again = front.call("POST", MINE, filing, token=person.token, Idempotency_Key=key)
    assert (again.body["case_id"], again.headers["idempotent-replay"]) == (case["case_id"], "true")
    path = f"/api/v1/cases/{person.id}/{case['case_id']}"
    file = f"{path}/uploads/{made}"
    assert front.call("GET", file, token=registrar.token, Accept=JPEG_TYPE).status == 404
    early = front.call("POST", f"{path}/decision", {"decision": "approve"}, token=registrar.token, If_Match='W/"1"')
    assert (early.status, early.code) == (409, "wrong-state")
    front.pump()
    seen = front.call("GET", file, token=registrar.token, Accept=JPEG_TYPE)
    assert (seen.raw, seen.headers["content-type"]) == (scan, JPEG_TYPE)
    assert seen.headers["content-disposition"].startswith("attachment")
    line = front.ok("GET", "/api/v1/cases?kind=identity-scan&limit=100", token=registrar.token)["items"]
    assert case["case_id"] in {one["case_id"] for one in line}
    shown = front.ok("GET", path, token=registrar.token)
    assert shown["beside"]["profile"]["last_name"] == "Журавлёва"
    front.ok("POST", f"{path}/decision", {"decision": "approve"}, token=registrar.token, If_Match='W/"1"')
    assert front.ok("GET", "/api/v1/me", token=person.token)["level"] == 2
    assert front.call("GET", file, token=registrar.token, Accept=JPEG_TYPE).code == "wrong-state"
    mine = front.call("GET", f"{UPLOADS}/{made}", token=person.token, Accept=JPEG_TYPE)
    assert mine.raw == scan


@pytest.mark.requirement("DOC-2", "SEC-3")
def test_what_is_sent_as_a_scan_and_is_none(front: Front, person: Person) -> None:
    def send(data: bytes, kind: str) -> tuple[int, str]:
        reply = front.call("POST", UPLOADS, raw=data, token=person.token, Content_Type=kind)
        return reply.status, reply.code

    assert send(b"MZ not a scan", PDF_TYPE) == (415, "content-type")
    assert send(paper(), "text/html") == (415, "content-type")
    assert send(b"%PDF-1.4\n" + bytes(4 * 1024 * 1024), PDF_TYPE) == (413, "too-large")
    hidden = upload(front, person, paper() + b"PK\x03\x04", PDF_TYPE)
    front.pump()
    row = next(one for one in front.ok("GET", UPLOADS, token=person.token)["items"] if one["upload_id"] == hidden)
    assert (row["state"], row["fault"]) == ("refused", "scan-trailing-data")
    assert front.call("GET", f"{UPLOADS}/{hidden}", token=person.token, Accept=PDF_TYPE).status == 404


def test_a_case_with_a_fault_names_it(front: Front, person: Person) -> None:
    def fields(body: dict) -> list[str]:
        reply = front.call("POST", MINE, body, token=person.token, Idempotency_Key=front.key())
        assert reply.status == 422, reply.raw
        return [one["field"] for one in reply.body["fields"]]

    good = {"passport_series": "4510", "passport_number": "000001"}
    assert fields({"kind": "no-such-kind", "form": {}}) == ["/kind"]
    assert fields({"kind": "identity-scan", "form": {}}) == ["/form/passport_series", "/form/passport_number"]
    assert fields({"kind": "identity-scan", "form": good}) == ["/documents/passport"]
    named = {"kind": "identity-scan", "form": good, "documents": {"passport": ["unheard-of"]}}
    assert fields(named) == ["/documents/passport/0"]
    kinds = front.ok("GET", "/api/v1/case-kinds")["items"]
    assert next(k for k in kinds if k["kind"] == "identity-scan")["form"]["required"] == list(good)
