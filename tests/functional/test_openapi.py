"""The document is valid, complete, and true: what the story was answered is what it describes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

import app  # noqa: F401  # registers every route
from chalicelib import errors
from chalicelib.handlers.answers import DOCUMENTS, answer_shape, record_name, seen
from chalicelib.handlers.bodies import model
from chalicelib.handlers.components import add_model
from chalicelib.handlers.endpoints import ENDPOINTS, JSON, Door
from chalicelib.handlers.openapi import document
from chalicelib.handlers.problems import PROBLEM
from chalicelib.records.received import RECEIVED
from chalicelib.records.registry import RECORD_TYPES
from tests.functional.front import Front
from tests.functional.story import Story, told

pytestmark = pytest.mark.xdist_group("story")

CATALOGUE = Path(__file__).parents[2] / "docs" / "errors.md"


@pytest.fixture(scope="module")
def story(front: Front) -> Story:
    return told(front)


def described(method: str, path: str) -> dict[str, Any]:
    """The operation that a call belongs to."""
    for template, operations in document()["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path) and method.lower() in operations:
            found: dict[str, Any] = operations[method.lower()]
            return found
    raise AssertionError((method, path))


def test_the_document_is_valid() -> None:
    assert document()["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document()).validate()


def test_the_document_is_served_to_anybody(front: Front) -> None:
    reply = front.call("GET", "/api/openapi.json")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.body == document()


def test_every_endpoint_is_in_it_and_nothing_else() -> None:
    there = {
        (method.upper(), path, operation["operationId"], operation["security"] == [])
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    }
    declared = {(e.method, e.path, e.operation, e.door is Door.PUBLIC) for e in ENDPOINTS}
    assert there == declared
    assert len(there) == len(ENDPOINTS)


NOT_SEEN = {
    "app-ask",
    "app-inspect",
    "appointment-move-for",
    "appointment-referrals",
    "block-put",
    "case-supply",
    "case-withdraw",
    "chain-order-list",
    "chain-order-report",
    "desk-four-eyes",
    "hl7-unmatched-merge",
    "insurance-payment-report",
    "prescription-replace",
    "prescription-status",
    "recovery-cancel",
    "recovery-send-code",
    "registration-send-codes",
    "schedule-change",
    "seal-certificate-read",
    "sign-on-return",
    "totp-remove",
}
"""Operations that are described as an object and no more: their answer was not recorded yet."""


def test_every_answer_in_json_is_described_and_nothing_else() -> None:
    """A new operation: run its tests with ANSWERS=record (tests/functional/answers.py)."""
    answered = [e for e in ENDPOINTS if e.answer_type == JSON and e.status != 204]
    assert {e.operation for e in answered if not answer_shape(e)} == DOCUMENTS | NOT_SEEN
    assert set(seen()["operations"]) - {e.operation for e in answered} == set()


def test_every_kind_of_record_is_described() -> None:
    """But those that other systems alone bring, of which an answer was seen of results only."""
    kinds = {spec.name for spec in RECORD_TYPES if spec not in RECEIVED}
    assert {record_name(kind) for kind in kinds} <= set(seen()["records"])


def test_a_component_is_the_model_that_is_asked_for() -> None:
    """Also where two models of different modules have one name."""
    schemas: dict[str, Any] = {}
    for entry in ENDPOINTS:
        if entry.body:
            fields = model(entry.body).model_json_schema().get("properties", {})
            assert schemas[add_model(entry.body, schemas)].get("properties", {}).keys() == fields.keys()


def test_every_code_is_in_the_catalogue_once_and_nothing_else() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", CATALOGUE.read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted((leaf.code, str(leaf.status)) for leaf in errors.leaves())
    assert len({code for code, _ in listed}) == len(listed)


def test_every_code_has_both_languages() -> None:
    for leaf in errors.leaves():
        assert re.search("[а-яё]", leaf.title_ru), leaf
        assert re.search("[a-z]", leaf.title), leaf


def test_what_the_story_was_answered_is_what_is_described(story: Story) -> None:
    """Status, type of content, shape of errors, and that the code is one that the status is described with."""
    schemas = document()["components"]["schemas"]
    problem = Draft202012Validator(schemas["Problem"] | {"components": {"schemas": schemas}})
    undescribed = []
    for name, (method, path) in story.asked.items():
        reply = story[name]
        answer = described(method, path)["responses"].get(str(reply.status), {"content": {}, "description": ""})
        fits = reply.headers["content-type"] in answer["content"]
        if reply.headers["content-type"] == PROBLEM:
            problem.validate(reply.body)
            assert reply.body["status"] == reply.status
            assert reply.body["type"].endswith(":" + reply.code)
            fits = fits and reply.code in answer["description"].split(", ")
        if not fits:
            undescribed.append((name, reply.status, reply.code))
    assert undescribed == []


@pytest.mark.requirement("ID-10")
def test_sealed_bodies_the_portals_cookie_and_what_the_edge_refuses_are_described() -> None:
    """By route: another media type of a JSON body, another way to sign in, and the codes of the edge."""
    paths = document()["paths"]
    shared = paths["/api/v1/me/consents"]["post"]
    assert set(shared["requestBody"]["content"]) == {"application/json", "application/jose"}
    assert shared["security"] == [{"bearer": []}, {"portal": []}]
    assert {"assurance-level", "cross-site"} <= set(shared["responses"]["403"]["description"].split(", "))
    assert "sealed-body" in shared["responses"]["400"]["description"]
    assert "session-blocked" in shared["responses"]["401"]["description"]
    assert "application/jose" not in paths["/api/v1/me/uploads"]["post"]["requestBody"]["content"]
    assert paths["/api/v1/oauth/token"]["post"]["security"] == []
    limited = paths["/api/v1/erasures"]["post"]["responses"]["403"]["description"]
    assert "limited-account" not in limited
    assert "limited-account" in paths["/api/v1/me/card-application"]["post"]["responses"]["403"]["description"]
