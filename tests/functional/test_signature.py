"""Signing in by electronic signature through the front door, and what a flow costs in calls (ID-5, ID-7)."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bench.calls import Recorder
from chalicelib import bootstrap
from tests import pki
from tests.functional.front import Front, Person

pytestmark = [pytest.mark.xdist_group("functional-signature"), pytest.mark.requirement("ID-5")]

NOW = datetime.now(UTC)
WHEN: dict[str, Any] = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=90)}


class Desk:
    """A trust store with one anchor and the lists of two authorities, and a person with a certificate."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.administrator, self.officer = front.administrator(), front.system_officer()
        self.root = pki.root(**WHEN)
        self.middle = self.root.authority("Middle", **WHEN)
        self.person: Person = front.register()
        said = pki.subject_of("Журавлёва", snils=self.person.snils, surname="Журавлёва", given="Ксения Аркадьевна")
        self.key = pki.key("person")
        self.certificate = self.middle.issue(said, self.key.public_key(), **WHEN)
        form = {"certificate": b64encode(self.root.der).decode()}
        made = front.call("POST", "/api/v1/trust/anchors", form, token=self.administrator.token)
        self.anchor = f"/api/v1/trust/anchors/{made.body['id']}"
        front.ok("POST", f"{self.anchor}/approval", token=self.officer.token, If_Match=made.headers["etag"])
        for authority in (self.root, self.middle):
            content = authority.crl(at=NOW - timedelta(minutes=1))
            parts = {"content": b64encode(content).decode(), "chain": [b64encode(authority.der).decode()]}
            front.ok("POST", "/api/v1/trust/revocation-lists", parts, token=self.administrator.token)

    def signed(self, begun: dict[str, Any]) -> dict[str, str]:
        made = pki.cms(begun["text"].encode(), self.certificate, self.key, self.middle.certificate)
        return {"cms": b64encode(made).decode()}

    def sign_in(self) -> dict[str, Any]:
        begun = self.front.ok("POST", "/api/v1/sign-in/signature")
        return self.front.ok("POST", f"/api/v1/sign-in/signature/{begun['challenge_id']}", self.signed(begun))


@pytest.fixture(scope="module")
def desk(front: Front) -> Desk:
    return Desk(front)


@pytest.mark.requirement("ID-3", "ID-7")
def test_a_whole_sign_in_and_confirmation(desk: Desk) -> None:
    front, person = desk.front, desk.person
    begun = desk.sign_in()
    front.ok("POST", f"/api/v1/sessions/{begun['challenge_id']}/sms")
    given = {"factor": "sms", "code": front.code(person.phone), "role": "patient"}
    token = front.ok("POST", f"/api/v1/sessions/{begun['challenge_id']}/factor", given)["access_token"]
    assert front.ok("GET", "/api/v1/me", token=token)["level"] == 1
    place = "/api/v1/me/identity-confirmations/signature"
    asked = front.ok("POST", place, token=token)
    assert front.ok("POST", f"{place}/{asked['challenge_id']}", desk.signed(asked), token=token)["confirmed"]
    assert front.ok("GET", "/api/v1/me", token=token)["level"] == 3
    again = front.call("POST", f"{place}/{asked['challenge_id']}", desk.signed(asked), token=token)
    assert (again.status, again.code) == (401, "credentials-invalid")


def test_what_a_sign_in_costs(desk: Desk) -> None:
    desk.sign_in()  # the trust store is read
    recorder = Recorder()
    for service in ("dynamodb", "kms"):
        recorder.watch(bootstrap.aws(service))
    with recorder.recording() as begun:
        asked = desk.front.ok("POST", "/api/v1/sign-in/signature")
    assert begun.of("dynamodb") == ["UpdateItem", "PutItem"]  # the limit of the address; the text
    with recorder.recording() as finished:
        desk.front.ok("POST", f"/api/v1/sign-in/signature/{asked['challenge_id']}", desk.signed(asked))
    assert finished.of("dynamodb") == [
        "UpdateItem",  # the limit of the address
        "GetItem",  # the text
        "DeleteItem",  # and its use
        "GetItem",  # whose SNILS it is
        "BatchGetItem",  # account and factors
        "TransactWriteItems",
    ]
    assert finished.of("kms") == ["GenerateMac"]


def test_errors_name_what_is_wrong(desk: Desk) -> None:
    front = desk.front
    for body, status, code in (
        ({"cms": "MAA="}, 422, "invalid-fields"),
        ({"cms": "***"}, 422, "invalid-fields"),
        ({}, 422, "invalid-fields"),
        ({"cms": "A" * 97_000}, 413, "too-large"),
        ({"cms": "A" * 99_000}, 422, "invalid-fields"),
    ):
        begun = front.ok("POST", "/api/v1/sign-in/signature")
        reply = front.call("POST", f"/api/v1/sign-in/signature/{begun['challenge_id']}", body)
        assert (reply.status, reply.code) == (status, code)
    unknown = front.call("POST", "/api/v1/sign-in/signature/none", {"cms": "MAA="})
    assert (unknown.status, unknown.code) == (401, "credentials-invalid")


def test_a_removed_anchor(desk: Desk) -> None:
    desk.front.ok("DELETE", desk.anchor, token=desk.administrator.token)
    begun = desk.front.ok("POST", "/api/v1/sign-in/signature")
    reply = desk.front.call("POST", f"/api/v1/sign-in/signature/{begun['challenge_id']}", desk.signed(begun))
    assert (reply.status, reply.code, reply.body["reason"]) == (401, "certificate-refused", "untrusted")
    shown = desk.front.ok("GET", "/api/v1/trust", token=desk.officer.token)["items"]
    assert [item.get("state", item["kind"]) for item in shown] == ["removed", "list", "list"]
