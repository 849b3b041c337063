"""Cases, one after the other: each step is a request and what is expected of its answer."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.client import Answer, Partner
from conformance.matching import MISSING, at, differences, filled, told

CASES = Path(__file__).with_name("cases")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""From here on ``${counter}`` counts seconds: a number that grows from run to run."""


@dataclass(frozen=True)
class Outcome:
    """Of one case. ``problems``: empty when it passed. ``skipped``: why it was not run."""

    suite: str
    case: str
    title: str
    seconds: float
    problems: Sequence[str] = ()
    skipped: str = ""


@dataclass
class Run:
    """``known``: what cases may name, ``patient``, ``snils`` …; a case that names what is not known is skipped.
    ``role``: of the partner; a suite of other roles is skipped.
    """

    partner: Partner
    known: dict[str, Any] = field(default_factory=dict)
    role: str = "clinical-system"

    def suite(self, name: str) -> Iterator[Outcome]:
        described = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
        cases = told(described["cases"], described.get("bodies", {}))
        roles = described.get("roles", [self.role])
        if self.role not in roles:
            yield from (_skipped(name, case, f"for {', '.join(roles)}") for case in cases)
            return
        self.partner.sign_out()
        scope = described.get("scope")
        signed_in = None if scope is None else self.partner.sign_in(scope)
        if signed_in is not None and signed_in.status != 200:  # noqa: PLR2004
            yield Outcome(name, "sign-in", "A token for the suite", 0, (f"the token was refused: {signed_in.status}",))
            return
        for case in cases:
            begun = time.monotonic()
            missing = [word for word in case.get("needs", ()) if word not in self.known]
            if self.role not in case.get("roles", roles):
                yield _skipped(name, case, f"for {', '.join(case['roles'])}")
            elif missing:
                yield _skipped(name, case, f"not given: {', '.join(missing)}")
            else:
                problems = self._case(case)
                yield Outcome(name, case["id"], case["title"], time.monotonic() - begun, problems)

    def _case(self, case: Mapping[str, Any]) -> list[str]:
        now = datetime.now(UTC)
        known = {**self.known, "unique": secrets.token_hex(12), "now": f"{now:%Y-%m-%dT%H:%M:%SZ}"}
        known["counter"] = int((now - EPOCH).total_seconds())
        for number, step in enumerate(case["steps"], 1):
            try:
                answer = self._sent(filled(step["request"], known))
            except (KeyError, OSError) as error:
                return [f"step {number}: {type(error).__name__}: {error}"]
            if problems := [*self._against(filled(step["expect"], known), answer)]:
                return [f"step {number}: {problem}" for problem in problems]
            for name, path in step.get("save", {}).items():
                source = answer.headers if path.startswith("header:") else answer.body
                known[name] = at(source, path.removeprefix("header:"))
                if known[name] is MISSING:
                    return [f"step {number}: nothing at {path} to go on with"]
        self.known |= {name: known[name] for name in case.get("keeps", ())}
        return []

    def _sent(self, request: Mapping[str, Any]) -> Answer:
        headers, body = dict(request.get("headers", {})), request.get("body")
        if isinstance(body, str):
            data: bytes | None = body.encode(request.get("encoding", "utf-8"))
        else:
            data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
            kind = "application/fhir+json" if request.get("path", "").startswith("/fhir") else "application/json"
            headers.setdefault("Content-Type", kind if data else "")
        if "scope" in request:  # a request for a token
            return self.partner.sign_in(request["scope"], self.partner.assertion(**request.get("claims", {})))
        path = request["path"].removeprefix(self.partner.url)  # an address that an answer told
        return self.partner.send(request["method"], path, data, headers, signed_in=request.get("signed_in", True))

    @staticmethod
    def _against(expected: Mapping[str, Any], answer: Answer) -> Iterator[str]:
        if answer.status not in expected["status"]:
            yield f"status {answer.status}, expected {' or '.join(map(str, expected['status']))}"
        named = {name.lower(): value for name, value in expected.get("headers", {}).items()}
        yield from differences(named, answer.headers, "headers")
        if "body" in expected:
            yield from differences(expected["body"], answer.body, "body")


def _skipped(suite: str, case: Mapping[str, Any], why: str) -> Outcome:
    return Outcome(suite, case["id"], case["title"], 0, skipped=why)


def suites() -> list[str]:
    return sorted(path.stem for path in CASES.glob("*.json"))
