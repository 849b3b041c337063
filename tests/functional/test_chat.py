"""Chat of a patient and a doctor through the front door (MSG-1)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.ports import keys
from local.scans import JPEG, JPEG_TYPE
from tests.functional.front import Front, Person, Reply
from tests.functional.story import listening, pump

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("MSG-1")]

TEXT, ANSWER, SUBJECT = "Гемоглобин девяносто восемь, что делать?", "Приходите на приём", "Малокровие"


class Two:
    """A patient and a doctor with consent."""

    def __init__(self, front: Front) -> None:
        self.front, self.patient, self.doctor = front, front.patient(), front.staff("doctor")
        front.consent(self.patient, self.doctor)
        self.base = f"/api/v1/chats/{self.patient.id}"

    def ask(self, who: Person, method: str, path: str = "", body: Any = None, **headers: str) -> Reply:
        if method == "POST":
            headers.setdefault("Idempotency_Key", self.front.key())
        return self.front.call(method, self.base + path, body, token=who.token, **headers)

    def open(self, text: str = TEXT) -> str:
        form = {"member_id": self.doctor.member, "subject": SUBJECT, "text": text}
        made = self.ask(self.patient, "POST", "", form)
        assert made.status == 201, made.raw
        return f"/{made.body['id']}"

    def own(self, method: str, path: str, body: Any = None) -> Reply:
        return self.front.call(method, "/api/v1/me" + path, body, token=self.doctor.token)


@pytest.fixture(scope="module")
def two(front: Front) -> Two:
    return Two(front)


def outcome(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.code


def test_a_conversation(two: Two) -> None:
    with listening() as logs:
        thread = two.open()
        (line,) = two.own("GET", "/chats").body["items"]
        assert (line["id"], line["patient_id"], line["unread"]) == (thread[1:], two.patient.id, 1)
        assert SUBJECT not in json.dumps(line, ensure_ascii=False)
        listed = two.ask(two.doctor, "GET").body
        assert (listed["items"][0]["subject"], set(listed["notes"])) == (SUBJECT, {"response_time", "emergency"})
        page = two.ask(two.doctor, "GET", thread + "/messages")
        assert [one["text"] for one in page.body["items"]] == [TEXT]
        assert two.ask(two.doctor, "PUT", thread + "/mark", {"message_id": page.body["items"][0]["id"]}).status == 200
        answer = two.ask(two.doctor, "POST", thread + "/messages", {"text": ANSWER, "reply_to": line_last(page)})
        assert (answer.status, answer.body["by"], answer.body["reply_to"]) == (201, "doctor", line_last(page))
        shown = two.ask(two.patient, "GET", thread).body
        assert (shown["unread"], shown["seen"]) == (1, {"doctor": line_last(page)})
        pump()
        inbox = two.front.ok("GET", "/api/v1/me/notices", token=two.patient.token)["items"]
        assert "message_received" in {notice["event"] for notice in inbox}
    said = logs.getvalue()
    assert all(text not in said for text in (TEXT, ANSWER, SUBJECT))


def line_last(page: Reply) -> str:
    return str(page.body["items"][0]["id"])


def test_sent_twice_with_one_key_it_is_there_once(two: Two) -> None:
    thread, key = two.open(), two.front.key()
    made = [two.ask(two.patient, "POST", thread + "/messages", {"text": "Раз"}, Idempotency_Key=key) for _ in range(2)]
    assert [reply.headers.get("idempotent-replay") for reply in made] == [None, "true"]
    assert made[0].body["id"] == made[1].body["id"]
    other = two.ask(two.patient, "POST", thread + "/messages", {"text": "Два"}, Idempotency_Key=key)
    assert outcome(other) == (422, "idempotency-key-reused")
    assert len(two.ask(two.doctor, "GET", thread + "/messages").body["items"]) == 2


def test_edit_and_withdrawal_by_version(two: Two) -> None:
    thread = two.open("Двести")
    message = f"{thread}/messages/{line_last(two.ask(two.patient, 'GET', thread + '/messages'))}"
    assert outcome(two.ask(two.patient, "PUT", message, {"text": "Сто"})) == (428, "version-required")
    done = two.ask(two.patient, "PUT", message, {"text": "Сто"}, If_Match='W/"1"')
    assert (done.status, done.headers["etag"], "edited_at" in done.body) == (200, 'W/"2"', True)
    assert outcome(two.ask(two.patient, "PUT", message, {"text": "Три"}, If_Match='W/"1"')) == (412, "stale-version")
    assert outcome(two.ask(two.doctor, "PUT", message, {"text": "Я"}, If_Match='W/"2"')) == (409, "message-fixed")
    assert [one["text"] for one in two.ask(two.doctor, "GET", message).body["items"]] == ["Сто", "Двести"]
    gone = two.ask(two.patient, "DELETE", message, If_Match='W/"2"')
    assert (gone.status, gone.body["state"], "text" in gone.body) == (200, "withdrawn", False)
    assert two.ask(two.doctor, "GET", message).body["items"] == []


def test_polling(two: Two) -> None:
    thread = two.open()
    page = two.ask(two.doctor, "GET", thread + "/messages")
    news = f"{thread}/messages?after={line_last(page)}"
    tag = page.headers["etag"]
    before = services().audit._writer().number
    same = two.ask(two.doctor, "GET", news, If_None_Match=tag)
    waited = two.ask(two.doctor, "GET", news + "&wait=1", If_None_Match=tag)
    assert [(one.status, one.raw, one.headers["etag"]) for one in (same, waited)] == [(304, b"", tag)] * 2
    assert services().audit._writer().number == before
    two.ask(two.patient, "POST", thread + "/messages", {"text": "Ещё"})
    found = two.ask(two.doctor, "GET", news + "&wait=20", If_None_Match=tag)
    assert [one["text"] for one in found.body["items"]] == ["Ещё"]
    assert found.headers["etag"] != tag
    for wrong in ("?after=x", f"?after={'0' * 36}&wait=21", f"?after={'0' * 36}&wait=-1", "?before=yesterday"):
        assert outcome(two.ask(two.doctor, "GET", f"{thread}/messages{wrong}")) == (422, "invalid-fields")
    first = two.ask(two.doctor, "GET", f"{thread}/messages?limit=1").body
    second = two.ask(two.doctor, "GET", f"{thread}/messages?limit=1&cursor={first['next']}").body
    assert [one["items"][0]["text"] for one in (first, second)] == ["Ещё", TEXT]
    assert two.ask(two.doctor, "GET", f"{thread}/messages?before=2020-01-01").body["items"] == []
    assert len(two.ask(two.doctor, "GET", f"{thread}/messages?before=2099-01-01").body["items"]) == 2


def test_a_file(two: Two) -> None:
    thread = two.open()
    made = two.front.call("POST", two.base + "/files", raw=JPEG, token=two.patient.token, Content_Type=JPEG_TYPE)
    assert made.status == 201, made.raw
    file = made.body["upload_id"]
    refused = two.ask(two.patient, "POST", thread + "/messages", {"text": "Фото", "files": [{"upload_id": file}]})
    assert (refused.status, refused.body["fields"][0]["code"]) == (422, "waiting")
    services().reactions.run("check_upload", services().tables.get(keys.upload(two.patient.id, file)))
    assert two.ask(two.patient, "GET", f"/files/{file}").body["state"] == "clean"
    sent = two.ask(two.patient, "POST", thread + "/messages", {"text": "Фото", "files": [{"upload_id": file}]})
    assert sent.status == 201, sent.raw
    taken = two.ask(two.doctor, "GET", f"{thread}/files/{file}", Accept=JPEG_TYPE)
    assert (taken.status, taken.raw, taken.headers["content-type"]) == (200, JPEG, JPEG_TYPE)
    assert outcome(two.ask(two.patient, "DELETE", f"/files/{file}")) == (409, "wrong-state")


def test_away_search_and_closing(two: Two) -> None:
    note = {"until": "2099-01-01T00:00:00Z", "text": "Буду в понедельник"}
    assert outcome(two.own("PUT", "/absence", note)) == (422, "invalid-fields")
    note["until"] = (services().clock() + timedelta(days=3)).isoformat()
    assert two.own("PUT", "/absence", note).status == 200
    assert two.own("GET", "/absence").body["text"] == note["text"]
    thread = two.open("Селезёнка")
    assert two.ask(two.patient, "GET", thread).body["away"]["text"] == note["text"]
    answered = two.ask(two.patient, "GET", thread + "/messages").body["items"]
    assert [one["text"] for one in answered] == [note["text"], "Селезёнка"]
    assert two.own("DELETE", "/absence").status == 204
    found = two.ask(two.patient, "POST", "/search", {"text": "селез"})
    assert [hit["thread"] for hit in found.body["items"]] == [thread[1:]]
    closed = two.ask(two.doctor, "POST", thread + "/closing", {"reason": "answered"})
    assert (closed.status, closed.body["state"]) == (200, "closed")
    assert outcome(two.ask(two.patient, "POST", thread + "/messages", {"text": "Раз"})) == (409, "chat-closed")
    assert two.ask(two.patient, "POST", thread + "/reopening").body["state"] == "open"


def test_without_consent_the_doctor_is_out_at_once(front: Front) -> None:
    two = Two(front)
    thread = two.open()
    consent = f"/api/v1/me/consents/{two.doctor.member}"
    tag = front.call("GET", "/api/v1/me/consents", token=two.patient.token).body["items"][0]["version"]
    front.ok("PUT", consent, {"state": "revoked"}, token=two.patient.token, If_Match=f'W/"{tag}"')
    assert outcome(two.ask(two.doctor, "GET", thread + "/messages")) == (403, "consent-required")
    assert outcome(two.ask(two.doctor, "POST", thread + "/messages", {"text": "Раз"})) == (403, "consent-required")
    assert outcome(two.ask(two.patient, "POST", thread + "/messages", {"text": "Раз"})) == (409, "chat-ended")
    assert [one["text"] for one in two.ask(two.patient, "GET", thread + "/messages").body["items"]] == [TEXT]
    front.ok("PUT", consent, {"state": "granted"}, token=two.patient.token, If_Match=f'W/"{tag + 1}"')
    assert two.ask(two.doctor, "POST", thread + "/messages", {"text": ANSWER}).status == 201


def test_others_learn_nothing(two: Two) -> None:
    thread, stranger = two.open(), two.front.patient()
    for method, path, body in (
        ("GET", thread, None),
        ("GET", thread + "/messages", None),
        ("POST", thread + "/messages", {"text": "Раз"}),
        ("POST", "/search", {"text": "раз"}),
    ):
        assert two.ask(stranger, method, path, body).status in {403, 404}
        assert two.front.call(method, two.base + path, body, Idempotency_Key=two.front.key()).status == 401
