"""HTTP edge: every route is declared with ``Api.endpoint`` and goes through one wrapper.

The wrapper, in this order: 1 request id  2 who is asking (handlers/auth.py)  3 role, session and step-up of routes that
name no card (routes of a card leave that to the gate)  4 rate limit  5 body: size, type, JSON, model  6 the view
7 errors to ``application/problem+json`` (RFC 9457).  Chalice turns an exception of a view into a 500 before middleware
sees it, so the translation wraps the view itself.

``ENDPOINTS`` is the list of all routes: the OpenAPI document, the role matrix test and docs are made from it.
"""

from __future__ import annotations

import json
import logging
import secrets
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import Any

from chalice import Blueprint, Response
from chalice.app import Request

from chalicelib.bootstrap import services
from chalicelib.domain.identity import STAFF_ROLES, Actor, Role
from chalicelib.errors import (
    AccessDeniedError,
    ContentTypeError,
    FieldProblem,
    IdempotencyKeyMissingError,
    InvalidFieldsError,
    MedkartaError,
    NotReadyError,
    NotSignedInError,
    SessionEndedError,
    TooLargeError,
    TooManyRequestsError,
    VersionRequiredError,
)
from chalicelib.handlers.auth import actor_of, anonymous
from chalicelib.handlers.bodies import form, load_json, validate

log = logging.getLogger("medkarta.http")

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PROBLEM = "application/problem+json"
MAX_BODY = 256 * 1024  # a record is text; files take another way (DOC-2)
PROBLEM_BASE = "urn:medkarta:problem:"

HUMANS = frozenset({Role.PATIENT, *STAFF_ROLES})
EVERYONE = frozenset(Role)


class Door(StrEnum):
    """Who checks the caller: nobody, the wrapper, or the gate with the card at hand."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route as declared: what OpenAPI, the matrix test and the docs need to know."""

    method: str
    path: str
    operation: str
    summary: str
    door: Door
    roles: frozenset[Role]
    body: str = ""
    response: str = ""
    status: int = 200
    content_type: str = JSON
    answer_type: str = JSON
    idempotent: bool = False
    if_match: bool = False
    step_up: bool = False
    scope: str = ""
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    errors: tuple[type[MedkartaError], ...] = ()
    function: str = "api_handler"
    """The Lambda function that answers: the same code under another role (infra/assemble.py)."""


ENDPOINTS: list[Endpoint] = []


@dataclass(frozen=True, slots=True)
class Call:
    """One checked request, as a view gets it. ``body`` is the validated model (or None)."""

    actor: Actor
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    idempotency_key: str = ""
    if_match: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view may return instead of a plain dict."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


View = Callable[..., Any]


class Api(Blueprint):
    """A blueprint whose views get a ``Call`` first and may raise any ``MedkartaError``."""

    def endpoint(self, method: str, path: str, **declared: Any) -> Callable[[View], View]:
        """Register a view; keyword arguments are the fields of ``Endpoint`` (operation, summary, door, roles …).

        ``body`` and ``response`` name pydantic models as ``module:Class`` below ``chalicelib``, so that they are
        imported only when needed.
        """
        entry = Endpoint(method, path, **declared)

        def register(view: View) -> View:
            @wraps(view)
            def guarded(**path_params: str) -> Response:
                return _serve(entry, view, self.current_request, path_params)

            ENDPOINTS.append(entry)
            guarded.__name__ = entry.operation.replace("-", "_").replace(":", "_")
            # content_types=[]: the wrapper checks the type itself and answers in the one shape.
            self.route(path, methods=[method], content_types=[], name=guarded.__name__)(guarded)
            return view

        return register


def _serve(entry: Endpoint, view: View, request: Request, path_params: dict[str, str]) -> Response:
    headers = {k.lower(): v for k, v in (request.headers or {}).items()}
    request_id = _request_id(headers)
    actor = anonymous(request, request_id)
    try:
        if entry.door is not Door.PUBLIC:
            actor = actor_of(request, headers, request_id)
            _check_caller(entry, actor)
        services().limits.throttle(actor, entry.operation)
        call = Call(
            actor=actor,
            body=_body(entry, request, headers),
            query=_query(entry, request),
            idempotency_key=_idempotency_key(entry, headers),
            if_match=_if_match(entry, headers),
            headers=headers,
        )
        return _answer(entry, view(call, **path_params), request_id)
    except MedkartaError as error:
        _leave_trace(entry, actor, error)
        return problem(error, request_id)
    except Exception as error:  # noqa: BLE001 - whatever it is, the client gets one shape
        log.error("%s %s: unexpected %s", entry.operation, request_id, place_of(error))  # noqa: TRY400
        return problem(MedkartaError(), request_id)


def _leave_trace(entry: Endpoint, actor: Actor, error: MedkartaError) -> None:
    """AUD-1: what a known caller tried in vain is an entry too. A refusal of the gate has left its own."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s %s: %s %s", entry.operation, actor.request_id, error.code, place_of(error))
        return
    silent = (AccessDeniedError, SessionEndedError, NotSignedInError, TooManyRequestsError, NotReadyError)
    if actor.role is Role.ANONYMOUS or isinstance(error, silent):
        return
    try:
        services().gate.failed(actor, entry.operation, error.code)
    except MedkartaError:
        log.warning("%s %s: the failed call could not be recorded", entry.operation, actor.request_id)


def place_of(error: BaseException) -> str:
    """Type and lines of an error and its causes, never their messages: those may quote content."""
    found: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines = "".join(traceback.format_tb(seen.__traceback__))
        found.append(f"{type(seen).__name__}\n{lines}")
        seen = seen.__cause__
    return "caused by ".join(found)


def _check_caller(entry: Endpoint, actor: Actor) -> None:
    if entry.door is Door.CARD:
        if entry.step_up and actor.role in entry.roles:  # for the rest the gate has the better answer
            services().gate.fresh(actor)
        return
    services().gate.signed_in(actor)
    if actor.role not in entry.roles:
        services().gate.refuse(actor, entry.operation, "role")
        raise AccessDeniedError
    if actor.is_partner and entry.scope not in actor.scopes:
        services().gate.refuse(actor, entry.operation, "scope")
        raise AccessDeniedError
    if entry.step_up:
        services().gate.fresh(actor)


def _request_id(headers: Mapping[str, str]) -> str:
    given = headers.get("x-request-id", "")
    if 0 < len(given) <= 64 and given.isascii() and all(c.isalnum() or c in "-_" for c in given):  # noqa: PLR2004
        return given
    return secrets.token_hex(12)


def _body(entry: Endpoint, request: Request, headers: Mapping[str, str]) -> Any:
    if not entry.body:
        return None
    given_body = request.raw_body or b""
    raw = given_body.encode() if isinstance(given_body, str) else given_body
    if len(raw) > MAX_BODY:
        raise TooLargeError(f"at most {MAX_BODY} bytes")
    given = headers.get("content-type", "").split(";")[0].strip().lower()
    if given != entry.content_type:
        raise ContentTypeError(f"send {entry.content_type}")
    return validate(entry.body, form(raw) if entry.content_type == FORM else load_json(raw))


def _query(entry: Endpoint, request: Request) -> dict[str, str]:
    given: dict[str, str] = dict(request.query_params or {})
    unknown = [name for name in given if name not in entry.query]
    if unknown:
        raise InvalidFieldsError(fields=(FieldProblem("?" + unknown[0][:40], "unknown", "no such parameter"),))
    return given


def whole_number(call: Call, name: str, default: int, highest: int) -> int:
    """A query parameter between 1 and ``highest``."""
    text = call.query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= highest):  # noqa: PLR2004
        raise InvalidFieldsError(fields=(FieldProblem("?" + name, "range", f"a number from 1 to {highest}"),))
    return int(text)


def language_of(call: Call) -> str:
    """Language of texts, ``ru`` or ``en``, by Accept-Language."""
    return "en" if call.headers.get("accept-language", "").lower().startswith("en") else "ru"


def _idempotency_key(entry: Endpoint, headers: Mapping[str, str]) -> str:
    """draft-ietf-httpapi-idempotency-key-header: required where declared; quotes optional, as clients vary."""
    if not entry.idempotent:
        return ""
    key = headers.get("idempotency-key", "").strip().strip('"')
    if not key:
        raise IdempotencyKeyMissingError
    if not (16 <= len(key) <= 64 and key.isascii() and key.replace("-", "").replace("_", "").isalnum()):  # noqa: PLR2004
        raise InvalidFieldsError(fields=(FieldProblem("Idempotency-Key", "format", "16 to 64 of A-Z a-z 0-9 - _"),))
    return key


def _if_match(entry: Endpoint, headers: Mapping[str, str]) -> int:
    """Version named by If-Match (RFC 9110): ``"3"`` or ``W/"3"``. Raises VersionRequiredError (RFC 6585)."""
    if not entry.if_match:
        return 0
    tag = headers.get("if-match", "").strip()
    if not tag:
        raise VersionRequiredError
    number = tag.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdecimal() and 0 < len(number) < 10):  # noqa: PLR2004
        raise InvalidFieldsError(fields=(FieldProblem("If-Match", "format", 'a version as in ETag, like W/"3"'),))
    return int(number)


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'W/"{version}"'}


def _answer(entry: Endpoint, result: Any, request_id: str) -> Response:
    answer = result if isinstance(result, Answer) else Answer(result, entry.status)
    headers: dict[str, str | list[str]] = {
        "X-Request-ID": request_id,
        "Cache-Control": "no-store",
        "Content-Type": entry.answer_type,
    }
    headers.update(answer.headers)
    body = answer.body
    if body is None:
        body = ""
        headers.pop("Content-Type")
    elif not isinstance(body, bytes | str):
        body = json.dumps(body, ensure_ascii=False, default=str)
    return Response(body, status_code=answer.status, headers=headers)


def problem(error: MedkartaError, request_id: str) -> Response:
    """RFC 9457 answer of one error of the catalogue."""
    body: dict[str, Any] = {
        "type": PROBLEM_BASE + error.code,
        "code": error.code,
        "title": error.title,
        "title_ru": error.title_ru,
        "status": error.status,
        "request_id": request_id,
        **error.extra,
    }
    if error.detail:
        body["detail"] = error.detail
    if error.fields:
        body["fields"] = [{"field": f.field, "code": f.code, "message": f.message} for f in error.fields]
    headers: dict[str, str | list[str]] = {
        "Content-Type": PROBLEM,
        "Cache-Control": "no-store",
        "X-Request-ID": request_id,
    }
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedInError) or error.status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = 'Bearer realm="medkarta"'
    return Response(json.dumps(body, ensure_ascii=False), status_code=error.status, headers=headers)
