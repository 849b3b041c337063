"""schemathesis against the OpenAPI document, with a fixed budget: what clients could send by the letter of it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

import app  # noqa: F401  # registers every route
from chalicelib.errors import leaves
from chalicelib.handlers.endpoints import ENDPOINTS, FORM
from chalicelib.handlers.openapi import document
from chalicelib.records.registry import RECORD_TYPES
from tests.functional.front import Front, Person

pytestmark = pytest.mark.xdist_group("functional-schema_fuzz")

EXAMPLES = 5
FILES = {"application/pdf", "image/jpeg", "image/png"}
CODES = {leaf.code for leaf in leaves()}
LEFT_OUT = {"session-sign-out", "session-end-others", "session-role"}  # they would end the caller's own session


def in_clear() -> dict[str, Any]:
    """The document without sealed bodies: a sealed one that is made up is refused before anything looks inside."""
    found: dict[str, Any] = deepcopy(document())
    for operations in found["paths"].values():
        for operation in operations.values():
            operation.get("requestBody", {}).get("content", {}).pop("application/jose", None)
    return found


OPERATIONS = {
    operation.ok().definition.raw["operationId"]: operation.ok()
    for operation in schemathesis.openapi.from_dict(in_clear()).get_all_operations()
}


@pytest.fixture(scope="module")
def callers(front: Front, patience: None) -> dict[str, Person]:
    patient = front.patient()
    doctor = front.staff("doctor")
    front.consent(patient, doctor)
    return {"patient": patient, "doctor": doctor, "administrator": front.administrator()}


def sent(front: Front, case: Any, token: str) -> Any:
    path = case.operation.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    query = {name: value for name, value in (case.query or {}).items() if value is not None}
    if query:
        path += "?" + urlencode(query, doseq=True)
    headers = {name.replace("-", "_"): str(value) for name, value in (case.headers or {}).items()}
    headers = {n: v for n, v in headers.items() if v.isascii() and v.isprintable() and n.upper() != "AUTHORIZATION"}
    form = case.operation.definition.raw.get("requestBody", {}).get("content", {}).get(FORM)
    if form and isinstance(case.body, dict):
        return front.call(case.method, path, raw=urlencode(case.body).encode(), Content_Type=FORM, **headers)
    body = None if case.body is schemathesis.core.NOT_SET else case.body
    if case.media_type in FILES:
        raw = body if isinstance(body, bytes) else bytes(getattr(body, "data", b""))
        return front.call(case.method, path, raw=raw, token=token, Content_Type=case.media_type, **headers)
    return front.call(case.method, path, body, token=token, **headers)


def test_the_document_has_every_route() -> None:
    assert set(OPERATIONS) == {entry.operation for entry in ENDPOINTS}
    assert document()["openapi"] == "3.1.0"


ALIKE = {
    f"{spec.name}-{action}"
    for spec in RECORD_TYPES
    for action in ("list", "read", "history", "download", "confirm")
    if spec.routes == "shared" and spec.name not in {"laboratory-result", "chronic-condition"}
}
"""Routes of a kind of record that differ from those of another in nothing but a word of the path. What is written
differs by its model: all of that is tried."""


def budget() -> list[tuple[str, str]]:
    """Who tries what: nobody everything, and each role what it may. Refusals are the matrix's business."""
    tried = sorted(set(OPERATIONS) - ALIKE)
    pairs = [(name, "anonymous") for name in tried]
    for role in ("patient", "doctor", "administrator"):
        open_to_role = {n for n, o in OPERATIONS.items() if role in o.definition.raw["x-roles"]}
        public = {n for n, o in OPERATIONS.items() if not o.definition.raw["security"]}
        pairs += [(name, role) for name in tried if name in open_to_role - public - LEFT_OUT]
    return pairs


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize(("operation", "role"), budget())
def test_no_input_by_the_schema_breaks_the_server(operation: str, role: str, front: Front, callers: dict) -> None:
    described = OPERATIONS[operation].definition.raw
    token = "" if role == "anonymous" else callers[role].token

    @given(case=OPERATIONS[operation].as_strategy())
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case: Any) -> None:
        reply = sent(front, case, token)
        assert reply.status < 500, (operation, reply.status, reply.raw[:400])
        assert str(reply.status) in described["responses"], (operation, reply.status, reply.raw[:400])
        if reply.status >= 400:
            assert reply.headers["content-type"] in described["responses"][str(reply.status)]["content"]
            assert reply.code in CODES

    run()
