"""schemathesis against the OpenAPI document, with a fixed budget: what clients could send by the letter of it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

import app  # noqa: F401  # registers every route
from chalicelib.domain.identity import Role
from chalicelib.errors import leaves
from chalicelib.handlers.endpoints import ENDPOINTS, FORM, Door, Endpoint
from chalicelib.handlers.openapi import document
from chalicelib.records.registry import RECORD_TYPES
from tests.effort import FULL
from tests.functional import answers
from tests.functional.front import Front, Person

pytestmark = pytest.mark.xdist_group("functional-schema_fuzz")

EXAMPLES = 5 if FULL else 2
BINARY = {"type": "string", "format": "binary"}
CODES = {leaf.code for leaf in leaves()}
SYSTEM = Role.CLINICAL_SYSTEM.value
LEFT_OUT = {"session-sign-out", "session-end-others", "session-role"}  # they would end the caller's own session


@pytest.fixture(scope="module", autouse=True)
def _shapes_of_chance_describe_nothing() -> Iterator[None]:
    """What random input makes the API say is held to no description: others saw what it says."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(answers, "observe", lambda *_: None)
        yield


def in_clear() -> dict[str, Any]:
    """The document without sealed bodies: a sealed one that is made up is refused before anything looks inside."""
    found: dict[str, Any] = deepcopy(document())
    for operations in found["paths"].values():
        for operation in operations.values():
            operation.get("requestBody", {}).get("content", {}).pop("application/jose", None)
    return found


@schemathesis.serializer("application/hl7-v2", "application/vnd.medkarta.transfer")
def as_it_is(_context: Any, value: Any) -> bytes:
    """Types that schemathesis does not know; ``sent`` sends what was made up."""
    return bytes(getattr(value, "data", b""))


OPERATIONS = {
    operation.ok().definition.raw["operationId"]: operation.ok()
    for operation in schemathesis.openapi.from_dict(in_clear()).get_all_operations()
}


@pytest.fixture(scope="module")
def callers(front: Front, patience: None) -> dict[str, Person]:
    patient = front.patient()
    doctor = front.staff("doctor")
    front.consent(patient, doctor)
    scopes = ["system/*.cruds", "hl7.write", "files.write", "scheduling.read", "scheduling.write", "transfer.read"]
    token, client = front.partner("clinical-system", front.organisation("Клиника"), [*scopes, "transfer.write"], "МИС")
    system = Person(client, "", "", "", token)
    return {"patient": patient, "doctor": doctor, "administrator": front.administrator(), "clinical-system": system}


def sent(front: Front, case: Any, token: str) -> Any:
    path = case.operation.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    query = {name: value for name, value in (case.query or {}).items() if value is not None}
    if query:
        path += "?" + urlencode(query, doseq=True)
    headers = {name.replace("-", "_"): str(value) for name, value in (case.headers or {}).items()}
    headers = {n: v for n, v in headers.items() if v.isascii() and v.isprintable() and n.upper() != "AUTHORIZATION"}
    content = case.operation.definition.raw.get("requestBody", {}).get("content", {})
    if FORM in content and isinstance(case.body, dict):
        return front.call(case.method, path, raw=urlencode(case.body).encode(), Content_Type=FORM, **headers)
    body = None if case.body is schemathesis.core.NOT_SET else case.body
    if content.get(case.media_type, {}).get("schema") == BINARY:
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
    """Who tries what: nobody everything, each role what it may, a partner's system what is FHIR or for systems
    alone. Refusals are the matrix's business.
    """
    tried = sorted(set(OPERATIONS) - ALIKE)
    pairs = [(name, "anonymous") for name in tried]
    for role in ("patient", "doctor", "administrator"):
        open_to_role = {n for n, o in OPERATIONS.items() if role in o.definition.raw["x-roles"]}
        public = {n for n, o in OPERATIONS.items() if not o.definition.raw["security"]}
        pairs += [(name, role) for name in tried if name in open_to_role - public - LEFT_OUT]
    return pairs + [(entry.operation, SYSTEM) for entry in ENDPOINTS if _of_systems(entry)]


def _of_systems(entry: Endpoint) -> bool:
    people = {Role.PATIENT, Role.DOCTOR, Role.ADMINISTRATOR, Role.REGISTRAR}
    return SYSTEM in entry.roles and entry.door is not Door.PUBLIC and (entry.fhir or not entry.roles & people)


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize(("operation", "role"), budget())
def test_no_input_by_the_schema_breaks_the_server(operation: str, role: str, front: Front, callers: dict) -> None:
    described = OPERATIONS[operation].definition.raw
    token = "" if role == "anonymous" else callers[role].token
    token = front.fresh(token) if role == SYSTEM else token  # five minutes

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
