"""Lines of the service's metrics over a journey through the front door (ANA-2): names of the source, and numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.handlers import measuring
from chalicelib.handlers.endpoints import ENDPOINTS
from chalicelib.ports import service_lines
from chalicelib.ports.service_lines import UNKNOWN, Measure
from local.metrics import Metrics, as_page
from tests.emf import directives
from tests.functional.front import Front

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("ANA-2", "SEC-3")]

FUNCTION = "medkarta-APIHandler-1"
NUMBERS = set(service_lines.UNITS)


@pytest.fixture
def lines() -> Iterator[list[str]]:
    found: list[str] = []

    def keep(measure: Measure) -> None:
        found.append(measure.line(FUNCTION, 0))

    measuring.PROCESS.listeners.append(keep)
    yield found
    measuring.PROCESS.listeners.remove(keep)


def test_the_local_page_shows_what_was_asked(front: Front) -> None:
    """As the listener of the local system hears of it."""
    measures = Metrics()
    measuring.PROCESS.listeners.append(measures.heard)
    try:
        front.call("GET", "/api/v1/me")
        front.ok("GET", "/.well-known/jwks.json")
    finally:
        measuring.PROCESS.listeners.remove(measures.heard)
    requests, runs = measures.tables()
    assert {name: (count, refused, failed) for name, count, refused, failed, *_ in requests} == {
        "profile-read": ("1", "1", "0"),
        "jwks": ("1", "0", "0"),
    }
    assert runs == []
    assert "profile-read" in as_page(measures).decode()


def test_no_line_of_a_journey_says_more_than_names_of_the_source(front: Front, lines: list[str]) -> None:
    person = front.patient()
    front.ok("GET", "/api/v1/me", token=person.token)
    card = f"/api/v1/patients/{person.id}"
    front.ok("GET", f"{card}/laboratory-results", token=person.token)
    assert front.call("GET", f"{card}/laboratory-results/none", token=person.token).status == 404
    assert front.call("GET", f"{card}/vital-signs", token="wrong").status == 401  # no token at all
    assert front.call("GET", f"/api/v1/me/{person.snils}/{person.phone}", token=person.token).status >= 404
    front.pump()
    found = [json.loads(line) for line in lines]
    for line in lines:
        directives(line)
    operations = {endpoint.operation for endpoint in ENDPOINTS} | {UNKNOWN}
    triggers = {config.name for config in front.app.event_sources}
    allowed: dict[str, set[Any]] = {
        "FunctionName": {FUNCTION},
        "Operation": operations,
        "Trigger": triggers,
        "StatusClass": {"2xx", "4xx"},
    }
    for line in found:
        for name, value in line.items():
            if name != "_aws":
                assert type(value) in {int, float} if name in NUMBERS else value in allowed[name]
    asked = {line["Operation"]: line["StatusClass"] for line in found if "Operation" in line}
    assert asked["profile-read"] == "2xx"
    assert {line["Trigger"] for line in found if "Trigger" in line} >= {"on_card_change", "on_notice"}
    text = "".join(lines)
    for secret in (person.id, person.snils, person.phone, person.email, person.token, person.extra["session_id"]):
        assert secret not in text
