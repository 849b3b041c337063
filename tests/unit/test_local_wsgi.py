"""The Chalice app under threads, and the answers that the gateway gives in production."""

from __future__ import annotations

import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from chalice import Chalice, Response

from local.wsgi import MAX_BODY, ChaliceWSGI, make_threadsafe, raw_path


def make_app() -> Chalice:
    app = Chalice("stub")
    app.api.binary_types.append("application/pdf")

    @app.route("/api/wait/{i}")
    def wait(i):
        time.sleep(0.002)
        return {"i": i, "seen": app.current_request.uri_params["i"], "context": app.lambda_context.tag}

    @app.route("/api/echo", methods=["POST"], content_types=[])
    def echo():
        request = app.current_request
        return {
            "length": len(request.raw_body),
            "query": request.query_params.getlist("q") if request.query_params else [],
            "type": request.headers.get("content-type"),
            "ip": request.context["identity"]["sourceIp"],
        }

    @app.route("/api/raw/{name}")
    def raw(name):
        return {"name": name}

    @app.route("/api/pdf")
    def pdf():
        return Response(b"%PDF-\x00\xff", headers={"Content-Type": "application/pdf"})

    @app.route("/api/cookies")
    def cookies():
        return Response("", status_code=204, headers={"Set-Cookie": ["a=1", "b=2"], "X-One": "1"})

    @app.route("/api/big")
    def big():
        return Response("x" * (6 * 1024 * 1024 + 1), headers={"Content-Type": "text/plain"})

    return app


def environ(method: str, path: str, body: bytes = b"", **more: str):
    plain, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": method,
        "REQUEST_URI": path,
        "PATH_INFO": plain,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "REMOTE_ADDR": "127.0.0.1",
        **more,
    }


def ask(method: str, path: str, body: bytes = b"", **more: str):
    return ChaliceWSGI(make_app()).answer(environ(method, path, body, **more))


def event(i: int):
    return {
        "requestContext": {"httpMethod": "GET", "resourcePath": "/api/wait/{i}"},
        "headers": {},
        "pathParameters": {"i": str(i)},
        "multiValueQueryStringParameters": None,
        "stageVariables": {},
        "body": None,
    }


def mixed_up(app: Chalice) -> int:
    def one(i: int):
        return json.loads(app(event(i), SimpleNamespace(tag=str(i)))["body"])

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(400)))
    return sum(a["i"] != a["seen"] or a["i"] != a["context"] for a in answers)


@pytest.mark.requirement("SEC-1")
def test_a_raw_app_shows_one_request_to_another():
    """The control: without this the next test would prove nothing."""
    assert mixed_up(make_app()) > 0


@pytest.mark.requirement("SEC-1")
def test_sixteen_threads_never_mix_requests():
    assert mixed_up(make_threadsafe(make_app())) == 0


def test_sixteen_threads_through_the_adapter_never_mix_requests():
    app = make_app()

    @app.route("/api/who/{i}")
    def who(i):
        time.sleep(0.002)
        return {"i": i, "seen": app.current_request.uri_params["i"]}

    api = ChaliceWSGI(app)
    with ThreadPoolExecutor(16) as pool:
        bodies = list(pool.map(lambda i: json.loads(api.answer(environ("GET", f"/api/who/{i}"))[2]), range(200)))
    assert [b["i"] for b in bodies] == [str(i) for i in range(200)]
    assert all(b["i"] == b["seen"] for b in bodies)


def test_an_app_is_made_threadsafe_once():
    app = make_threadsafe(make_app())
    assert type(make_threadsafe(app)) is type(app)


def test_the_path_stays_as_it_was_sent():
    assert json.loads(ask("GET", "/api/raw/a%2Fb%20c")[2]) == {"name": "a%2Fb%20c"}


def test_without_a_raw_path_it_is_encoded_again():
    assert raw_path({"PATH_INFO": "/api/a b", "QUERY_STRING": "q=1"}) == "/api/a%20b?q=1"


def test_body_query_type_and_address_arrive():
    status, _, body = ask("POST", "/api/echo?q=1&q=2", b"\x00\xff{}", CONTENT_TYPE="application/fhir+json")
    assert status == 200
    assert json.loads(body) == {"length": 4, "query": ["1", "2"], "type": "application/fhir+json", "ip": "127.0.0.1"}


def test_binary_answers_are_not_base64():
    status, headers, body = ask("GET", "/api/pdf", HTTP_ACCEPT="application/pdf")
    assert (status, body) == (200, b"%PDF-\x00\xff")
    assert ("Content-Type", "application/pdf") in headers


def test_a_header_may_have_many_values():
    status, headers, body = ask("GET", "/api/cookies")
    assert (status, body) == (204, b"")
    assert [v for k, v in headers if k == "Set-Cookie"] == ["a=1", "b=2"]
    assert ("X-One", "1") in headers


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize(("extra", "status"), [(0, 200), (1, 413)])
def test_a_body_has_a_limit(extra, status):
    got, headers, body = ask("POST", "/api/echo", b"x" * (MAX_BODY + extra))
    assert got == status
    if status == 413:
        assert dict(headers)["Content-Type"] == "application/problem+json"
        assert json.loads(body)["code"] == "too-large"


@pytest.mark.parametrize("path", ["/api/nothing", "/api/raw", "//api/pdf", "/api/raw/a/b", "//[", "/%2e%2e/api/pdf"])
@pytest.mark.parametrize("header", [{}, {"HTTP_AUTHORIZATION": "Bearer é"}])
def test_an_unknown_route_is_not_found(path, header):
    status, headers, body = ask("GET", path, **header)
    problem = json.loads(body)
    assert (status, problem["code"], problem["status"]) == (404, "not-found", 404)
    assert dict(headers)["Content-Type"] == "application/problem+json"
    assert dict(headers)["X-Request-ID"] == problem["request_id"]


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_a_known_route_refuses_other_methods_and_names_its_own(method):
    status, headers, body = ask(method, "/api/echo")
    assert (status, json.loads(body)["code"]) == (405, "method-not-allowed")
    assert dict(headers)["Allow"] == "POST"


def test_an_answer_that_lambda_would_not_let_out_fails_here_too():
    status, _, body = ask("GET", "/api/big")
    assert (status, json.loads(body)["code"]) == (500, "internal")
