"""Records of another clinic and the policy's standing, through the front door (ACT-3, ACT-4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.handlers.events import check_policies, gather
from local.fhir_source import NAME, FhirSource
from tests.functional.events import deliver_audit
from tests.functional.front import Front, Person
from tests.functional.gathering import BORN, connected

pytestmark = pytest.mark.xdist_group("functional-gathering")

EVENT: dict[str, Any] = {"id": "e", "account": "0", "time": "t", "region": "r", "resources": [], "detail": {}}
EVENT |= {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event"}
KINDS = ("allergies", "vital-signs", "laboratory-results", "visits")


@pytest.fixture(scope="module")
def clinic(front: Front) -> Iterator[FhirSource]:
    with connected() as clinic:
        yield clinic


@pytest.fixture(scope="module")
def patient(front: Front, clinic: FhirSource) -> Person:
    """Somebody whom the other clinic knows, with a card that was just opened."""
    person = front.patient()
    clinic.people[person.snils] = BORN
    front.pump()
    return person


@dataclass(frozen=True)
class First:
    """What a person saw of the first run: the source before and after, what was worked, the notices."""

    before: dict[str, Any]
    worked: dict[str, int]
    after: dict[str, Any]
    events: list[str]


@pytest.fixture(scope="module")
def first(front: Front, patient: Person) -> First:
    def source() -> dict[str, Any]:
        [one] = front.ok("GET", "/api/v1/me/sources", token=patient.token)["items"]
        return one

    before, worked = source(), gather(EVENT, None)
    after = source()
    front.pump()
    notices = front.ok("GET", "/api/v1/me/notices", token=patient.token)["items"]
    return First(before, worked, after, [notice["event"] for notice in notices])


@pytest.mark.requirement("ACT-3")
def test_after_activation_records_come_by_themselves(front: Front, patient: Person, first: First) -> None:
    assert (first.before["name"], first.before["state"]) == (NAME, "waiting")
    assert first.worked == {"worked": 1, "failed": 0, "files_taken": 0, "files_refused": 0, "files_failed": 0}
    source = first.after
    assert source["state"] == "done"
    assert {name: n for name, n in source["counts"].items() if n} == {"added": 6, "unmapped": 2}
    base = f"/api/v1/patients/{patient.id}"
    found = {kind: front.ok("GET", f"{base}/{kind}", token=patient.token)["items"] for kind in KINDS}
    assert {kind: len(items) for kind, items in found.items()} == dict(zip(KINDS, (1, 2, 2, 1), strict=True))
    for items in found.values():
        assert all(item["source"] == "connected" and item["provenance"]["source"] == NAME for item in items)
    kept = front.ok("GET", "/api/v1/me/unmapped", token=patient.token)["items"]
    assert sorted(item["reason"] for item in kept) == ["no-rule", "unit"]
    assert first.events.count("source_gathered") == 1
    for kind in ("visits", "laboratory-results"):
        document = f"{base}/{kind}/{found[kind][0]['id']}/document"
        assert front.call("GET", document, token=patient.token, Accept="application/pdf").raw[:5] == b"%PDF-"


@pytest.mark.requirement("ACT-3", "AUD-4")
@pytest.mark.usefixtures("first")
def test_the_log_knows_every_version_that_came(front: Front, patient: Person) -> None:
    deliver_audit()
    officer = front.system_officer()
    checked = front.ok("POST", "/api/v1/audit/checks", {"patient_id": patient.id}, token=officer.token)
    assert (checked["versions"], checked["findings"]) == (6, [])


@pytest.mark.requirement("ACT-3")
@pytest.mark.usefixtures("first")
def test_asked_again_switched_off_and_shown_with_its_error(front: Front, clinic: FhirSource, patient: Person) -> None:
    place = f"/api/v1/me/sources/{NAME}"
    clinic.faults = {"busy"}
    assert front.call("POST", f"{place}/refresh", token=patient.token).status == 202
    gather(EVENT, None)
    clinic.faults = set()
    [source] = front.ok("GET", "/api/v1/me/sources", token=patient.token)["items"]
    assert source["last_error"]["code"] == "source-unavailable"
    assert front.ok("PUT", place, {"paused": True}, token=patient.token)["state"] == "paused"
    again = front.call("POST", f"{place}/refresh", token=patient.token)
    assert (again.status, again.code) == (409, "wrong-state")
    assert front.ok("PUT", place, {"paused": False}, token=patient.token)["state"] == "waiting"
    gather(EVENT, None)
    [source] = front.ok("GET", "/api/v1/me/sources", token=patient.token)["items"]
    assert source["state"] == "done"
    unknown = front.call("POST", "/api/v1/me/sources/nobody/refresh", token=patient.token)
    assert (unknown.status, unknown.code) == (404, "not-found")
    assert front.call("PUT", place, {"paused": "?"}, token=patient.token).status == 422


@pytest.mark.requirement("ACT-4")
def test_the_policy_is_checked_by_itself_at_wish_and_seen_by_a_registrar(front: Front, patient: Person) -> None:
    assert check_policies(EVENT, None) == {
        "checked": 1,
        "failed": 0,
        "added": 0,
        "closed": 0,
        "bulletins": 0,
        "offered_days": 0,
    }
    mine = front.ok("GET", "/api/v1/me/policy", token=patient.token)
    assert (mine["policy_status"], len(mine["oms_policy"])) == ("active", 16)
    assert front.ok("POST", "/api/v1/me/policy/check", token=patient.token)["policy_status"] == "active"
    registrar = front.staff("registrar")
    seen = front.ok("GET", f"/api/v1/patients/{patient.id}/policy", token=registrar.token)
    assert seen["oms_policy"] == mine["oms_policy"]
    assert front.call("GET", f"/api/v1/patients/{registrar.id}/policy", token=registrar.token).status == 404
