"""A Chalice app as WSGI with real concurrency, answering what API Gateway answers in production.

Chalice keeps the current request on the app object: threading a raw app shows one person another person's request
(399 of 400 in a test). ``make_threadsafe`` moves request and context to the thread; tests/unit/test_local_wsgi.py
holds that. On Lambda there is one request per process, so production has no such problem.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LambdaContext, LocalChalice, LocalGateway, LocalGatewayException

from chalicelib.errors import (
    AccessDeniedError,
    MedkartaError,
    MethodNotAllowedError,
    NotFoundError,
    NotSignedInError,
    TooLargeError,
)
from local import counting

MAX_BODY = 4 * 1024 * 1024 + 1024  # bytes; no route takes more: a scan is the largest body (domain/scans.py)
MAX_RESPONSE = 6 * 1024 * 1024  # bytes; a larger answer does not leave a Lambda function
PROBLEM = "application/problem+json"

Environ = Mapping[str, Any]

_THREAD = threading.local()


def make_threadsafe(app: Chalice) -> Chalice:
    """Give ``current_request`` and ``lambda_context`` one value a thread; returns the same app."""
    if isinstance(app, LocalChalice):
        return app
    base: Any = app.__class__

    class ThreadedChalice(LocalChalice, base):  # type: ignore[misc]  # the base is known at run time only
        @property  # type: ignore[override]  # None before the first request
        def lambda_context(self) -> LambdaContext | None:
            return getattr(_THREAD, "context", None)

        @lambda_context.setter
        def lambda_context(self, value: LambdaContext | None) -> None:
            _THREAD.context = value

    app.__dict__.pop("current_request", None)
    app.__dict__.pop("lambda_context", None)
    app.__class__ = ThreadedChalice
    return app


class ChaliceWSGI:
    """Answers WSGI requests from the app; ``local/server.py`` sends them. Routing is Chalice's own local gateway."""

    def __init__(self, app: Chalice) -> None:
        self.app = make_threadsafe(app)
        self.gateway = LocalGateway(self.app, Config.create(chalice_app=self.app, project_dir=".", app_name="medkarta"))
        self.match = self.gateway.event_converter._route_matcher.match_route  # noqa: SLF001

    def answer(self, environ: Environ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body of one request."""
        method, path = environ["REQUEST_METHOD"], raw_path(environ)
        headers = request_headers(environ)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > MAX_BODY:
            return problem(TooLargeError(f"at most {MAX_BODY} bytes"))
        allowed = self._methods(path)
        if not allowed:
            return problem(NotFoundError())
        if method not in allowed:  # OPTIONS too: one origin, so no route has CORS
            return problem(MethodNotAllowedError(), Allow=", ".join(sorted(allowed)))
        body = environ["wsgi.input"].read(length) if length else None
        counting.begin()
        try:
            given = self.gateway.handle_request(method=method, path=path, headers=headers, body=body)
        except LocalGatewayException as refusal:
            return problem(NotSignedInError() if refusal.CODE == HTTPStatus.UNAUTHORIZED else AccessDeniedError())
        status, lines, content = _unpacked(given)
        return status, [*lines, *counting.told()], content

    def _methods(self, path: str) -> set[str]:
        if path.startswith("//"):  # would be read as a host name
            return set()
        try:
            return set(self.app.routes[self.match(path).route])
        except ValueError:
            return set()


def raw_path(environ: Environ) -> str:
    """Path and query as the client sent them, not decoded: the gateway hands them on like that."""
    given = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if not given:
        given = quote(environ.get("PATH_INFO", "/"), safe="/:@!$&'()*+,;=-._~%")
        if environ.get("QUERY_STRING"):
            given += "?" + environ["QUERY_STRING"]
    return str(given)


def request_headers(environ: Environ) -> dict[str, str]:
    found = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        found["content-type"] = environ["CONTENT_TYPE"]
    return found


def problem(error: MedkartaError, **headers: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """RFC 9457 answer, in the shape that the gateway's own answers have in production (infra/functions.yaml)."""
    request_id = secrets.token_hex(12)
    body: dict[str, Any] = {
        "type": f"urn:medkarta:problem:{error.code}",
        "code": error.code,
        "title": error.title,
        "title_ru": error.title_ru,
        "status": error.status,
        "request_id": request_id,
    }
    if error.detail:
        body["detail"] = error.detail
    lines = [("Content-Type", PROBLEM), ("Cache-Control", "no-store"), ("X-Request-ID", request_id), *headers.items()]
    return error.status, lines, json.dumps(body, ensure_ascii=False).encode()


def _unpacked(given: Mapping[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
    content: Any = given.get("body") or b""
    if given.get("isBase64Encoded"):
        content = base64.b64decode(content)
    body: bytes = content.encode() if isinstance(content, str) else content
    if len(body) > MAX_RESPONSE:
        return problem(MedkartaError("the answer is larger than a function may return"))
    lines = [(str(k), str(v)) for k, v in given["headers"].items()]
    for name, values in (given.get("multiValueHeaders") or {}).items():
        lines += [(name, str(v)) for v in values]
    if body and not any(k.lower() == "content-type" for k, _ in lines):
        lines.append(("Content-Type", "application/json"))
    return int(given["statusCode"]), lines, body
