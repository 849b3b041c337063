"""Bad input away from the records: unknown routes, identifiers, what a scanner read, a partner's token requests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.bootstrap import aws, services
from chalicelib.handlers.endpoints import FORM
from chalicelib.handlers.problems import PROBLEM
from chalicelib.records.registry import RECORD_TYPES
from tests.functional.front import Front, Person, Reply
from tests.functional.story import PROTOCOL, pump

pytestmark = pytest.mark.xdist_group("story")


@pytest.fixture(scope="module")
def person(front: Front) -> Person:
    return front.sign_in(front.register())


@pytest.fixture(scope="module")
def doctor(front: Front) -> Person:
    return front.staff("doctor")


@pytest.fixture(scope="module")
def pharmacy(front: Front) -> str:
    return front.pharmacy()[0]


def entries() -> int:
    return int(aws("dynamodb").scan(TableName=services().settings.audit_outbox_table, Select="COUNT")["Count"])


def fields(reply: Reply) -> list[str]:
    return [problem["field"] for problem in reply.body["fields"]]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not-found"),
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("GET", "/api/v2/me", 404, "not-found"),
        ("GET", "/api/v1/../../etc/passwd", 404, "not-found"),
        ("PUT", "/api/v1/me", 405, "method-not-allowed"),
        ("DELETE", "/api/v1/sessions", 405, "method-not-allowed"),
    ],
)
def test_what_is_no_route_is_said_in_the_one_shape(
    front: Front, method: str, path: str, status: int, code: str
) -> None:
    reply = front.call(method, path)
    assert (reply.status, reply.code, reply.headers["content-type"]) == (status, code, PROBLEM)


@pytest.mark.requirement("ID-1", "SEC-3")
@pytest.mark.parametrize(
    "snils", ["112-233-445 96", "00000000000", "abcdefghijk", "1122334459a", "١٢٣٤٥٦٧٨٩٠١", "11223344595\u0000"]
)
def test_a_bad_snils_is_named_not_quoted_and_recorded(front: Front, doctor: Person, snils: str) -> None:
    before = entries()
    reply = front.call("POST", "/api/v1/patients/look-up", {"snils": snils}, token=doctor.token)
    assert (reply.status, reply.code) == (422, "invalid-fields")
    assert fields(reply) == ["/snils"]
    assert snils not in reply.raw.decode()
    assert entries() == before + 1


@pytest.mark.requirement("ACT-1")
@pytest.mark.parametrize(
    "change",
    [
        {"consent_given": False},
        {"consent_text_version": "2020-01"},
        {"consent_text_sha256": "0" * 64},
        {"oms_policy": 5},
        {"oms_policy": "7800080000123455"},
        {"passport_series": "abcd"},
        {"phone": "02-02-02"},
        {"last_name": "1"},
    ],
)
def test_an_application_with_a_fault_names_it(front: Front, person: Person, change: dict[str, Any]) -> None:
    form = {**front.application(person), **change}
    reply = front.call("POST", "/api/v1/me/card-application", form, token=person.token)
    assert (reply.status, fields(reply)) == (422, ["/" + next(iter(change))])


@pytest.mark.requirement("ACT-1")
@pytest.mark.parametrize(
    ("documents", "field"),
    [
        ({"policy": ["none"]}, "/documents/identity"),
        ({"policy": [], "identity": ["none"]}, "/documents/policy"),
        ({"policy": ["none"], "identity": ["other"]}, "/documents/policy/0"),
    ],
)
def test_an_application_without_its_papers_names_them(front: Front, person: Person, documents: Any, field: str) -> None:
    form = {**front.application(person), "documents": documents}
    reply = front.call("POST", "/api/v1/me/card-application", form, token=person.token)
    assert reply.status == 422
    assert field in fields(reply)


@pytest.mark.xfail(strict=True, reason="Chalice refuses a PDF without an exact Accept header in a shape of its own")
def test_a_paper_that_the_client_cannot_take_is_refused_in_the_one_shape(front: Front) -> None:
    patient, writer = front.patient(), front.staff("doctor")
    front.consent(patient, writer)
    path = f"/api/v1/patients/{patient.id}/examination-protocols"
    made = front.ok("POST", path, PROTOCOL, token=writer.token, Idempotency_Key=front.key())
    pump()
    reply = front.call("GET", f"{path}/{made['id']}/document", token=patient.token)
    assert reply.headers["content-type"] in {PROBLEM, "application/pdf"}


@pytest.mark.requirement("RX-2", "PRT-1", "AUD-1")
@pytest.mark.parametrize(
    ("scanned", "status", "code"),
    [
        ("x" * 22, 404, "not-found"),
        ("тест" * 6, 422, "prescription-code-unreadable"),
        ("https://evil.example/r/" + "a" * 22, 422, "prescription-code-foreign"),
        ("a" * 22 + "#x.y.z", 404, "not-found"),
        ("\u0000" * 30, 422, "prescription-code-unreadable"),
        ("../" * 10, 422, "prescription-code-unreadable"),
        ("a" * 3000, 422, "prescription-code-too-long"),
        ("a" * 9000, 422, "invalid-fields"),
        ("\ud800" * 30, 422, "invalid-fields"),
        ("", 422, "invalid-fields"),
    ],
    ids=["nobodys", "cyrillic", "host", "signature", "nul", "path", "3-kb", "9-kb", "surrogate", "empty"],
)
def test_what_no_prescription_says_is_refused_and_recorded(
    front: Front, pharmacy: str, scanned: str, status: int, code: str
) -> None:
    raw = json.dumps({"code": scanned}).encode()
    before = entries()
    reply = front.call("POST", "/api/v1/prescriptions/verify", raw=raw, token=pharmacy)
    assert (reply.status, reply.code) == (status, code)
    assert entries() > before
    assert len(scanned) < 5 or scanned.encode("utf-8", "replace") not in reply.raw


@pytest.mark.requirement("PRT-1")
@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"client_assertion": ""}, 400, "invalid_request"),
        ({"client_assertion_type": "urn:other"}, 400, "invalid_request"),
        ({"client_assertion": "x.y.z"}, 401, "invalid_client"),
        ({"client_assertion": "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4Iiwic3ViIjoieCJ9."}, 401, "invalid_client"),
    ],
)
def test_token_requests_that_are_none(front: Front, change: dict[str, str], status: int, word: str) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": "x.y.z",
        **change,
    }
    reply = front.call("POST", "/api/v1/oauth/token", raw=urlencode(form).encode(), Content_Type=FORM)
    assert (reply.status, reply.body["error"]) == (status, word)


def test_a_token_request_that_is_no_form(front: Front) -> None:
    other = front.call("POST", "/api/v1/oauth/token", {"grant_type": "client_credentials"})
    assert (other.status, other.code) == (415, "content-type")
    broken = front.call("POST", "/api/v1/oauth/token", raw=b"a&b=%ff\xff", Content_Type=FORM)
    assert (broken.status, broken.code) == (400, "malformed")


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize("given", ["x" * 65, "a b", "тест", "a\tb", "<script>", ""])
def test_a_hostile_request_id_is_replaced(front: Front, given: str) -> None:
    reply = front.call("GET", "/api/v1/health", X_Request_ID=given)
    assert reply.status == 200
    assert reply.headers["x-request-id"] != given
    assert front.call("GET", "/api/v1/health", X_Request_ID="ours-1").headers["x-request-id"] == "ours-1"


def test_every_reaction_that_a_kind_of_record_names_is_wired(front: Front) -> None:
    named = {name for spec in RECORD_TYPES for name in spec.reactions}
    assert named <= services().reactions.names
