"""What clients should not send: a clear 4xx with code and field, an entry when the caller is known, never an echo."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from tests.functional.front import Front, Person
from tests.world import PROTOCOL

pytestmark = pytest.mark.xdist_group("functional-bad_input")

AT = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
BODY = {**PROTOCOL, "occurred_at": AT}


class Ward:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient, self.other = front.patient(), front.patient()
        self.doctor = front.staff("doctor")
        front.consent(self.patient, self.doctor)
        self.path = f"/api/v1/patients/{self.patient.id}/examination-protocols"

    def post(self, body: Any = None, *, raw: bytes | None = None, who: Person | None = None, **headers: str) -> Any:
        headers.setdefault("Idempotency_Key", self.front.key())
        return self.front.call("POST", self.path, body, raw=raw, token=(who or self.doctor).token, **headers)


@pytest.fixture(scope="module")
def ward(front: Front) -> Ward:
    return Ward(front)


def entries() -> int:
    return services().audit._writer().number  # what this thread has stored; a scan of the table takes moto too long


DEEP = b"[" * 100_000
RAW = [
    (b"", 400, "malformed"),
    (b"{", 400, "malformed"),
    (b"\xff\xfe{}", 400, "malformed"),
    (b'{"a": NaN}', 400, "malformed"),
    (b'{"a": 1, "a": 2}', 400, "malformed"),
    (DEEP, 400, "malformed"),
    (b"null", 422, "invalid-fields"),
    (b"[]", 422, "invalid-fields"),
    (b'"text"', 422, "invalid-fields"),
    (b"{" + b" " * 300_000 + b"}", 413, "too-large"),
    (json.dumps({**BODY, "conclusion": "\ud800"}).encode(), 422, "invalid-fields"),
    (json.dumps({**BODY, "conclusion": "a\u0000b"}).encode(), 422, "invalid-fields"),
]


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize(("raw", "status", "code"), RAW, ids=range(len(RAW)))
def test_broken_bodies(ward: Ward, raw: bytes, status: int, code: str) -> None:
    before = entries()
    reply = ward.post(raw=raw, Content_Type="application/json")
    assert (reply.status, reply.code) == (status, code)
    assert entries() == before + 1  # a known caller's vain attempt is an entry


@pytest.mark.requirement("REC-3", "SEC-3")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"conclusion": None}, "/conclusion"),
        ({"conclusion": 5}, "/conclusion"),
        ({"conclusion": ""}, "/conclusion"),
        ({"occurred_at": "вчера"}, "/occurred_at"),
        ({"occurred_at": "2026-03-01T10:00:00"}, "/occurred_at"),
        ({"occurred_at": "2026-02-30T10:00:00Z"}, "/occurred_at"),
        ({"occurred_at": "2999-01-01T10:00:00Z"}, "/occurred_at"),
        ({"diagnoses": [{"code": "бронхит", "text": "x"}]}, "/diagnoses/0/code"),
        ({"unknown_secret_word": 1}, "/unknown_secret_word"),
        ({"doctor_name": "x" * 500}, "/doctor_name"),
    ],
)
def test_broken_fields_are_named_and_not_quoted(ward: Ward, change: dict, field: str) -> None:
    reply = ward.post({**BODY, **change})
    assert (reply.status, reply.code) == (422, "invalid-fields")
    assert field in [problem["field"] for problem in reply.body["fields"]]
    for value in change.values():
        if isinstance(value, str) and len(value) > 3:
            assert value not in reply.raw.decode()


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", ""])
def test_other_content_types(ward: Ward, kind: str) -> None:
    reply = ward.post(raw=b"{}", Content_Type=kind)
    assert (reply.status, reply.code) == (415, "content-type")


def forged(ward: Ward) -> dict[str, str]:
    head, payload, signature = ward.doctor.token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    flat = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()  # noqa: E731
    kid = json.loads(base64.urlsafe_b64decode(head + "=="))["kid"]
    now = int(services().clock().timestamp())
    issue = services().signer.issue
    return {
        "garbage": "x.y.z",
        "one part": "x",
        "empty": " ",
        "not ascii": "тест",
        "none": f"{flat({'alg': 'none', 'typ': 'at+jwt', 'kid': kid})}.{payload}.",
        "hmac": f"{flat({'alg': 'HS256', 'typ': 'at+jwt', 'kid': kid})}.{payload}.{signature}",
        "other claims": f"{head}.{flat({**claims, 'role': 'administrator'})}.{signature}",
        "cut signature": ward.doctor.token[:-4],
        "expired": issue({**claims, "iat": now - 900, "exp": now - 1}, purpose="access"),
        "other audience": issue({**claims, "aud": "elsewhere"}, purpose="access"),
        "prescription": issue(claims, purpose="prescription"),
        "huge": "a" * 10_000,
    }


@pytest.mark.requirement("ID-9", "SEC-3")
def test_tokens_that_are_none_of_ours(ward: Ward) -> None:
    for name, token in forged(ward).items():
        reply = ward.front.call("GET", ward.path, token=token)
        assert (reply.status, reply.code) == (401, "not-signed-in"), name
        assert reply.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.requirement("ACC-6")
def test_ids_of_other_patients(ward: Ward) -> None:
    made = ward.post(BODY).body
    elsewhere = f"/api/v1/patients/{ward.other.id}/examination-protocols/{made['id']}"
    assert ward.front.call("GET", elsewhere, token=ward.other.token).status == 404
    assert ward.front.call("GET", elsewhere, token=ward.doctor.token).code == "consent-required"
    real = f"{ward.path}/{made['id']}"
    one = ward.front.call("GET", real, token=ward.other.token)
    two = ward.front.call("GET", real.replace(ward.patient.id, "0" * 32), token=ward.other.token)
    same = ("status", "code", "title", "detail")
    assert [one.body.get(n) for n in same] == [two.body.get(n) for n in same]
    assert one.status == 404


@pytest.mark.requirement("REC-4")
def test_preconditions(ward: Ward) -> None:
    made = ward.post(BODY).body
    path = f"{ward.path}/{made['id']}"
    put = lambda **headers: ward.front.call("PUT", path, BODY, token=ward.doctor.token, **headers)  # noqa: E731
    assert (put().status, put().code) == (428, "version-required")
    assert put(If_Match="latest").code == "invalid-fields"
    assert put(If_Match='W/"1"').headers["etag"] == 'W/"2"'
    stale = put(If_Match='W/"1"')
    assert (stale.status, stale.body["version"]) == (412, 2)


def test_idempotency_keys(ward: Ward) -> None:
    no_key = ward.front.call("POST", ward.path, BODY, token=ward.doctor.token)
    assert (no_key.status, no_key.code) == (400, "idempotency-key-missing")
    assert ward.post(BODY, Idempotency_Key="short").code == "invalid-fields"
    key = ward.front.key()
    first, second = ward.post(BODY, Idempotency_Key=key), ward.post(BODY, Idempotency_Key=f'"{key}"')
    assert first.body["id"] == second.body["id"]
    assert second.headers["idempotent-replay"] == "true"
    other = ward.post({**BODY, "conclusion": "Другое"}, Idempotency_Key=key)
    assert (other.status, other.code) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=٣", "cursor=x", "cursor=a.b.c", "page=2", "limit=1&limit=2000"]
)
def test_bad_queries(ward: Ward, query: str) -> None:
    from urllib.parse import quote

    reply = ward.front.call("GET", f"{ward.path}?{quote(query, safe='=&')}", token=ward.patient.token)
    assert (reply.status, reply.code) == (422, "invalid-fields"), reply.raw


def test_a_cursor_is_its_owners_and_its_lists_alone(ward: Ward) -> None:
    for _ in range(3):
        ward.post(BODY)
    page = ward.front.ok("GET", f"{ward.path}?limit=2", token=ward.patient.token)
    assert len(page["items"]) == 2
    cursor = page["next"]
    assert ward.front.ok("GET", f"{ward.path}?cursor={cursor}", token=ward.patient.token)["items"]
    for path, who in ((ward.path, ward.doctor), (ward.path.replace("examination-protocols", "visits"), ward.patient)):
        assert ward.front.call("GET", f"{path}?cursor={cursor}", token=who.token).code == "invalid-fields"


@pytest.mark.parametrize("record_id", ["..", "%00", "a%2fb", "'%20OR%201=1", "x" * 200, "%F0%9F%98%80", "{}"])
def test_hostile_ids(ward: Ward, record_id: str) -> None:
    reply = ward.front.call("GET", f"{ward.path}/{record_id}", token=ward.patient.token)
    assert reply.status in {404, 422, 400}


@pytest.mark.requirement("ID-1")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"snils": "112-233-445 96"}, "/snils"),
        ({"snils": "001-001-998 00"}, "/snils"),
        ({"phone": "+74951234567"}, "/phone"),
        ({"phone": "1234567890"}, "/phone"),
        ({"email": "nobody@nowhere"}, "/email"),
        ({"birth_date": "2999-01-01"}, "/birth_date"),
        ({"birth_date": "2026-02-30"}, "/birth_date"),
        ({"password": "Kurz-1"}, "/password"),
        ({"password": "alllowercase-1"}, "/password"),
        ({"passport_series": "45AB"}, "/passport_series"),
    ],
)
def test_registration_names_each_broken_field(front: Front, change: dict, field: str) -> None:
    form = {
        "last_name": "Иванова",
        "first_name": "Анна",
        "birth_date": "1990-01-01",
        "sex": "female",
        "snils": "112-233-445 95",
        "passport_series": "4510",
        "passport_number": "123456",
        "phone": "+79161234567",
        "email": "anna@example.org",
        "password": "Strong-Word-77",
        **change,
    }
    reply = front.call("POST", "/api/v1/registrations", form)
    assert reply.status == 422
    assert {problem["field"] for problem in reply.body["fields"]} == {field}
    assert next(iter(change.values())) not in reply.raw.decode()
