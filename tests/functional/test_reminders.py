"""APT-3 through the front door: written down, planned, told of, marked, silenced."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.no_show import shipped
from chalicelib.ports import keys
from chalicelib.ports.timers import set_timer, timer_of
from chalicelib.services.reminders import Choosing
from tests.functional.front import Front, Person
from tests.functional.test_appointments import Clinic
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


# --- one more of a visit


EXTRA = "/api/v1/me/reminders/extra"


@pytest.fixture
def everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the score, there is one more reminder."""
    monkeypatch.setitem(vars(services()), "choosing", Choosing("0.000001", shipped))
    monkeypatch.delitem(vars(services()), "extra_reminders", raising=False)
    monkeypatch.delitem(vars(services()), "reminders", raising=False)


@pytest.mark.requirement("ANA-3")
def test_one_more_reminder_is_explained_comes_and_is_switched_off(front: Front, everybody: None) -> None:
    clinic = Clinic(front)
    mine = Scene.__new__(Scene)
    mine.front, mine.patient = front, clinic.anna
    made = clinic.book(clinic.anna, clinic.slot(clinic.therapy, 9)).body
    [line] = [line for line in mine.coming() if line["topic"] == "visit-extra"]
    assert line["about"] == {"kind": "appointment", "id": made["id"]}
    assert all({"term", "ru", "en"} == set(why) for why in line["because"])
    said = mine.called("GET", EXTRA).body
    assert (said["available"], said["on"], [one["because"] for one in said["visits"]]) == (
        True,
        True,
        [line["because"]],
    )
    staff = clinic.call(clinic.registrar, "GET", clinic.of_schedule(f"/{made['id']}"))
    assert (staff.status, "because" in str(staff.body)) == (200, False)
    assert clinic.call(clinic.registrar, "GET", EXTRA).status == 403
    told = mine.rung("visit-extra", made["id"])
    waits = services().tables.get(keys.timer(clinic.anna.id, "visit-extra", made["id"])) is not None
    assert told.count("visit_ahead") == (not waits)  # at night it waits for the morning
    assert mine.called("PUT", EXTRA, {"on": "no"}).status == 422
    assert mine.called("PUT", EXTRA, {"on": False}).body == {"available": True, "on": False}
    clinic.cancel(clinic.anna, made)
    assert services().tables.get(keys.timer(clinic.anna.id, "visit-extra", made["id"])) is None
    again = clinic.book(clinic.anna, clinic.slot(clinic.therapy, 12)).body
    assert [line for line in mine.coming() if line["topic"] == "visit-extra"] == []
    assert mine.rung("visit-extra", again["id"]).count("visit_ahead") == (not waits)
    assert mine.called("GET", EXTRA).body == {"available": True, "on": False, "visits": []}
    assert mine.called("PUT", EXTRA, {"on": True}).body["on"] is True


@pytest.mark.requirement("ANA-3")
def test_without_a_threshold_there_is_none(scene: Scene) -> None:
    said = scene.called("GET", EXTRA).body
    assert (said["available"], said["visits"]) == (False, [])
