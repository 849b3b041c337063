"""Links to a card through the front door (DOC-4): the way of one, and what somebody tries who should not."""

from __future__ import annotations

import json
import logging
from base64 import urlsafe_b64decode
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.shares import AUDIENCE, WRONG_PASSCODES
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, every_row
from tests.functional.front import Front, Person, Reply
from tests.functional.story import PDF, PROTOCOL, RESULT, pump

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("DOC-4")]

CODE = "СИРЕНЬ-27"


class Outside:
    """A patient with a protocol and a result, and somebody without an account."""

    def __init__(self, front: Front) -> None:
        self.front, self.patient = front, front.patient()
        doctor = front.staff("doctor")
        front.consent(self.patient, doctor)
        self.protocol = self._write(doctor, "examination-protocols", PROTOCOL)
        self.result = self._write(doctor, "laboratory-results", RESULT)
        pump()

    def _write(self, doctor: Person, collection: str, body: dict[str, Any]) -> str:
        path = f"/api/v1/patients/{self.patient.id}/{collection}"
        return self.front.ok("POST", path, body, token=doctor.token, Idempotency_Key=self.front.key())["id"]

    def link(self, **changes: Any) -> tuple[str, str]:
        """Id and secret."""
        form = {"recipient": "insurer", "label": "Случай 17", "sections": ["protocols"], "download": True}
        form |= {"passcode": CODE, **changes}
        self.patient.token = self.front.fresh(self.patient.token)
        key = {"Idempotency_Key": self.front.key()}
        made = self.front.ok("POST", "/api/v1/me/shares", form, token=self.patient.token, **key)
        assert made["link"].startswith(f"{services().settings.public_url}/s/{made['share_id']}#")
        return made["share_id"], made["link"].partition("#")[2]

    def open(self, link: tuple[str, str], passcode: str = CODE, **headers: str) -> Reply:
        body = {"secret": link[1], "passcode": passcode}
        return self.front.call("POST", f"/api/v1/shares/{link[0]}/open", body, **headers)

    def get(self, share: str, token: str, path: str = "", **headers: str) -> Reply:
        return self.front.call("GET", f"/api/v1/shares/{share}{path}", token=token, Accept=PDF, **headers)

    def mine(self, method: str, path: str) -> Reply:
        return self.front.call(method, "/api/v1/me/shares" + path, token=self.patient.token)


@pytest.fixture(scope="module")
def outside(front: Front) -> Outside:
    return Outside(front)


def outcome(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.code


@pytest.mark.requirement("DOC-4", "AUD-1")
def test_the_way_of_a_link(outside: Outside) -> None:
    link = outside.link()
    assert outcome(outside.open(link, "НЕТ-НЕТ-7")) == (401, "share-passcode")
    token = outside.open(link).body["share_token"]
    held = outside.get(link[0], token).body
    assert [(one["kind"], one["document"]) for one in held["kinds"]] == [("examination-protocol", True)]
    records = "/records/examination-protocol"
    (listed,) = outside.get(link[0], token, records).body["items"]
    one = outside.get(link[0], token, f"{records}/{outside.protocol}")
    assert one.body["body"] == listed["body"]
    assert one.headers["cache-control"] == "no-store"
    assert outside.patient.id not in one.raw.decode()
    printed = outside.get(link[0], token, f"{records}/{outside.protocol}/document")
    assert printed.raw.startswith(b"%PDF-")
    assert printed.headers["content-type"] == "application/pdf"
    assert outcome(outside.get(link[0], token, "/records/laboratory-result")) == (403, "access-denied")
    assert outcome(outside.get(link[0], token, f"{records}/{outside.protocol}/history"))[0] in {403, 404}
    lines = outside.mine("GET", f"/{link[0]}/openings").body["items"]
    assert [line["what"] for line in lines[::-1]] == ["wrong-passcode", "opened", "list", "read", "download"]
    assert outside.mine("DELETE", f"/{link[0]}").status == 204
    assert outcome(outside.get(link[0], token, records)) == (410, "share-closed")
    assert outcome(outside.open(link)) == (410, "share-revoked")
    (shown, *_) = outside.mine("GET", "").body["items"]
    assert (shown["share_id"], shown["state"], shown["opened"]) == (link[0], "revoked", 1)


def test_a_page_of_one_link_goes_on_in_it_alone(outside: Outside) -> None:
    link, other = outside.link(sections=["protocols", "results"]), outside.link(sections=["protocols", "results"])
    tokens = [outside.open(one).body["share_token"] for one in (link, other)]
    path = "/records/examination-protocol?limit=1"
    doctor = outside.front.staff("doctor")
    outside.front.consent(outside.patient, doctor)
    outside._write(doctor, "examination-protocols", PROTOCOL)
    cursor = outside.get(link[0], tokens[0], path).body["next"]
    assert len(outside.get(link[0], tokens[0], f"{path}&cursor={cursor}").body["items"]) == 1
    assert outcome(outside.get(other[0], tokens[1], f"{path}&cursor={cursor}")) == (422, "invalid-fields")
    kind = f"/records/laboratory-result?cursor={cursor}"
    assert outcome(outside.get(link[0], tokens[0], kind)) == (422, "invalid-fields")


# --- incidents


@pytest.mark.requirement("DOC-4", "SEC-3")
def test_a_token_of_one_link_opens_no_other_and_nothing_else(outside: Outside) -> None:
    link, other = outside.link(), outside.link(sections=["results"])
    token = outside.open(link).body["share_token"]
    before = services().audit._writer().number
    assert outcome(outside.get(other[0], token, "/records/laboratory-result")) == (401, "not-signed-in")
    assert services().audit._writer().number == before + 1
    card = f"/api/v1/patients/{outside.patient.id}/examination-protocols"
    for path in (card, "/api/v1/me", "/api/v1/me/shares", f"/api/v1/me/shares/{link[0]}/openings"):
        assert outcome(outside.front.call("GET", path, token=token)) == (401, "not-signed-in")
    own = outside.get(link[0], outside.patient.token)  # and the patient's own token opens no link
    assert outcome(own) == (401, "not-signed-in")
    for made_up in ("", "x", token[:-3] + "abc", f"{token}.{token}"):
        assert outcome(outside.get(link[0], made_up)) == (401, "not-signed-in")


@pytest.mark.requirement("DOC-4", "SEC-3")
def test_a_token_that_is_played_again_later_or_elsewhere_opens_nothing(outside: Outside) -> None:
    link = outside.link()
    token = outside.open(link, X_Device_ID="a" * 32).body["share_token"]
    assert outside.get(link[0], token, X_Device_ID="a" * 32).status == 200
    for headers in ({"X_Device_ID": "b" * 32}, {}):
        assert outcome(outside.get(link[0], token, **headers)) == (401, "not-signed-in")
    signer, now = services().signer, int(services().clock().timestamp())
    claims = signer.verify(outside.open(link).body["share_token"], purpose="sealed", audience=AUDIENCE)
    assert outside.get(link[0], signer.issue({**claims, "exp": now + 60}, purpose="sealed")).status == 200
    stale = signer.issue({**claims, "exp": now - 60}, purpose="sealed")
    assert outcome(outside.get(link[0], stale)) == (401, "not-signed-in")
    readable = signer.issue({**claims, "exp": now + 60}, purpose="access")
    assert outcome(outside.get(link[0], readable)) == (401, "not-signed-in")


@pytest.mark.requirement("DOC-4", "SEC-1")
def test_what_the_outside_holds_names_no_card(outside: Outside) -> None:
    link, _ = outside.link(), outside.link()
    shown = outside.front.ok("GET", "/api/v1/me/shares?limit=1", token=outside.patient.token)
    again = outside.front.ok("GET", f"/api/v1/me/shares?limit=1&cursor={shown['next']}", token=outside.patient.token)
    assert again["items"] != shown["items"]
    for token in (shown["next"], outside.open(link).body["share_token"]):
        clear = b"".join(urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
        assert outside.patient.id.encode() not in clear
        assert b'"enc":"A256GCM"' in clear


@pytest.mark.requirement("DOC-4", "SEC-3")
def test_guesses_lock_a_link_and_no_link_and_no_secret_look_alike(outside: Outside) -> None:
    link = outside.link()
    unknown = [outside.open(("0" * 36, link[1])), outside.open((link[0], "x" * 32))]
    assert {outcome(reply) for reply in unknown} == {(404, "share-unknown")}
    same = [{k: v for k, v in reply.body.items() if k not in {"request_id", "instance"}} for reply in unknown]
    assert same[0] == same[1]
    for left in range(WRONG_PASSCODES - 1, -1, -1):
        reply = outside.open(link, "НЕТ-НЕТ-7")
        assert outcome(reply) == (401, "share-passcode")
        assert json.loads(reply.raw)["tries_left"] == left
    assert outcome(outside.open(link)) == (410, "share-locked")
    pump()
    told = outside.front.ok("GET", "/api/v1/me/notices?limit=50", token=outside.patient.token)["items"]
    assert {"share_locked", "share_made", "share_opened"} <= {notice["event"] for notice in told}


@pytest.mark.requirement("DOC-4", "SEC-2")
def test_neither_secret_nor_passcode_is_in_a_log_or_a_table(outside: Outside, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        link = outside.link()
        outside.open(link, "НЕТ-НЕТ-7")
        outside.open(link)
    tables, patient = services().tables, keys.patient(outside.patient.id)
    rows = [row for prefix in (keys.SHARES, keys.OPENINGS) for row in every_row(tables, Store.CARD, patient, prefix)]
    rows += every_row(tables, Store.CARD, f"SHARE#{link[0]}")
    rows += every_row(tables, Store.CARD, f"IDEM#{outside.patient.id}#share-create")
    assert len({row["sk"].split("#")[0] for row in rows}) >= 4
    stored = repr(rows)
    for secret in (link[1], "СИРЕНЬ27", CODE, "Случай 17"):
        assert secret not in caplog.text
        assert secret not in stored


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recipient": "neighbour"}, "/recipient"),
        ({"sections": ["overview"]}, "/sections/0"),
        ({"level": "limited"}, ""),
        ({"label": "\x00"}, "/label"),
        ({"openings": 0}, "/openings"),
        ({"passcode": "111111"}, "/passcode"),
        ({"valid_until": "2999-01-01T00:00:00Z"}, "/valid_until"),
        ({"records": [{"kind": "visit", "record_id": "none"}]}, "/records/0"),
    ],
    ids=["recipient", "section", "brief-download", "label", "openings", "passcode", "until", "record"],
)
def test_what_is_wrong_with_a_form_is_named(outside: Outside, changes: dict[str, Any], field: str) -> None:
    form = {"recipient": "insurer", "label": "x", "sections": ["protocols"], "download": True, "passcode": CODE}
    outside.patient.token = outside.front.fresh(outside.patient.token)
    key = {"Idempotency_Key": outside.front.key()}
    reply = outside.front.call("POST", "/api/v1/me/shares", form | changes, token=outside.patient.token, **key)
    assert outcome(reply) == (422, "invalid-fields")
    assert [problem["field"] for problem in reply.body["fields"]] == [field]
