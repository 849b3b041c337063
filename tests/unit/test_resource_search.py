"""Search of FHIR over a card in memory: whose, pages, order, what comes along, who sees what, and what it costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.identity import Role
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import (
    AccessDeniedError,
    ResourceTypeUnknownError,
    SearchPatientNeededError,
    SearchTooCostlyError,
    UnavailableError,
)
from chalicelib.services.resource_search import (
    Found,
    SummaryService,
    Wanted,
    searching,
)
from tests.effort import tried
from tests.resource_search_world import SearchWorld, consent
from tests.resource_world import GLEB, VERA, practitioner, weight

CARD = card_resource_id(VERA)
WHOSE = f"patient={CARD}"


@pytest.fixture
def world() -> SearchWorld:
    return SearchWorld()


def ids(found: Found) -> list[str]:
    return [one["id"] for one in found.hits]


def pages(world: SearchWorld, kind: str, *texts: str, between: Any = lambda: None) -> list[list[str]]:
    found = world.find(kind, *texts)
    read = [ids(found)]
    while found.after is not None:
        between()
        found = world.find(kind, *texts, after=found.after)
        read.append(ids(found))
    return read


@pytest.mark.requirement("PRT-2")
def test_newest_first_in_pages_that_meet_without_gap(world: SearchWorld) -> None:
    made = world.weights(7)
    read = pages(world, "Observation", WHOSE, "_count=3")
    assert [one for page in read for one in page] == made[::-1]
    assert [len(page) for page in read][:2] == [3, 3]


def test_what_comes_in_between_pages_is_not_told_twice_and_hides_nothing(world: SearchWorld) -> None:
    made = world.weights(6)
    new = iter(("2026-02-01T10:00:00Z", "2025-01-03T12:00:00Z", "2024-01-01T10:00:00Z"))

    def arrive() -> None:
        if (at := next(new, None)) is not None:
            world.deliver(weight(50, effectiveDateTime=at))

    read = [one for page in pages(world, "Observation", WHOSE, "_count=2", between=arrive) for one in page]
    assert len(read) == len(set(read))
    assert [one for one in read if one in made] == made[::-1]


def test_filters_order_and_totals(world: SearchWorld) -> None:
    made = world.weights(5)
    assert ids(world.find("Observation", WHOSE, "value-quantity=gt62")) == [made[4], made[3]]
    assert ids(world.find("Observation", WHOSE, "date=ge2025-01-02", "date=lt2025-01-04")) == [made[2], made[1]]
    assert ids(world.find("Observation", WHOSE, "code:not=3141-9")) == []
    sorted_up = world.find("Observation", WHOSE, "_sort=value-quantity", "_count=2", "_total=accurate")
    assert (ids(sorted_up), sorted_up.total) == (made[:2], 5)
    further = world.find("Observation", WHOSE, "_sort=value-quantity", "_count=2", after=sorted_up.after)
    assert ids(further) == made[2:4]
    counted = world.find("Observation", WHOSE, "_summary=count")
    assert (counted.total, counted.hits) == (5, [])
    assert world.find("Observation", WHOSE, "_total=accurate", "_count=2").total == 5


def test_by_id_it_costs_one_read_and_says_whose_it_is(world: SearchWorld) -> None:
    made = world.weights(3)
    world.tables.calls.clear()
    assert ids(world.find("Observation", f"_id={made[1]}")) == [made[1]]
    assert "query" not in world.tables.calls
    assert set(ids(world.find("Observation", f"_id={made[0]},{made[2]}"))) == {made[0], made[2]}
    assert ids(world.find("Observation", f"_id={made[1]}", WHOSE, "value-quantity=1")) == []


@pytest.mark.requirement("PRT-1", "PRT-2")
def test_a_partner_sees_its_own_deliveries_and_by_consent_the_rest(world: SearchWorld) -> None:
    world.weights(2)
    other = world.partner("lab", Role.LABORATORY)
    theirs = world.deliver(weight(99), other).resource["id"]
    before = len(world.tables.calls)
    assert ids(world.find("Observation", WHOSE, actor=other)) == [theirs]
    assert len(world.tables.calls) > before
    consent(world, other, sections=["results", "vital-signs"])
    assert len(ids(world.find("Observation", WHOSE, actor=other))) == 3
    consent(world, other, sections=["allergies"])
    assert ids(world.find("Observation", WHOSE, actor=other)) == [theirs]


def test_an_insurer_without_consent_is_refused_and_the_owner_told(world: SearchWorld) -> None:
    world.weights(1)
    insurer = world.partner("insurer", Role.INSURER)
    with pytest.raises(AccessDeniedError):
        world.find("Observation", WHOSE, actor=insurer)
    assert world.audit.events[-1].outcome == "denied"


@pytest.mark.requirement("AUD-1")
def test_the_entry_stands_before_anything_is_opened(world: SearchWorld) -> None:
    world.weights(1)
    world.audit.fail_next()
    with pytest.raises(UnavailableError):
        world.find("Observation", WHOSE)
    world.find("Observation", WHOSE)
    assert world.audit.events[-1].action == "resource-search:list"


def test_the_patient_needs_no_parameter_and_others_do(world: SearchWorld) -> None:
    made = world.weights(1)
    assert ids(world.find("Observation", actor=world.vera)) == made
    with pytest.raises(SearchPatientNeededError):
        world.find("Observation", "code=1")
    with pytest.raises(ResourceTypeUnknownError):
        world.find("Dragon")
    assert ids(world.find("Observation", "patient=nobody-has-this")) == []


def test_what_resources_refer_to_and_what_refers_to_them_comes_along(world: SearchWorld) -> None:
    doctor = world.deliver(practitioner()).resource["id"]
    result = world.deliver(weight(1, performer=[{"reference": f"Practitioner/{doctor}"}])).resource["id"]
    report = world.deliver(
        {
            "resourceType": "DiagnosticReport",
            "status": "final",
            "code": {"text": "Анализ"},
            "subject": {"reference": f"Patient/{CARD}"},
            "effectiveDateTime": "2026-03-01",
            "result": [{"reference": f"Observation/{result}"}],
        }
    ).resource["id"]
    found = world.find("DiagnosticReport", WHOSE, "_include=DiagnosticReport:result")
    assert (ids(found), [one["id"] for one in found.included]) == ([report], [result])
    found = world.find("Observation", WHOSE, "_include=Observation:performer", "_revinclude=DiagnosticReport:result")
    assert {one["id"] for one in found.included} == {doctor, report}
    narrow = world.weaker("system/Observation.rs")
    assert world.find("Observation", WHOSE, "_revinclude=DiagnosticReport:result", actor=narrow).included == []


def test_the_directory_is_searched_without_a_patient(world: SearchWorld) -> None:
    made = [
        world.deliver(practitioner(str(number), name)).resource["id"] for number, name in enumerate(["Орлова", "Ежов"])
    ]
    assert set(ids(world.find("Practitioner"))) == set(made)
    assert ids(world.find("Practitioner", "name=еж")) == [made[1]]
    assert ids(world.find("Practitioner", "identifier=urn:mis:staff|0")) == [made[0]]
    assert ids(world.find("Practitioner", actor=world.partner("stranger"))) == []


@pytest.mark.requirement("SEC-3")
def test_patients_are_found_among_those_the_caller_may_see(world: SearchWorld) -> None:
    world.patient(GLEB)
    assert ids(world.find("Patient", actor=world.vera)) == [CARD]
    assert ids(world.find("Patient")) == []
    assert ids(world.find("Patient", f"_id={CARD}")) == []
    consent(world, world.system, sections=[])
    assert ids(world.find("Patient")) == [CARD]
    assert ids(world.find("Patient", f"_id={CARD},{card_resource_id(GLEB)}")) == [CARD]
    assert ids(world.find("Patient", "family=нетакой")) == []
    assert "identifier" in world.find("Patient", actor=world.vera).hits[0]
    assert [one["system"] for one in world.find("Patient").hits[0]["identifier"]] == ["urn:medkarta:card"]
    denied = [one for one in world.audit.events if one.outcome == "denied"]
    assert denied == []


def test_what_needs_all_of_a_large_card_is_refused_and_a_page_is_short(
    world: SearchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.weights(6)
    monkeypatch.setattr(searching, "OPENED", 4)
    with pytest.raises(SearchTooCostlyError):
        world.find("Observation", WHOSE, "_sort=value-quantity")
    with pytest.raises(SearchTooCostlyError):
        world.find("Observation", WHOSE, "_summary=count")
    found = world.find("Observation", WHOSE, "value-quantity=60")
    assert (ids(found), found.after is not None) == ([], True)
    assert ids(world.find("Observation", WHOSE, "value-quantity=60", after=found.after)) == [made[0]]


@pytest.mark.requirement("PRT-2")
def test_everything_page_by_page_and_within_bounds(world: SearchWorld) -> None:
    made = world.weights(5)
    consent(world, world.system, sections=[])
    found = world.everything.page(world.system, VERA, Wanted(count=2), None)
    assert found.hits[0]["resourceType"] == "Patient"
    read = ids(found)[1:]
    while found.after is not None:
        found = world.everything.page(world.system, VERA, Wanted(count=2), found.after)
        read += ids(found)
    assert read == made[::-1]
    span = Wanted(10, start=datetime(2025, 1, 2, tzinfo=UTC), end=datetime(2025, 1, 4, tzinfo=UTC))
    assert ids(world.everything.page(world.system, VERA, span, None))[1:] == [made[2], made[1]]
    only = Wanted(10, types=frozenset({"Condition"}))
    assert world.everything.page(world.system, VERA, only, None).hits == []
    since = Wanted(10, since=world.clock() + timedelta(days=1))
    assert len(world.everything.page(world.system, VERA, since, None).hits) == 1


def test_a_summary_takes_what_the_caller_may_see(world: SearchWorld) -> None:
    made = world.weights(2)
    given: list[Any] = []

    def compose(patient: Any, resources: Any, now: Any, language: str) -> Any:
        given.append((patient["id"], [one["id"] for one in resources], language))
        return {"resourceType": "Bundle"}

    service = SummaryService(world.search_tools, compose)
    assert service.of(world.vera, VERA, "en") == {"resourceType": "Bundle"}
    assert given == [(CARD, made[::-1], "en")]


@given(st.lists(st.integers(1, 28), min_size=1, max_size=12), st.integers(1, 5))
@settings(max_examples=tried(12), deadline=None)
def test_all_pages_together_are_everything_once(days: list[int], count: int) -> None:
    world = SearchWorld()
    made = {world.deliver(weight(day, effectiveDateTime=f"2026-02-{day:02d}T10:00:00Z")).resource["id"] for day in days}
    read = [one for page in pages(world, "Observation", WHOSE, f"_count={count}") for one in page]
    assert len(read) == len(made)
    assert set(read) == made


def test_a_token_for_one_type_reads_no_others_in_everything(world: SearchWorld) -> None:
    world.weights(1)
    narrow = replace(world.system, scopes=frozenset({"system/Patient.r", "system/Condition.rs"}))
    assert world.everything.page(narrow, VERA, Wanted(10), None).hits == []
