"""Scans, cases and the activation of a card through the front door: staff open a scan through what names it alone."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from chalicelib.bootstrap import services
from local.scans import JPEG
from tests.cases_world import JPEG_TYPE, PDF_TYPE, paper, picture
from tests.functional.front import Front, Person
from tests.functional.story import reissued, sms_to

pytestmark = pytest.mark.xdist_group("functional-cases")

APPLY, MINE, UPLOADS = "/api/v1/me/card-application", "/api/v1/me/cases", "/api/v1/me/uploads"


@pytest.fixture(scope="module")
def person(front: Front) -> Person:
    return front.sign_in(front.register())


@pytest.fixture(scope="module")
def member(front: Front) -> Person:
    return front.staff("registrar")


@pytest.fixture
def registrar(front: Front, member: Person) -> Person:
    member.token = front.fresh(member.token)
    return member


def upload(front: Front, person: Person, data: bytes, kind: str) -> str:
    reply = front.call("POST", UPLOADS, raw=data, token=person.token, Content_Type=kind)
    assert reply.status == 201, reply.raw
    return str(reply.body["upload_id"])


@pytest.mark.requirement("ID-7", "DOC-2", "ACT-1")
def test_an_identity_is_confirmed_by_a_scan(front: Front, person: Person, registrar: Person) -> None:
    scan = picture(size=(600, 400))
    made = upload(front, person, scan, JPEG_TYPE)
    form = {name: person.extra[name] for name in ("passport_series", "passport_number")}
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
    approval = {"decision": "approve"}
    stale = reissued(registrar.token, cat=int(services().clock().timestamp()) - 301)
    assert front.call("POST", f"{path}/decision", approval, token=stale, If_Match='W/"1"').code == "step-up-required"
    front.ok("POST", f"{path}/decision", approval, token=registrar.token, If_Match='W/"1"')
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
    assert {k["kind"] for k in kinds} == set(services().case_effects())
    assert next(k for k in kinds if k["kind"] == "identity-scan")["form"]["required"] == list(good)


# --- the card opens


def applied(front: Front, person: Person, **changes: Any) -> tuple[dict[str, Any], str]:
    form = front.application(person, **changes)
    made = front.ok("POST", APPLY, form, token=person.token)
    return form, f"/api/v1/applications/{person.id}/{made['application_id']}"


@pytest.mark.requirement("ACT-1", "ACT-2", "DOC-2")
def test_refused_with_a_reason_then_opened(front: Front, registrar: Person) -> None:
    person = front.sign_in(front.register())
    front.awake(person)
    _, path = applied(front, person, first_name="Оксана")
    shown = front.ok("GET", path, token=registrar.token)
    assert shown["differs"] == ["first_name"]
    assert person.phone not in str(shown)
    refusal = {"approve": False, "reason": "papers-differ"}
    front.ok("POST", f"{path}/decision", refusal, token=registrar.token, If_Match='W/"1"')
    assert front.ok("GET", "/api/v1/me/card", token=person.token)["application"]["reason"] == "papers-differ"
    form, path = applied(front, person)
    stale = reissued(registrar.token, cat=int(services().clock().timestamp()) - 301)
    late = front.call("POST", f"{path}/decision", {"approve": True}, token=stale, If_Match='W/"1"')
    assert late.code == "step-up-required"
    file = f"{path}/uploads/{form['documents']['identity'][0]}"
    assert front.call("GET", file, token=registrar.token, Accept=JPEG_TYPE).raw == JPEG
    assert front.call("GET", file, token=person.token, Accept=JPEG_TYPE).status == 403
    front.ok("POST", f"{path}/decision", {"approve": True}, token=registrar.token, If_Match='W/"1"')
    front.pump()
    events = [one["event"] for one in front.ok("GET", "/api/v1/me/notices", token=person.token)["items"]]
    assert events[:2] == ["card_opened", "card_refused"]
    assert len([text for text in sms_to(person.phone) if "уведомление" in text]) == 2
    assert front.ok("GET", "/api/v1/me", token=person.token)["level"] == 2
    late = front.call("GET", file, token=registrar.token, Accept=JPEG_TYPE)
    assert late.code == "wrong-state"


@pytest.mark.requirement("ACT-1", "DOC-2")
def test_nothing_opens_before_the_scans_were_checked(front: Front, registrar: Person) -> None:
    person = front.sign_in(front.register())
    sent = [
        front.call("POST", "/api/v1/me/uploads", raw=JPEG, token=person.token, Content_Type=JPEG_TYPE).body["upload_id"]
        for _ in range(2)
    ]
    _, path = applied(front, person, documents={"policy": sent[:1], "identity": sent[1:]})
    states = front.ok("GET", path, token=registrar.token)["documents"]
    assert states["policy"][0]["state"] == "waiting"
    early = front.call("POST", f"{path}/decision", {"approve": True}, token=registrar.token, If_Match='W/"1"')
    assert early.code == "wrong-state"
    file = f"{path}/uploads/{sent[0]}"
    assert front.call("GET", file, token=registrar.token, Accept=PDF_TYPE).status == 404
    front.pump()
    front.ok("POST", f"{path}/decision", {"approve": True}, token=registrar.token, If_Match='W/"1"')


@pytest.mark.requirement("ACT-1", "ACC-2")
def test_the_text_is_served_as_it_is_hashed(front: Front) -> None:
    served = front.ok("GET", "/api/v1/texts/card-consent")
    for one in served["texts"]:
        assert hashlib.sha256(one["text"].encode()).hexdigest() == one["sha256"]
    assert {one["language"] for one in served["texts"]} == {"ru", "en"}
    assert front.call("GET", "/api/v1/texts/unheard-of").status == 404


@pytest.mark.requirement("ACC-8", "SEC-3")
def test_a_page_is_not_gone_on_with_in_another_role(front: Front) -> None:
    person, ward = (front.sign_in(front.register()) for _ in range(2))
    for whose in (person, ward):
        for _ in range(2):
            upload(front, whose, picture(), JPEG_TYPE)
    page = front.ok("GET", f"{UPLOADS}?limit=1", token=person.token)
    acting = front.represent(front.sign_in(person), ward)
    reply = front.call("GET", f"{UPLOADS}?limit=1&cursor={page['next']}", token=acting.token)
    assert (reply.status, reply.body["fields"][0]["field"]) == (422, "?cursor")
    theirs = front.ok("GET", f"{UPLOADS}?limit=1", token=acting.token)
    front.ok("GET", f"{UPLOADS}?limit=1&cursor={theirs['next']}", token=acting.token)
