"""Notices outside through the front door (MSG-2): wishes, what was sent, the inbox, words of the mail."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from chalicelib.bootstrap import aws, services
from chalicelib.ports import keys
from chalicelib.ports.rows import happened
from chalicelib.ports.timers import Timer
from tests.functional.front import Front, Person

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("MSG-2")]

NIGHT = {"from": "00:00", "until": "23:59"}


def tell(person: Person, event: str, front: Front) -> None:
    """As a service does it that has something to tell; then everything runs that follows."""
    made = services()
    made.tables.commit([happened(person.id, made.audit.new_id(), event, made.clock())])
    front.pump()


def outbox(person: Person) -> tuple[list[str], list[Any]]:
    """Texts and letters that came to somebody."""
    from moto.ses.models import ses_backends
    from moto.sns.models import sns_backends

    texts = [
        text
        for backend in sns_backends["123456789012"].values()
        for phone, text, *_ in backend.sms_messages.values()
        if phone == person.phone
    ]
    letters = [
        letter
        for backend in ses_backends["123456789012"].values()
        for letter in backend.sent_messages
        if person.email in str(letter.destinations)
    ]
    return texts, letters


@pytest.fixture(scope="module")
def person(front: Front) -> Person:
    made = front.sign_in(front.register())
    front.pump()
    return made


def wish(front: Front, person: Person, **wishes: Any) -> Any:
    return front.ok("PATCH", "/api/v1/me", wishes, token=person.token)


def deliveries(front: Front, person: Person, query: str = "") -> list[Any]:
    return front.ok("GET", f"/api/v1/me/deliveries{query}", token=person.token)["items"]


def test_wishes_are_kept_and_checked(front: Front, person: Person) -> None:
    me = front.ok("GET", "/api/v1/me", token=person.token)
    assert (me["zone"], me["quiet"], me["topics"]) == ("Europe/Moscow", {"from": "22:00", "until": "08:00"}, {})
    shown = wish(front, person, zone="Asia/Omsk", quiet=NIGHT, topics={"visits": ["sms"]}, channels=["sms", "email"])
    assert (shown["zone"], shown["quiet"], shown["topics"]) == ("Asia/Omsk", NIGHT, {"visits": ["sms"]})
    assert front.ok("GET", "/api/v1/me", token=person.token)["quiet"] == NIGHT
    for wrong, field in (
        ({"zone": "Moon/Crater"}, "/zone"),
        ({"quiet": {"from": "08:00", "until": "08:00"}}, "/quiet/until"),
        ({"quiet": {"from": "8", "until": "08:00"}}, "/quiet"),
        ({"topics": {"security": []}}, "/topics/security"),
        ({"topics": {"secrets": []}}, "/topics"),
    ):
        refused = front.call("PATCH", "/api/v1/me", wrong, token=person.token, Accept_Language="ru")
        assert refused.status in {400, 422}, wrong
        [*fields] = [one["field"] for one in refused.body["fields"]]
        assert any(one.startswith(field) for one in fields), (wrong, fields)
    assert wish(front, person, quiet="none", zone="Europe/Moscow")["quiet"] == "none"
    assert wish(front, person, topics={})["zone"] == "Europe/Moscow"


def test_a_new_zone_is_told_on_once(front: Front, person: Person) -> None:
    def told() -> int:
        rows = services().tables.query(keys.Store.CARD, keys.patient(person.id), "EVENT#", limit=100).items
        return sum(row["react"] == ["zone_changed"] for row in rows)

    before = told()
    wish(front, person, zone="Asia/Omsk")
    wish(front, person, zone="Asia/Omsk")
    assert told() == before + 1
    wish(front, person, zone="Europe/Moscow")


def test_a_notice_goes_out_and_the_person_sees_how(front: Front, person: Person) -> None:
    texts, letters = map(len, outbox(person))
    tell(person, "policy_closed", front)
    shown = deliveries(front, person)
    assert [(one["event"], one["channel"], one["state"]) for one in shown[:2]] == [
        ("policy_closed", "sms", "sent"),
        ("policy_closed", "email", "sent"),
    ]
    assert [len(found) for found in outbox(person)] == [texts + 1, letters + 1]
    letter = outbox(person)[1][-1]
    assert letter.subject == "Медкарта: новое уведомление"
    assert "полис" not in (letter.body + outbox(person)[0][-1]).lower()
    assert len(deliveries(front, person, f"?notice={shown[0]['notice']}")) == 2
    first = front.ok("GET", "/api/v1/me/deliveries?limit=1", token=person.token)
    rest = front.ok("GET", f"/api/v1/me/deliveries?limit=1&cursor={first['next']}", token=person.token)
    assert rest["items"][0]["channel"] != first["items"][0]["channel"]


def test_what_is_held_waits_for_the_end_of_the_quiet_hours(front: Front, person: Person) -> None:
    wish(front, person, quiet=NIGHT)
    texts = len(outbox(person)[0])
    tell(person, "policy_unknown", front)
    held = deliveries(front, person)[0]
    assert (held["state"], len(outbox(person)[0])) == ("held", texts)
    wish(front, person, quiet="none")
    made = services()
    row = made.tables.get(keys.timer(person.id, "outside", held["notice"]))
    timer = Timer(person.id, row["topic"], row["subject"], made.clock())
    topic = made.timer_topics()["outside"]
    there = made.tables.get_many(topic.wants(timer.owner, timer.subject))
    made.tables.commit(topic.ring(timer, there).writes)
    front.pump()
    assert deliveries(front, person)[0]["state"] == "sent"
    assert len(outbox(person)[0]) == texts + 1


def test_a_letter_that_came_back_closes_the_address(front: Front, person: Person) -> None:
    tell(person, "source_gathered", front)
    newest = deliveries(front, person)[0]
    row = services().tables.get(keys.delivery(person.id, newest["notice"], "email"))
    body = {
        "eventType": "Bounce",
        "bounce": {"bounceType": "Permanent"},
        "mail": {"messageId": row["provider_id"], "destination": [person.email]},
    }
    aws("sqs").send_message(QueueUrl=os.environ["MEDKARTA_FEEDBACK_QUEUE"], MessageBody=json.dumps(body))
    front.pump()
    states = {(one["event"], one["channel"]): one["state"] for one in deliveries(front, person)}
    assert states["source_gathered", "email"] == "failed"
    assert states["address_unreachable", "sms"] == "sent"
    assert states["address_unreachable", "email"] == "dropped"


def test_the_inbox_is_counted_filtered_and_read(front: Front, person: Person) -> None:
    front.ok("POST", "/api/v1/me/inbox/read", {"newest": "z"}, token=person.token)
    assert front.ok("GET", "/api/v1/me/inbox", token=person.token) == {"unread": 0, "more": False}
    for event in ("case_approved", "factor_added", "case_refused"):
        tell(person, event, front)
    assert front.ok("GET", "/api/v1/me/inbox", token=person.token) == {"unread": 3, "more": False}

    def events(query: str) -> list[str]:
        return [one["event"] for one in front.ok("GET", f"/api/v1/me/notices{query}", token=person.token)["items"]]

    assert events("?unread=true") == ["case_refused", "factor_added", "case_approved"]
    assert events("?unread=true&topic=security") == ["factor_added"]
    assert set(events("?topic=security")) <= {"factor_added", "sign_in_from_new_place", "finding_new_network"}
    middle = front.ok("GET", "/api/v1/me/notices?unread=true", token=person.token)["items"][1]
    assert (middle["topic"], middle["read_at"]) == ("security", None)
    front.ok("POST", "/api/v1/me/inbox/read", {"newest": middle["id"]}, token=person.token)
    assert events("?unread=true") == ["case_refused"]
    newest = front.ok("GET", "/api/v1/me/notices?unread=true", token=person.token)["items"][0]
    assert front.call("POST", f"/api/v1/me/notices/{newest['id']}/read", token=person.token).status == 204
    assert front.ok("GET", "/api/v1/me/inbox", token=person.token)["unread"] == 0
    for wrong in ("?topic=secrets", "?unread=maybe"):
        assert front.call("GET", f"/api/v1/me/notices{wrong}", token=person.token).status in {400, 422}
