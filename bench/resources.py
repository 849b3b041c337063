"""What a FHIR resource costs that a partner delivers and reads back, beside bare calls of the store with the same rows.

``python -m bench.resources`` prints the table alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.table import table
from bench.timing import Times, interleaved
from bench.world import World, world
from chalicelib.domain.identity import PatientId, PersonId
from tests.resource_world import weight

ROUNDS = 60
CREATE, ONCE, READ, KNOWN = "a system delivers", "the same with If-None-Exist", "it reads it back", "it has it (304)"
PUT, GET = "bare TransactWriteItems", "bare GetItem"
PAIRS = ((PUT, CREATE), (PUT, ONCE), (GET, READ), (GET, KNOWN))


@dataclass(frozen=True, slots=True)
class Resources:
    """``calls``: of one warm request, by service and operation."""

    times: Mapping[str, Times]
    calls: Mapping[str, Mapping[str, int]]


class Clinic:
    """A system with a token, and a patient to whom it delivers."""

    def __init__(self, made: World) -> None:
        self._front = made.front
        self._patient = made.front.patient()
        self._token, _ = made.front.partner("clinical-system", made.front.organisation(), ["system/*.cruds"], "МИС")
        self.body: dict[str, Any] = weight(patient_id=PatientId(PersonId(self._patient.id)))
        self.name = self.create()["id"]
        self.number = 0

    def create(self) -> Any:
        return self._send("POST", "Observation", self.body, 201)

    def once(self) -> Any:
        self.number += 1
        value = f"n{self.number}"
        named = {**self.body, "identifier": [{"system": "urn:bench", "value": value}]}
        return self._send("POST", "Observation", named, 201, If_None_Exist=f"identifier=urn:bench|{value}")

    def read(self) -> Any:
        return self._send("GET", f"Observation/{self.name}", None, 200)

    def known(self) -> None:
        self._send("GET", f"Observation/{self.name}", None, 304, If_None_Match='W/"1"')

    def _send(self, method: str, path: str, body: Any, expected: int, **headers: str) -> Any:
        kind = {"raw": json.dumps(body, ensure_ascii=False).encode(), "Content_Type": "application/fhir+json"}
        sent: dict[str, Any] = {**(kind if body else {}), **headers}
        reply = self._front.call(method, f"/fhir/{path}", token=self._token, **sent)
        if reply.status != expected:
            raise RuntimeError(reply.raw[:300])
        return reply.body


def measure(made: World, rounds: int = ROUNDS) -> Resources:
    """``If-None-Exist`` looks through what the client delivered before: so much as the rounds have made by then."""
    from chalicelib.bootstrap import aws

    clinic, dynamodb = Clinic(made), aws("dynamodb")
    works = {CREATE: clinic.create, ONCE: clinic.once, READ: clinic.read, KNOWN: clinic.known}
    calls: dict[str, Mapping[str, int]] = {}
    requests: dict[str, Any] = {}
    for name, work in works.items():
        work()
        with made.recorder.recording() as seen:
            work()
        calls[name] = seen.counts()
        for call in seen.calls:
            requests[call.operation] = call.request
    write = dict(requests["TransactWriteItems"])
    write.pop("ClientRequestToken", None)
    items = [one for one in write["TransactItems"] if "Put" in one]
    for one in items:  # the same rows again and again
        for condition in ("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"):
            one["Put"].pop(condition, None)
    bare = {
        PUT: lambda: dynamodb.transact_write_items(TransactItems=items),
        GET: lambda: dynamodb.get_item(**requests["GetItem"]),
    }
    return Resources(interleaved({**bare, **works}, rounds), calls)


def report(found: Resources) -> str:
    rows = []
    for bare, whole in PAIRS:
        t, base, calls = found.times[whole], found.times[bare], found.calls[whole]
        said = ", ".join(f"{number} {name.split('.')[1]}" for name, number in calls.items())
        rows.append((whole, sum(calls.values()), said, t.median, t.p95, t.cpu, f"{base.median:.1f}", f"{base.cpu:.1f}"))
    head = ("", "calls", "which", "median, ms", "95 %, ms", "own CPU, ms", "bare call, ms", "its CPU, ms")
    return table(head, rows)


if __name__ == "__main__":
    with world() as here:
        print(report(measure(here)))
