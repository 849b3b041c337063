"""APT-3 through the front door: written down, planned, told of, marked, silenced."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.ports import keys
from chalicelib.ports.timers import set_timer, timer_of
from tests.functional.front import Front, Person
from tests.functional.timers import ring

pytestmark = [pytest.mark.xdist_group("functional-reminders"), pytest.mark.requirement("APT-3")]

NOW = datetime.now(UTC)
TODAY = NOW.date()
MARKS = "/api/v1/me/intakes"


class Scene:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient, self.doctor = front.patient(), front.staff("doctor")
        front.consent(self.patient, self.doctor)

    def written(self, collection: str, body: dict[str, Any], who: Person) -> str:
        body = {"occurred_at": (NOW - timedelta(hours=1)).isoformat(), **body}
        path = f"/api/v1/patients/{self.patient.id}/{collection}"
        made = self.front.ok("POST", path, body, token=who.token, Idempotency_Key=self.front.key())
        self.front.pump()
        return str(made["id"])

    def takes(self, **changes: Any) -> str:
        drug = {"inn": "Метформин", "form": "таблетки", "strength": "500 мг"}
        body = {"drug": drug, "dosage": "по 1 таблетке", "started_on": TODAY.isoformat(), **changes}
        return self.written("medication-statements", {"intake": {"times": ["08:00", "20:00"]}, **body}, self.patient)

    def called(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.front.call(method, path, body, token=self.patient.token, **headers)

    def coming(self) -> list[Any]:
        return list(self.front.ok("GET", "/api/v1/me/reminders?limit=100", token=self.patient.token)["items"])

    def rung(self, topic: str, subject: str) -> list[str]:
        """What the cabinet says when the timer has come, and the trigger has run twice."""
        tables = services().tables
        row = tables.get(keys.timer(self.patient.id, topic, subject))
        assert row is not None
        now = services().clock()
        tables.commit(set_timer(replace(timer_of(row), due=now), now))
        ring()
        ring()
        self.front.pump()
        found = self.front.ok("GET", "/api/v1/me/notices?limit=100", token=self.patient.token)["items"]
        return [notice["event"] for notice in found]


@pytest.fixture(scope="module")
def scene(front: Front) -> Scene:
    return Scene(front)


def test_an_intake_is_told_of_once_marked_and_planned_again(scene: Scene) -> None:
    record = scene.takes()
    [planned] = [line for line in scene.coming() if line["about"].get("id") == record]
    assert (planned["topic"], planned["muted"]) == ("intake", False)
    assert scene.rung("intake", record).count("intake_due") == 1
    [after] = [line for line in scene.coming() if line["about"].get("id") == record]
    assert after["when"] > planned["when"]
    said = {"medication_statement": record, "when": NOW.isoformat(), "state": "taken"}
    key = scene.front.key()
    first = scene.called("POST", MARKS, said, Idempotency_Key=key)
    again = scene.called("POST", MARKS, said, Idempotency_Key=key)
    assert (first.status, again.status, again.headers.get("idempotent-replay")) == (201, 201, "true")
    [day] = scene.called("GET", MARKS).body["items"]
    assert [(one["medication_statement"], one["state"]) for one in day["marks"]] == [(record, "taken")]
    far = scene.called("POST", MARKS, {**said, "when": "2020-01-01T00:00:00Z"}, Idempotency_Key=scene.front.key())
    assert (far.status, far.body["fields"][0]["field"]) == (422, "/when")


def test_a_silenced_medication_is_planned_and_not_told_of(scene: Scene) -> None:
    record = scene.takes()
    quiet = scene.called("PUT", f"{MARKS}/{record}/reminders", {"muted": True})
    assert (quiet.status, quiet.body["muted"]) == (200, True)
    before = scene.rung("intake", record).count("intake_due")
    assert before == 1  # that of the other one
    assert {line["about"]["id"]: line["muted"] for line in scene.coming() if line["topic"] == "intake"}[record] is True
    assert scene.called("PUT", f"{MARKS}/{'0' * 36}/reminders", {"muted": True}).status == 404


def test_a_planned_study_is_told_of_until_it_is_revoked(scene: Scene) -> None:
    body = {"doctor_name": "Петров Пётр", "study": "ЭГДС", "planned_for": (TODAY + timedelta(days=30)).isoformat()}
    record = scene.written("planned-studies", body, scene.doctor)
    # At night it waits for the morning, which the timer then says.
    told = scene.rung("test", record)
    row = services().tables.get(keys.timer(scene.patient.id, "test", record))
    assert row is not None
    assert ("test_soon" in told) != (datetime.fromisoformat(row["due"]) < NOW + timedelta(hours=11))
    path = f"/api/v1/patients/{scene.patient.id}/planned-studies/{record}"
    body |= {"occurred_at": NOW.isoformat(), "status": "revoked"}
    scene.front.ok("PUT", path, body, token=scene.doctor.token, If_Match='W/"1"')
    scene.front.pump()
    assert record not in [line["about"].get("id") for line in scene.coming()]


def test_a_consent_and_the_plan_of_vaccinations_are_in_the_list(scene: Scene) -> None:
    assert {"consent", "vaccination"} <= {line["topic"] for line in scene.coming()}
    first = scene.called("GET", "/api/v1/me/reminders?limit=1").body
    assert len(first["items"]) == 1
    second = scene.called("GET", f"/api/v1/me/reminders?limit=1&cursor={first['next']}").body
    assert second["items"] != first["items"]
