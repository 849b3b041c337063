"""The conformance kit: what fits an expectation, how cases run, what the report says (PRT-9)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from xml.etree.ElementTree import fromstring

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from conformance.client import Partner
from conformance.matching import MISSING, at, differences, filled, told
from conformance.report import junit, text
from conformance.running import CASES, Outcome, Run, suites

pytestmark = pytest.mark.requirement("PRT-9")


@pytest.mark.parametrize(
    ("expected", "found", "fits"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, [], False),
        ({"a": "?"}, {"a": 0}, True),
        ({"a": "?"}, {"a": None}, False),
        ({"a": "?"}, {}, False),
        ({"a": "!"}, {}, True),
        ({"a": "!"}, {"a": 1}, False),
        ("~^W/", 'W/"1"', True),
        ("~^W/", '"1"', False),
        ([1, {"a": 1}], [1, {"a": 1, "b": 2}], True),
        ([1], [1, 2], False),
        ({"*": {"code": "x"}}, [{"code": "y"}, {"code": "x"}], True),
        ({"*": {"code": "x"}}, [{"code": "y"}], False),
        ({"*": {"code": "x"}}, {"code": "x"}, False),
    ],
)
def test_what_fits(expected: Any, found: Any, fits: bool) -> None:  # noqa: FBT001 - a table
    assert (not [*differences(expected, found)]) is fits


def test_no_value_of_an_answer_is_quoted() -> None:
    said = [*differences({"name": "~^A", "id": "!", "n": 1}, {"name": "Иванова", "id": "Иванова", "n": "Иванова"})]
    assert len(said) == 3
    assert "Иванова" not in " ".join(said)


def test_texts_are_filled_and_bodies_told_once() -> None:
    assert filled({"a": ["${n}", "x-${n}"]}, {"n": 7}) == {"a": [7, "x-7"]}
    assert told([{"like": "o", "b": None, "c": 3}], {"o": {"a": 1, "b": 2}}) == [{"a": 1, "c": 3}]
    assert at({"a": [{"b": 1}]}, "a/0/b") == 1
    assert at({"a": []}, "a/0/b") is MISSING
    with pytest.raises(KeyError):
        filled("${unknown}", {})


class Stand(BaseHTTPRequestHandler):
    """A system that gives tokens and has one resource; it keeps what it was asked."""

    asked: list[tuple[str, str, Mapping[str, str]]] = []  # noqa: RUF012 - of the class on purpose

    def log_message(self, *_: Any) -> None:
        pass

    def _said(self, status: int, body: Any) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(("POST", self.path, dict(self.headers)))
        self._said(200, {"access_token": "t", "token_type": "DPoP"})

    def do_GET(self) -> None:
        self.asked.append(("GET", self.path, dict(self.headers)))
        self._said(200 if self.path == "/fhir/Basic/1" else 404, {"id": "1"})


@pytest.fixture
def run() -> Iterator[Run]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stand)
    Thread(target=server.serve_forever, daemon=True).start()
    Stand.asked.clear()
    yield Run(
        Partner(f"http://127.0.0.1:{server.server_port}", "c", ec.generate_private_key(ec.SECP256R1())), {"one": "1"}
    )
    server.shutdown()
    server.server_close()


def case(path: str, status: int, **more: Any) -> dict[str, Any]:
    step = {"request": {"method": "GET", "path": path}, "expect": {"status": [status], "body": {"id": "1"}}}
    return {"id": path, "title": "T", "steps": [step], **more}


def test_a_suite_runs_to_its_end(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    cases = [case("/fhir/Basic/${one}", 200), case("/fhir/Basic/2", 200), case("/fhir/Basic/3", 404, needs=["two"])]
    (tmp_path / "s.json").write_text(json.dumps({"cases": cases}))
    monkeypatch.setattr("conformance.running.CASES", tmp_path)
    passed, failed, skipped = run.suite("s")
    assert (passed.problems, skipped.skipped) == ([], "not given: two")
    assert failed.problems == ["step 1: status 404, expected 200"]
    read = text([passed, failed, skipped])
    assert "3 cases: 1 passed, 1 failed, 1 skipped" in read
    suite = fromstring(junit([passed, failed, skipped])).find("testsuite")  # noqa: S314 - our own
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")


def test_a_suite_of_other_roles_is_skipped_with_the_reason(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    other = {"roles": ["pharmacy", "insurer"], "scope": "x", "cases": [case("/fhir/Basic/1", 200)]}
    mixed = {"cases": [case("/fhir/Basic/1", 200, roles=["laboratory"]), case("/fhir/Basic/1", 200)]}
    for name, described in (("other", other), ("mixed", mixed)):
        (tmp_path / f"{name}.json").write_text(json.dumps(described))
    monkeypatch.setattr("conformance.running.CASES", tmp_path)
    run.partner.sign_in("x")
    assert [one.skipped for one in run.suite("other")] == ["for pharmacy, insurer"]
    assert [one.skipped for one in run.suite("mixed")] == ["for laboratory", ""]
    method, _, headers = Stand.asked[-1]
    assert (method, "Authorization" in headers) == ("GET", False), "a suite without a scope carries no token"


def test_a_request_proves_its_key(run: Run) -> None:
    assert run.partner.sign_in("x").status == 200
    run.partner.send("GET", "/fhir/Basic/1?a=b", None, {})
    _, _, headers = Stand.asked[-1]
    assert headers["Authorization"] == "DPoP t"
    claims = jwt.decode(headers["Dpop"], run.partner.key.public_key(), ["ES256"])
    assert claims["htu"] == f"{run.partner.url}/fhir/Basic/1"
    assert {"jti", "iat", "htm", "ath"} <= claims.keys()


def test_every_case_is_well_told() -> None:
    assert suites()
    for name in suites():
        described = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
        ids = [one["id"] for one in described["cases"]]
        assert len(ids) == len(set(ids))
        for one in described["cases"]:
            assert one["title"]
            assert all({"request", "expect"} <= step.keys() and step["expect"]["status"] for step in one["steps"])


def test_nothing_run_is_an_empty_report() -> None:
    assert text([]).endswith("0 cases: 0 passed, 0 failed, 0 skipped")
    assert junit([Outcome("s", "c", "t", 0.1)]).count(b"<testcase") == 1
