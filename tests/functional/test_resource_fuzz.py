"""FHIR and HL7 v2 by changed examples (SEC-3): never a 5xx, an outcome for each refusal, and what is taken reads back.

``FUZZ=2000`` says how many of each; ``make fuzz`` has many and another seed each time, which it prints; ``make soak``
has more than ``make test``.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.domain import exact_json, quotas
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.domain.resources import OF_ITS_OWN, SERVED
from chalicelib.errors import leaves
from local.population import patients
from tests.effort import FULL
from tests.functional.front import Front, Reply
from tests.hl7_world import oru
from tests.mutations import Mutator
from tests.r4_examples import Example, examples
from tests.unit.test_resources_examples import aimed, bare

pytestmark = [pytest.mark.xdist_group("functional-resource_fuzz"), pytest.mark.requirement("SEC-3", "PRT-6")]

MANY = int(os.environ.get("FUZZ", "300" if FULL else "40"))
SEED = int(os.environ.get("FUZZ_SEED", "7"))
FHIR = "application/fhir+json"
CODES = {leaf.code for leaf in leaves()}
# fmt: off
ISSUES = {
    "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired", "forbidden",
    "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found", "deleted", "too-long",
    "code-invalid", "extension", "too-costly", "business-rule", "conflict", "transient", "lock-error", "no-store",
    "exception", "timeout", "incomplete", "throttled", "informational",
}
# fmt: on
"""FHIR R4, valueset-issue-type."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Bench:
    """A clinic's system, with the card of a patient; quotas are as high as the number of calls asks for."""

    def __init__(self, front: Front) -> None:
        self.front = front
        clinic = front.organisation("Поликлиника № 9")
        self.token, _ = front.partner("clinical-system", clinic, ["system/*.cruds", "hl7.write"], "МИС")
        self.patient = {"reference": f"Patient/{card_resource_id(front.patient().id)}"}  # type: ignore[arg-type]
        self.told: Counter[str] = Counter()

    def call(self, what: str, method: str, path: str, raw: bytes | None = None, kind: str = FHIR, **more: str) -> Reply:
        token = self.token = self.front.fresh(self.token)
        said = {"Content_Type": kind} if raw is not None else {}
        reply = self.front.call(method, path, raw=raw, token=token, **{**said, **more})
        self.told[f"{what} {reply.status}"] += 1
        assert reply.status < 500, (method, path, raw, more, reply.raw[:500])
        assert reply.status != 429, (method, path)
        return reply

    def fhir(self, what: str, method: str, path: str, raw: bytes | None = None, **more: str) -> Reply:
        reply = self.call(what, method, path, raw, **more)
        if reply.status >= 400:
            about = (method, path, raw, more, reply.raw[:500])
            assert reply.headers["content-type"] == FHIR, about
            assert reply.body["resourceType"] == "OperationOutcome", about
            assert reply.body["issue"], about
            assert {one["code"] for one in reply.body["issue"]} <= ISSUES, about
            assert reply.code in CODES, about
        return reply


@pytest.fixture(scope="module")
def bench(front: Front, patience: None) -> Iterator[Bench]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CLIENT", "ORGANISATION"):
            patch.setattr(quotas, name, replace(getattr(quotas, name), limit=10**9))
        made = Bench(front)
        yield made
    print("\nfuzz, seed", SEED, dict(sorted(made.told.items())))


@pytest.fixture
def changed() -> Mutator:
    return Mutator(SEED)


def material(bench: Bench) -> list[tuple[str, dict[str, Any]]]:
    """Types with an example each, about the patient of this bench; sizes that leave time for many."""
    found = [one for one in examples() if one.type in SERVED and one.type not in OF_ITS_OWN and len(one.text) < 12_000]
    return [(one.type, _about(bench.patient, one)) for one in found]


def _about(patient: dict[str, str], example: Example) -> dict[str, Any]:
    text = exact_json.dumps(aimed(example.resource))
    made: dict[str, Any] = exact_json.loads(text.replace(_aimed_at(), patient["reference"]))
    return made


def _aimed_at() -> str:
    from tests.unit.test_resources_examples import PATIENT

    return PATIENT["reference"]


def test_changed_resources(bench: Bench, changed: Mutator) -> None:
    known = material(bench)
    for _ in range(MANY):
        kind, resource = changed.rng.choice(known)
        raw = changed.json_text(resource)
        reply = bench.fhir("create", "POST", f"/fhir/{kind}", raw)
        if reply.status == 201:
            made = exact_json.loads(reply.raw)
            read = bench.fhir("read", "GET", f"/fhir/{kind}/{quote(made['id'])}")
            assert read.status == 200, (raw, read.raw)
            assert bare(exact_json.loads(read.raw)) == bare(made)
            other = changed.json_text({**made, "id": made["id"]})
            bench.fhir("update", "PUT", f"/fhir/{kind}/{made['id']}", other, If_Match='W/"1"')


def test_changed_bundles(bench: Bench, changed: Mutator) -> None:
    (whole,) = patients(5, 1, (1, 1))
    small = {**whole, "entry": whole["entry"][:9]}
    for _ in range(MANY):
        bundle = changed.tree({**small, "type": changed.rng.choice(("transaction", "batch"))})
        reply = bench.fhir("bundle", "POST", "/fhir", json.dumps(bundle).encode())
        if reply.status == 200:
            assert len(reply.body.get("entry", ())) == len(bundle.get("entry", ()))


def test_searches(bench: Bench, changed: Mutator) -> None:
    kinds = ["Observation", "Condition", "Patient", "Practitioner", "Encounter", "AuditEvent", "Nothing"]
    for _ in range(MANY):
        kind, query = changed.rng.choice(kinds), changed.query()
        if changed.rng.random() < 0.7:
            query = f"patient={bench.patient['reference']}&" + query
        strict = {"Prefer": "handling=strict"} if changed.rng.random() < 0.3 else {}
        if changed.rng.random() < 0.3:
            form = {"kind": "application/x-www-form-urlencoded", **strict}
            reply = bench.fhir("search", "POST", f"/fhir/{kind}/_search", query.encode(), **form)
        else:
            reply = bench.fhir("search", "GET", f"/fhir/{kind}?{query}", **strict)
        if reply.status == 200:
            assert reply.body["type"] == "searchset"


def test_paths_and_headers(bench: Bench, changed: Mutator) -> None:
    parts = [
        "Observation",
        "Patient",
        "metadata",
        "$everything",
        "$export",
        "_history",
        "_search",
        "x",
        "1",
        "%00",
        "..",
        "%2e%2e",
        "%F0%9F%98%80",
    ]
    parts += [bench.patient["reference"].partition("/")[2], "'", "a" * 200]
    values = [
        "",
        "x",
        "*",
        'W/"1"',
        '"1"',
        'W/"-1"',
        "application/fhir+xml",
        "application/json",
        "text/html",
        "return=minimal",
        "respond-async",
        "identifier=a|b",
        "identifier=",
        "a=b",
        "Mon, 01 Jan 2026 00:00:00 GMT",
        "1" * 300,
        "0" * 32,
    ]
    names = [
        "If_Match",
        "If_None_Match",
        "If_None_Exist",
        "If_Modified_Since",
        "Accept",
        "Prefer",
        "Idempotency_Key",
        "Accept_Language",
        "X_Request_Id",
    ]
    for _ in range(MANY):
        path = "/fhir/" + "/".join(changed.rng.choice(parts) for _ in range(changed.rng.randint(1, 3)))
        method = changed.rng.choice(METHODS)
        more = {changed.rng.choice(names): changed.rng.choice(values) for _ in range(changed.rng.randint(0, 3))}
        raw = changed.json_text({"resourceType": "Observation"}) if method in {"POST", "PUT", "PATCH"} else None
        more["kind"] = changed.rng.choice((FHIR, "application/json-patch+json", "text/plain")) if raw else FHIR
        reply = bench.call("path", method, path, raw, **more)
        if reply.status in {400, 404, 406, 409, 412, 413, 415, 422, 428} and reply.raw.startswith(b"{"):
            assert reply.code in CODES or "message" in reply.body or reply.body.get("Code"), reply.raw


def test_patches(bench: Bench, changed: Mutator) -> None:
    resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "subject": bench.patient,
        "valueQuantity": {"value": 5.1},
    }
    made = bench.fhir("create", "POST", "/fhir/Observation", json.dumps(resource).encode())
    version = 1
    steps = [
        {"op": op, "path": path, "from": "/code", "value": {"text": "y"}}
        for op in ("add", "remove", "replace", "move", "copy", "test")
        for path in ("/code", "/note/-", "/status", "/subject/reference", "", "/a/b", "/~2", "/resourceType")
    ]
    for _ in range(MANY):
        wish = changed.json_text([changed.rng.choice(steps) for _ in range(changed.rng.randint(1, 3))])
        sent = {"kind": "application/json-patch+json", "If_Match": f'W/"{version}"'}
        reply = bench.fhir("patch", "PATCH", f"/fhir/Observation/{made.body['id']}", wish, **sent)
        version += reply.status == 200


def test_changed_messages(bench: Bench, changed: Mutator) -> None:
    whole = oru(
        "c1", "NM|718-7^Hb^LN||145|g/L^^UCUM|130-160||||F", "ST|1^x||текст||||||F", "ED|2^x||^text^^Base64^eHl6||||||F"
    )
    for _ in range(MANY):
        raw = changed.raw(whole)
        reply = bench.call("hl7", "POST", "/api/v1/hl7", raw, kind="application/hl7-v2", Accept="application/hl7-v2")
        if reply.status == 200:
            assert b"MSA|A" in reply.raw
        else:
            assert reply.code in CODES
