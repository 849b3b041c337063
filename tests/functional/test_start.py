"""The first page of the own cabinet in one answer (UX-1)."""

from __future__ import annotations

import pytest

from tests.functional.front import Front, Person

pytestmark = [pytest.mark.xdist_group("functional-start"), pytest.mark.requirement("UX-1")]

PATH = "/api/v1/me/start"


@pytest.fixture
def anna(front: Front) -> Person:
    person = front.patient()
    front.consent(person, front.staff("doctor"))
    front.pump()
    return person


def test_it_says_what_the_overview_the_appointments_and_the_inbox_say(front: Front, anna: Person) -> None:
    start = front.ok("GET", PATH, token=anna.token)
    assert start["overview"] == front.ok("GET", f"/api/v1/patients/{anna.id}/overview", token=anna.token)
    assert start["appointments"] == front.ok("GET", "/api/v1/me/appointments", token=anna.token)["items"]
    assert start["unread"] == front.ok("GET", "/api/v1/me/inbox", token=anna.token)
    assert start["notices"] == front.ok("GET", "/api/v1/me/notices?unread=true&limit=5", token=anna.token)["items"]
    assert start["notices"]


def test_notices_that_were_read_are_not_in_it(front: Front, anna: Person) -> None:
    newest = front.ok("GET", PATH, token=anna.token)["notices"][0]
    assert front.call("POST", f"/api/v1/me/notices/{newest['id']}/read", token=anna.token).status == 204
    left = front.ok("GET", PATH, token=anna.token)
    assert newest["id"] not in [notice["id"] for notice in left["notices"]]


def test_without_a_card_there_is_none(front: Front) -> None:
    boris = front.sign_in(front.register())
    refused = front.call("GET", PATH, token=boris.token)
    assert refused.status in {403, 409}
