"""The identity desk, a recovery and the watch, through the front door (ID-7, ID-8, ID-11, SPC-3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.bootstrap import services
from tests.functional.front import Front, Person, Reply
from tests.functional.story import pump

pytestmark = pytest.mark.xdist_group("functional-desk")

NEW_PASSWORD = "Журавль-в-небе-9"
NEW_PHONE = "+79161230099"


class Desk:
    """Two operators of one centre, the officer who works the tickets, and somebody who lost telephone and password."""

    def __init__(self, front: Front) -> None:
        self.front = front
        centre = front.organisation("МФЦ")
        self.first, self.second = (front.staff("identity-operator", centre) for _ in range(2))
        self.officer = front.system_officer()
        self.owner = front.sign_in(front.register(passport_number="424242"))

    def call(self, who: Person | None, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        return self.front.call(method, "/api/v1" + path, body, token=who.token if who else "", **headers)

    def ok(self, who: Person | None, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.front.ok(method, "/api/v1" + path, body, token=who.token if who else "", **headers)

    def papers(self, **changes: str) -> dict[str, str]:
        papers = {"passport_series": "4510", "passport_number": "424242", "birth_date": "1987-04-12"}
        return {"snils": self.owner.snils, **papers, **changes}

    def look_up(self) -> Any:
        return self.ok(self.first, "POST", "/desk/look-ups", self.papers())

    def sent_to(self, phone: str) -> list[str]:
        from moto.sns.models import sns_backends

        backends = sns_backends["123456789012"].values()
        return [text for backend in backends for to, text, *_ in backend.sms_messages.values() if to == phone]


@pytest.fixture(scope="module")
def desk(front: Front) -> Desk:
    return Desk(front)


@pytest.mark.requirement("ID-7", "ACC-6")
def test_a_wrong_number_and_a_stranger_look_alike(desk: Desk) -> None:
    wrong = desk.call(desk.first, "POST", "/desk/look-ups", desk.papers(passport_number="424243"))
    stranger = desk.call(desk.first, "POST", "/desk/look-ups", desk.papers(snils="112-233-445 95"))
    assert (wrong.status, stranger.status) == (404, 404)
    assert {k: v for k, v in wrong.body.items() if k != "request_id"} == {
        k: v for k, v in stranger.body.items() if k != "request_id"
    }
    pump()
    inbox = desk.ok(desk.owner, "GET", "/me/notices")["items"]
    events = [notice["event"] for notice in inbox]
    assert (events[0], events.count("desk_refused")) == ("desk_refused", 1)
    named = desk.call(desk.first, "POST", "/desk/look-ups", desk.papers(snils="1"))
    assert (named.status, named.body["fields"][0]["field"]) == (422, "/snils")


@pytest.mark.requirement("ID-8", "SPC-3", "ID-9")
def test_a_lost_telephone_and_password(desk: Desk) -> None:
    found = desk.look_up()
    assert found["name"]["last_name"] == "Журавлёва"
    opening = {"look_up_id": found["look_up_id"], "reason": "lost-both"}
    opened = desk.ok(desk.first, "POST", "/desk/recoveries", opening)
    path = f"/desk/recoveries/{opened['recovery_id']}"
    assert desk.call(desk.first, "POST", path + "/approval").code == "access-denied"
    desk.ok(desk.second, "POST", path + "/approval")
    assert desk.call(desk.second, "POST", path + "/code").code == "access-denied"
    code = desk.ok(desk.first, "POST", path + "/code")["code"]
    assert desk.ok(desk.second, "GET", "/desk/recoveries")["items"][0]["state"] == "code-issued"
    assert desk.ok(desk.owner, "GET", "/me/recoveries/current")["state"] == "code-issued"
    given = {"code": code, "password": NEW_PASSWORD, "phone": NEW_PHONE}
    mine = f"/recoveries/{opened['recovery_id']}"
    assert desk.call(None, "POST", mine, {**given, "code": "AAAAA-AAAAA"}).code == "credentials-invalid"
    handle = desk.ok(None, "POST", mine, given)["handle"]
    pump()
    told = len(desk.sent_to(desk.owner.phone))
    confirmed = {"handle": handle, "code": desk.front.code(NEW_PHONE)}
    assert desk.ok(None, "POST", mine + "/completion", confirmed)["state"] == "completed"
    assert desk.call(desk.owner, "GET", "/me").code == "session-ended"
    refresh = desk.front.call("POST", "/api/v1/sessions/refresh", {"refresh_token": desk.owner.refresh})
    assert refresh.code == "session-ended"
    pump()
    assert len(desk.sent_to(desk.owner.phone)) == told + 1  # the old telephone hears of it still
    assert desk.sent_to(NEW_PHONE)
    begun = desk.ok(None, "POST", "/sessions", {"login": NEW_PHONE, "password": NEW_PASSWORD})
    desk.ok(None, "POST", f"/sessions/{begun['challenge_id']}/sms")
    answer = {"factor": "sms", "code": desk.front.code(NEW_PHONE)}
    entered = desk.ok(None, "POST", f"/sessions/{begun['challenge_id']}/factor", answer)
    desk.owner.token = entered["access_token"]
    assert desk.ok(desk.owner, "GET", "/me")["level"] == 3


@pytest.mark.requirement("ID-8", "ID-11")
def test_it_was_not_me(desk: Desk) -> None:
    opening = {"look_up_id": desk.look_up()["look_up_id"], "reason": "lost-phone"}
    opened = desk.ok(desk.first, "POST", "/desk/recoveries", opening)
    stopped = desk.ok(desk.owner, "DELETE", "/me/recoveries/current")
    approval = f"/desk/recoveries/{opened['recovery_id']}/approval"
    assert desk.call(desk.second, "POST", approval).code == "wrong-state"
    pump()
    told = [notice["event"] for notice in desk.ok(desk.officer, "GET", "/me/notices")["items"]]
    assert "ticket_waiting" in told
    ticket = f"/tickets/{stopped['ticket_id']}"
    assert desk.ok(desk.officer, "GET", ticket)["kind"] == "recovery-stopped"
    desk.ok(desk.officer, "POST", ticket, {"step": "take"}, If_Match='W/"1"')
    closing = {"step": "close", "outcome": "confirmed", "words": "Оператор опрошен"}
    desk.ok(desk.officer, "POST", ticket, closing, If_Match='W/"2"')
    mine = desk.ok(desk.owner, "GET", "/me/tickets")["items"]
    assert (mine[0]["state"], mine[0]["answer"]) == ("closed", "Оператор опрошен")


@pytest.mark.requirement("ID-11", "ACC-6")
def test_many_refusals_stop_a_session_and_the_owner_lifts_it(desk: Desk) -> None:
    stranger = desk.front.sign_in(desk.front.register())
    watch = services().watch
    watch.rules = {**watch.rules, "many-refusals": replace(watch.rules["many-refusals"], limit=5)}
    for _ in range(6):
        assert desk.call(stranger, "GET", f"/patients/{desk.owner.id}/visits").status in {403, 404}
    reply = desk.call(stranger, "GET", "/me")
    assert (reply.status, reply.code) == (401, "session-blocked")
    assert desk.call(stranger, "GET", f"/patients/{desk.owner.id}/visits").code == "session-blocked"
    blocked = stranger.extra["session_id"]
    again = desk.front.sign_in(Person(stranger.id, stranger.phone, stranger.email, stranger.snils))
    desk.ok(again, "POST", f"/me/sessions/{blocked}/unblock")
    assert desk.call(stranger, "GET", "/me").status == 200
    lines = desk.ok(again, "GET", "/me/sign-ins")["items"]
    assert [line["outcome"] for line in lines] == ["entered", "entered"]
    reported = desk.ok(again, "POST", f"/me/sign-ins/{lines[1]['sign_in_id']}/report")
    assert reported["session_ended"]
    assert desk.call(stranger, "GET", "/me").code == "session-ended"


@pytest.mark.requirement("ID-9", "ID-11")
def test_a_token_on_another_device_is_worth_nothing(desk: Desk) -> None:
    person = desk.front.register()
    begun = desk.ok(None, "POST", "/sessions", {"login": person.phone, "password": "Demo-Card-2026"})
    desk.ok(None, "POST", f"/sessions/{begun['challenge_id']}/sms")
    answer = {"factor": "sms", "code": desk.front.code(person.phone)}
    path = f"/sessions/{begun['challenge_id']}/factor"
    person.token = desk.ok(None, "POST", path, answer, X_Device_ID="own-device")["access_token"]
    assert desk.call(person, "GET", "/me", X_Device_ID="own-device").status == 200
    assert desk.call(person, "GET", "/me", X_Device_ID="another").code == "session-blocked"
    assert desk.call(person, "GET", "/me", X_Device_ID="own-device").code == "session-blocked"


def test_a_new_password(desk: Desk) -> None:
    person = desk.front.sign_in(desk.front.register())
    other = desk.front.sign_in(Person(person.id, person.phone, person.email, person.snils))
    change = {"old_password": "Demo-Card-2026", "new_password": NEW_PASSWORD}
    assert desk.call(other, "PUT", "/me/password", {**change, "old_password": "wrong"}).status == 401
    desk.ok(other, "PUT", "/me/password", change)
    assert desk.call(other, "GET", "/me").status == 200
    assert desk.call(person, "GET", "/me").code == "session-ended"
