"""The load of a clinic through the front door (ANA-2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.handlers.events import rebuild_load
from local.clinic_month import Clinic, live, quiet
from tests.functional.front import Front, Person, Reply
from tests.functional.story import pump
from tests.functional.test_schedules import today

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("ANA-2")]

BASE = "/api/v1/load"


class Lived:
    """Six weeks of a doctor to whom few people come."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.id = front.organisation("Поликлиника № 8")
        self.boss, self.doctor = front.staff("administrator", self.id), front.staff("doctor", self.id)
        few = replace(quiet(self.doctor.member, self.doctor.id), hours=(("09:00", "13:00"),), slot_minutes=45)
        self.last = today() - timedelta(days=1)
        self.first = self.last - timedelta(days=41)
        tables = services().tables
        self.visits = live(tables, Clinic(self.id, (few,)), self.first, self.last)
        services().load_offers.run()
        pump()

    def call(self, path: str, who: Person, method: str = "GET", body: Any = None) -> Reply:
        return self.front.call(method, BASE + path, body, token=self.front.fresh(who.token))


@pytest.fixture(scope="module")
def lived(front: Front) -> Lived:
    return Lived(front)


def test_panels_count_what_was_lived(lived: Lived) -> None:
    span = f"from={lived.last - timedelta(days=34)}&to={lived.last}"
    shown = lived.call(f"/days?{span}", lived.boss).body
    seen = [one for one in lived.visits if (today() - one.start.date()).days <= 35]
    assert shown["total"]["bookings"] == len(seen) > 20
    assert shown["total"]["visits"] == sum(one.state == "fulfilled" for one in seen)
    assert 20 < shown["total"]["slot_use_percent"] < 55
    assert len(shown["periods"]) == 35
    assert [one["member_id"] for one in shown["doctors"]] == [lived.doctor.member]
    assert lived.call(f"/days?{span}", lived.doctor).body["total"] == shown["total"]
    months = lived.call(f"/months?from={lived.first}&to={today()}", lived.boss).body
    assert months["total"]["bookings"] == len(lived.visits)
    before = rebuild_load({"organisation_id": lived.id}, None)
    assert (before["counted"], before["corrected"], before["left"]) == (0, 0, 0)
    assert before["seen"] > len(lived.visits)


def test_nothing_is_zero_and_what_is_wrong_is_named(lived: Lived) -> None:
    empty = lived.call("/months?from=2019-01-01&to=2019-12-31", lived.boss).body
    assert (len(empty["periods"]), empty["total"]["bookings"], empty["total"]["wait_hours"]) == (12, 0, None)
    assert lived.call("/days", lived.boss).status == 200
    for query, field, code in (
        ("from=2026-02-30", "?from", "format"),
        ("to=tomorrow", "?to", "format"),
        ("from=2026-03-02&to=2026-03-01", "?to", "order"),
        ("from=2026-01-01&to=2026-03-01", "?to", "range"),
        ("from=0001-01-01&to=9999-12-31", "?to", "range"),
    ):
        reply = lived.call(f"/days?{query}", lived.boss)
        assert (reply.status, reply.code) == (422, "invalid-fields")
        assert [(one["field"], one["code"]) for one in reply.body["fields"]] == [(field, code)]
        assert reply.body["fields"][0]["message_ru"] != reply.body["fields"][0]["message"]


def test_others_see_their_own_or_nothing(lived: Lived) -> None:
    elsewhere, registrar = lived.front.staff("administrator"), lived.front.staff("registrar", lived.id)
    span = f"from={lived.last - timedelta(days=10)}&to={lived.last}"
    assert lived.call(f"/days?{span}&member_id={lived.doctor.member}", elsewhere).body["total"]["bookings"] == 0
    assert lived.call("/proposals", elsewhere).body["items"] == []
    assert lived.call("/days", registrar).status == 403
    assert lived.call("/proposals", lived.doctor).status == 403
    colleague = lived.front.staff("doctor", lived.id)
    assert lived.call(f"/days?member_id={lived.doctor.member}", colleague).status == 403
    assert lived.call(f"/days?{span}", colleague).body["total"]["bookings"] == 0


def test_a_proposal_is_decided_by_a_person(lived: Lived) -> None:
    shown = lived.call("/proposals", lived.boss).body
    (found,) = shown["items"]
    assert (found["kind"], found["decision"], len(found["schedules"])) == ("fewer", None, 1)
    path = f"/proposals/{found['id']}/decision"
    assert lived.call(path, lived.boss, "PUT", {"decision": "perhaps"}).code == "invalid-fields"
    assert lived.call("/proposals/none/decision", lived.boss, "PUT", {"decision": "accepted"}).status == 404
    said = lived.call(path, lived.boss, "PUT", {"decision": "dismissed"}).body
    assert said["decision"]["decision"] == "dismissed"
    assert lived.call(path, lived.boss, "PUT", {"decision": "accepted"}).body["decision"]["by"] == lived.boss.id
    (again,) = lived.call("/proposals", lived.boss).body["items"]
    assert {**again, "decision": None} == found
