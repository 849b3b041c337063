"""The patient summary as an IPS document: sections, references, narratives; nothing that nobody said (PRT-1)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.interop.ips import PROFILE, SECTIONS, document, sections
from chalicelib.interop.mapping.people import patient
from chalicelib.interop.mapping.rules import every
from chalicelib.interop.mapping.showing import shown
from chalicelib.interop.r4 import validator
from chalicelib.ports.resources import Resource
from tests.r4_examples import MODULES, examples
from tests.unit.mapping_samples import PATIENT, bodies, record

pytestmark = pytest.mark.requirement("PRT-1")

NOW = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)
WHO = patient(PATIENT, {"last_name": "Иванова", "first_name": "Анна", "birth_date": "1980-01-01"}, 1)
IPS = MODULES / "hl7.fhir.uv.ips"


def everything() -> list[Resource]:
    """All kinds of record of one card, each as it is shown."""
    found: list[Resource] = []
    for number, (kind, body) in enumerate(bodies().items()):
        one = record(kind, body, status={"state": "active"})
        found += shown(PATIENT, {**one, "id": one["id"][:-2] + f"{number:02x}"})
    return found


def composition(whole: Resource) -> Resource:
    first: Resource = whole["entry"][0]["resource"]
    return first


def profile() -> dict[str, dict[str, Any]]:
    """Sections as the official profile has them: by code, ``required`` and the types of entries."""
    elements = json.loads((IPS / "StructureDefinition-Composition-uv-ips.json").read_text())["differential"]["element"]
    by_id = {one["id"]: one for one in elements}
    found = {}
    for name in (one for one in by_id if one.startswith("Composition.section:") and one.count(".") == 1):
        code = by_id[f"{name}.code"]["patternCodeableConcept"]["coding"][0]["code"]
        targets = every(by_id.get(f"{name}.entry", {}), "type.targetProfile")
        types = {str(target).rpartition("/")[2] for target in targets}
        found[code] = {"required": by_id[name]["min"] == 1, "types": types}
    return found


def test_sections_are_those_of_the_official_profile() -> None:
    official = profile()
    assert {one.code for one in SECTIONS if one.required} == {c for c, one in official.items() if one["required"]}
    for section in SECTIONS:
        assert set(section.types) <= official[section.code]["types"], section.name


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_full_card(language: str) -> None:
    whole = document(WHO, everything(), NOW, language)
    assert validator().problems(whole) == []
    placed = {one["fullUrl"]: one["resource"] for one in whole["entry"]}
    assert len(placed) == len(whole["entry"])
    first = composition(whole)
    assert placed[first["subject"]["reference"]]["resourceType"] == "Patient"
    assert {one["code"]["coding"][0]["code"] for one in first["section"]} == {one.code for one in SECTIONS} - {
        "11348-0"
    }
    types = {code: one["types"] for code, one in profile().items()}
    for section in first["section"]:
        listed = [placed[one["reference"]]["resourceType"] for one in section["entry"]]
        assert set(listed) <= types[section["code"]["coding"][0]["code"]]
    report = next(one for one in placed.values() if one["resourceType"] == "DiagnosticReport")
    assert all(one["reference"] in placed for one in report["result"])
    assert all(
        one["subject"]["reference"] == first["subject"]["reference"] for one in placed.values() if "subject" in one
    )


def test_an_empty_card_says_that_nothing_is_known_and_not_that_there_is_nothing() -> None:
    whole = document(WHO, [], NOW, "en")
    assert validator().problems(whole) == []
    assert [one["emptyReason"]["coding"][0]["code"] for one in composition(whole)["section"]] == ["unavailable"] * 3
    assert len(whole["entry"]) == 3


def test_what_a_sender_wrote_is_text_and_no_mark_up() -> None:
    evil = {"resourceType": "AllergyIntolerance", "id": "1", "code": {"text": "<script>alert('x')</script>"}}
    whole = document(WHO, [evil], NOW, "ru")
    [section] = [one for one in composition(whole)["section"] if "entry" in one]
    assert "<script>" not in section["text"]["div"]
    assert "&lt;script&gt;" in section["text"]["div"]


def test_what_is_over_or_wrong_is_not_said_to_be_so_now() -> None:
    def condition(number: int, state: str, verified: str = "confirmed") -> Resource:
        made: Resource = {"resourceType": "Condition", "id": f"{number}", "code": {"text": "x"}}
        made["clinicalStatus"] = {"coding": [{"code": state}]}
        return {**made, "verificationStatus": {"coding": [{"code": verified}]}}

    found = sections([condition(1, "active"), condition(2, "resolved"), condition(3, "active", "entered-in-error")])
    assert [one["id"] for one in found["problems"]] == ["1"]
    assert [one["id"] for one in found["past-problems"]] == ["2"]
    over = {"resourceType": "MedicationStatement", "id": "4", "status": "completed"}
    assert not any(sections([over]).values())


def test_the_same_resource_has_the_same_address_in_every_document() -> None:
    once, again = (document(WHO, everything(), NOW, "ru") for _ in range(2))
    first, second = ([one["fullUrl"] for one in whole["entry"]] for whole in (once, again))
    assert first[1:] == second[1:]
    assert (first[0] != second[0], once["identifier"] != again["identifier"]) == (True, True), "a document of its own"


DOCTORS_CHOICE = {("Condition", "functional-status")}
"""An active condition that a doctor put there; to us only a disability says so itself, the rest are problems."""


def test_official_summaries_are_sorted_as_their_authors_did() -> None:
    """What an official document lists stands in the same section here, or in none (a medicine that was stopped)."""
    by_code, seen = {one.code: one.name for one in SECTIONS}, 0
    for whole in (one.resource for one in examples("Bundle")):
        if f"{PROFILE}/Bundle-uv-ips" not in whole.get("meta", {}).get("profile", []):
            continue
        places = {entry["fullUrl"]: entry["resource"] for entry in whole["entry"]}
        ours = sections(list(places.values()))
        for section in composition(whole)["section"]:
            name = by_code.get(section["code"]["coding"][0]["code"], "")
            for reference in map(str, every(section, "entry.reference")):
                theirs = next(one for url, one in places.items() if url.endswith(reference))
                mine = [known for known, listed in ours.items() if theirs in listed]
                if name and mine and (theirs["resourceType"], name) not in DOCTORS_CHOICE:
                    assert mine == [name], theirs["id"]
                    seen += 1
    assert seen > 30
