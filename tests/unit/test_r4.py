"""Validation of R4 resources: the official examples, and each rule broken alone (PRT-6)."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.exact_json import loads
from chalicelib.domain.fhir_identifiers import KINDS
from chalicelib.interop.r4 import plain, schema, validator
from chalicelib.interop.r4.elements import REFERENCE
from chalicelib.interop.r4.invariants import INVARIANTS
from infra.fhir_schema import TYPES
from tests.r4_cases import CASES
from tests.r4_examples import Example, examples
from tests.r4_small import GOOD, Case

pytestmark = pytest.mark.requirement("PRT-6")

NOT_SERVED = "holds a resource of a type that is not served"
REFUSED: dict[str, str] = {
    "Bundle-10bb101f-a121-4264-a920-67be9cb82c74": NOT_SERVED,
    "Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe": NOT_SERVED,
    "Bundle-conceptmaps": NOT_SERVED,
    "Bundle-externals": NOT_SERVED,
    "Bundle-hla-1": NOT_SERVED,
    "Bundle-registry": NOT_SERVED,
    "Bundle-terminologies": NOT_SERVED,
    "Bundle-ussg-fht": NOT_SERVED,
    "Communication-fm-solicited": NOT_SERVED,
    "Questionnaire-gcs": NOT_SERVED,
    "DeviceUseStatement-example": "target",
    "MedicationRequest-medrx0301": "target",
    "Observation-clinical-gender": "target",
    "Questionnaire-qs1": "required",  # items without linkId
    "Questionnaire-zika-virus-exposure-assessment": "txt-2",  # a narrative without a word
}
"""Official examples that break R4 or hold what is not served: the rule, or NOT_SERVED."""


def broken(resource: Any) -> set[str]:
    return {one.rule or one.code for one in validator().problems(resource)}


def test_official_examples_are_good_but_for_those_that_are_listed() -> None:
    found = {one.name: said for one in examples() if (said := broken(one.resource))}
    assert found.keys() == REFUSED.keys()
    for name, rules in found.items():
        assert rules == ({"type"} if REFUSED[name] == NOT_SERVED else {REFUSED[name]}), name


def test_there_is_an_example_of_every_type_that_is_served() -> None:
    assert {one.type for one in examples()} >= set(TYPES) - {"Parameters"}
    assert tuple(sorted(validator().types())) == TYPES


def test_the_cases_begin_with_good_resources() -> None:
    assert {name: said for name, one in GOOD.items() if (said := validator().problems(one))} == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.path}")
def test_each_rule_is_noticed_alone_and_where_it_is_broken(case: Case) -> None:
    problems = validator().problems(case.resource())
    assert [(one.path, one.rule or one.code) for one in problems] == [(case.path, case.rule)]
    assert problems[0].text
    assert problems[0].code in schema.definitions()["OperationOutcome_Issue"]["properties"]["code"]["enum"]
    assert re.search("[а-яё]", problems[0].text_ru) or case.rule == "code-invalid"


NEVER = {"ppc-2", "ppc-3", "ppc-4", "ppc-5"}
"""They ask for a scope of the system ``something``, which does not exist."""


def test_every_invariant_of_r4_is_asked_and_has_a_case() -> None:
    coded = {rule.name for rules in INVARIANTS.values() for rule in rules}
    cases = {case.rule for case in CASES}
    assert coded <= cases
    assert set(schema.rules()["invariants"]) - NEVER <= cases


def test_the_rules_name_definitions_and_elements_that_the_schema_has() -> None:
    """A misspelled name would never be asked."""
    for name, said in schema.rules().items():
        if name in {"types", "invariants"}:
            continue
        known = schema.definitions()[name]["properties"].keys()
        assert {*said.get("needs", ()), *said.get("targets", {}), *said.get("coded", {})} <= known
        assert {one for some in said.get("choices", {}).values() for one in some} <= known
        assert set(said.get("chosen", ())) <= said.get("choices", {}).keys()
    assert INVARIANTS.keys() <= schema.definitions().keys()


def test_every_problem_is_told_and_no_value() -> None:
    secret = "Секретов-4711"
    resource = deepcopy(GOOD["Patient"]) | {
        "gender": secret,
        "birthDate": f"{secret}-31",
        "active": secret,
        "identifier": [{"system": "urn:oid:1.2.643.100.3", "value": secret}],
        "managingOrganization": {"reference": f"Device/{secret}"},
        secret: secret,
        "contact": [{}, {"gender": secret}],
    }
    problems = validator().problems(resource)
    assert {one.path for one in problems} == {
        "Patient",
        "Patient.gender",
        "Patient.birthDate",
        "Patient.active",
        "Patient.identifier[0].value",
        "Patient.managingOrganization.reference",
        "Patient.contact[0]",
        "Patient.contact[1]",
        "Patient.contact[1].gender",
    }
    assert secret not in repr(problems)


def test_a_resource_in_a_bundle_is_told_with_its_path() -> None:
    bad = deepcopy(GOOD["Observation"]) | {"status": "unheard-of"}
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": GOOD["Patient"]}, {"resource": bad}],
    }
    assert [one.path for one in validator().problems(bundle)] == ["Bundle.entry[1].resource.status"]
    outer = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": bundle}]}
    assert [one.path for one in validator().problems(outer)] == ["Bundle.entry[0].resource.entry[1].resource.status"]


def test_a_reference_by_full_url_is_known_by_its_entry() -> None:
    observation = deepcopy(GOOD["Observation"]) | {"encounter": {"reference": "urn:uuid:1"}}
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": "urn:uuid:1", "resource": GOOD["Patient"]}, {"resource": observation}],
    }
    assert [one.path for one in validator().problems(bundle)] == ["Bundle.entry[1].resource.encounter"]
    assert validator().problems(observation) == []


def test_numbers_that_keep_their_spelling_are_numbers() -> None:
    text = '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":5.10}}'
    assert validator().problems(loads(text)) == []
    assert broken(loads(text.replace("5.10", '"5.10"'))) == {"structure"}


@pytest.mark.parametrize(
    "fields",
    [
        {"birthDate": "1980-02-29", "_birthDate": {"id": "a"}},
        {"birthDate": None, "_birthDate": {"extension": [{"url": "urn:x", "valueCode": "x"}]}},
        {"name": [{"given": ["a", None], "_given": [None, {"extension": [{"url": "urn:x", "valueCode": "x"}]}]}]},
        {"name": [{"text": "\u00a0№ 1 🙂\n"}]},
        {"managingOrganization": {"reference": "urn:uuid:4d5a6899-2669-49f6-ac69-a59aa97d5e9c"}},
        {"managingOrganization": {"reference": "https://x.test/fhir/Organization/1/_history/2"}},
        {"managingOrganization": {"reference": "Organization?identifier=a%7Cb"}},
        {"managingOrganization": {"identifier": {"system": "urn:x", "value": "1"}, "type": "Organization"}},
        {"managingOrganization": {"reference": "https://x.test/somewhere/else"}},
    ],
)
def test_what_r4_allows_is_good(fields: dict[str, Any]) -> None:
    resource = {name: value for name, value in (GOOD["Patient"] | fields).items() if value is not None}
    assert validator().problems(resource) == []


@pytest.mark.parametrize("what", [None, [], "Patient", 5, {}, {"resourceType": 1}, {"resourceType": None}])
def test_what_is_no_resource_has_one_problem(what: object) -> None:
    assert [one.path for one in validator().problems(what)] == ["resourceType"]


@pytest.mark.parametrize("kind", ["ValueSet", "patient", "ResourceList", "Element", "HumanName", "Иванов", ""])
def test_other_types_are_not_served(kind: str) -> None:
    found = validator().problems({"resourceType": kind})
    assert [(one.path, one.code) for one in found] == [("resourceType", "not-supported")]


def test_nothing_of_the_package_beside_r4_is_in_the_schema() -> None:
    """The source adds elements of its own (a resolved reference, a project in Meta)."""
    assert set(schema.definitions()["Reference"]["properties"]) == {
        *("id", "extension", "reference", "_reference", "type", "_type", "identifier", "display", "_display")
    }
    assert not {"account", "project", "author"} & schema.definitions()["Meta"]["properties"].keys()


def test_examples_come_in_the_same_order() -> None:
    first: list[Example] = list(examples("Observation"))
    assert [one.name for one in first] == [one.name for one in examples("Observation")]
    assert {one.resource["resourceType"] for one in first} == {"Observation"}


def test_the_page_names_the_types_and_limits_that_there_are() -> None:
    page = (Path(__file__).parents[2] / "docs/fhir-validation.md").read_text("utf-8")
    listed = page.partition("of R4:\n")[2].partition("They are")[0]
    assert tuple(re.findall(r"\w+", listed)) == TYPES
    for limit in (plain.OF_ONE, plain.OF_BUNDLE, plain.VALUES, plain.LENGTH, REFERENCE):
        assert f"{limit:,}".replace(",", " ") in page
    assert all(system in page for system in KINDS)
