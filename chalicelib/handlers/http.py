"""HTTP edge: every route is declared with ``Api.endpoint`` and goes through one wrapper.

The wrapper, in this order: 1 request id  2 who is asking (handlers/auth.py)  3 role, session and step-up of routes that
name no card (routes of a card leave that to the gate)  4 rate limit  5 body: sealed or plain, size, type, JSON, model
6 the view  7 cookie and seal of the answer (handlers/portal.py, handlers/sealed_bodies.py)  8 errors to
``application/problem+json`` (RFC 9457).  Chalice turns an exception of a view into a 500 before middleware sees it, so
the translation wraps the view itself.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any

from chalice import Blueprint, Response
from chalice.app import Request

from chalicelib.bootstrap import services
from chalicelib.domain.assurance import NEEDED
from chalicelib.domain.identity import Actor, Role
from chalicelib.errors import (
    AccessDeniedError,
    CardMergedError,
    ContentTypeError,
    FieldProblem,
    InvalidFieldsError,
    MedkartaError,
    NotFoundError,
    NotReadyError,
    NotSignedInError,
    SessionEndedError,
    TooLargeError,
    TooManyRequestsError,
)
from chalicelib.handlers import portal, watching
from chalicelib.handlers.auth import Caller, anonymous, caller_of, recipient_of
from chalicelib.handlers.bodies import form, load_json, validate
from chalicelib.handlers.endpoints import ENDPOINTS, FORM, Answer, Call, Door, Endpoint, File
from chalicelib.handlers.headers import idempotency_key, if_match
from chalicelib.handlers.headers import request_id as request_id_of
from chalicelib.handlers.problems import place_of, problem
from chalicelib.handlers.sealed_bodies import SealedBodies

log = logging.getLogger("medkarta.http")

BARE = str.maketrans("", "", "{}")
MERGES = 5  # cards that went on into one another, one after the other


View = Callable[..., Any]


class Api(Blueprint):
    """A blueprint whose views get a ``Call`` first and may raise any ``MedkartaError``."""

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self._shared: dict[tuple[str, str], dict[str, Callable[..., Response]]] = {}

    def endpoint(self, method: str, path: str, *, route: str = "", **declared: Any) -> Callable[[View], View]:
        """Register a view; keyword arguments are the fields of ``Endpoint`` (operation, summary, door, roles …).

        ``route``: a path of the gateway that several endpoints share, with a parameter where they differ. A gateway
        holds some three hundred paths, and every kind of record has four.

        ``body`` and ``response`` name pydantic models as ``module:Class`` below ``chalicelib``, so that they are
        imported only when needed.
        """
        declared.setdefault("level", NEEDED.get(declared["operation"], 0))
        entry = Endpoint(method, path, **declared)

        def register(view: View) -> View:
            @wraps(view)
            def guarded(**path_params: str) -> Response:
                return _serve(entry, view, self.current_request, path_params)

            ENDPOINTS.append(entry)
            guarded.__name__ = entry.operation.replace("-", "_").replace(":", "_")
            if route:
                self._share(method, route, path, guarded)
            else:
                self._route(method, path, guarded)
            return view

        return register

    def _route(self, method: str, path: str, guarded: Callable[..., Response]) -> None:
        # content_types=[]: the wrapper checks the type itself and answers in the one shape.
        self.route(path, methods=[method], content_types=[], name=guarded.__name__)(guarded)

    def _share(self, method: str, route: str, path: str, guarded: Callable[..., Response]) -> None:
        """The first of a route's endpoints registers it; each is found by what stands in the parameter's place."""
        differs = next(part for part, other in zip(route.split("/"), path.split("/"), strict=True) if part != other)
        name = differs.strip("{}")
        if (method, route) in self._shared:
            self._shared[method, route][_in_place(route, path, differs)] = guarded
            return
        found = self._shared[method, route] = {_in_place(route, path, differs): guarded}

        def dispatch(**path_params: str) -> Response:
            view = found.get(path_params.pop(name))
            if view is None:
                headers = {k.lower(): v for k, v in (self.current_request.headers or {}).items()}
                return problem(NotFoundError(), request_id_of(headers))
            return view(**path_params)

        dispatch.__name__ = f"{method.lower()}_{route.strip('/').replace('/', '_').translate(BARE)}"
        self._route(method, route, dispatch)


def _in_place(route: str, path: str, parameter: str) -> str:
    return path.split("/")[route.split("/").index(parameter)]


def _serve(entry: Endpoint, view: View, request: Request, path_params: dict[str, str]) -> Response:
    headers = {k.lower(): v for k, v in (request.headers or {}).items()}
    request_id = request_id_of(headers)
    caller = Caller(anonymous(request, request_id))
    sealed = SealedBodies(f"{entry.method} {entry.path.format(**path_params)}", headers)
    try:
        if portal.asks_for_cookie(headers):
            portal.guard(entry.method, headers, services().settings.public_url)
        if entry.door is Door.SHARE:
            caller = Caller(recipient_of(request, headers, request_id, path_params["share_id"]))
        elif entry.door is not Door.PUBLIC:
            caller = caller_of(request, headers, request_id, entry.method)
            _check_caller(entry, caller.actor)
            watching.arrived(entry.function, caller.actor)
            if entry.method != "GET":
                services().residence.check(caller.actor, entry.operation)
        services().limits.throttle(caller.actor, entry.operation)
        call = Call(
            actor=caller.actor,
            body=_body(entry, sealed.opened(caller.actor, request), sealed.inner),
            query=_query(entry, request),
            idempotency_key=idempotency_key(headers) if entry.idempotent else "",
            if_match=if_match(headers) if entry.if_match else 0,
            headers=headers,
        )
        response = _answer(entry, _seen(view, call, path_params), request_id)
        watching.seen(entry.function, caller.actor, path_params)
        return sealed.closed(caller.actor, portal.dressed(response, caller, headers, entry.operation))
    except MedkartaError as error:
        _leave_trace(entry, caller.actor, error)
        watching.denied(entry.function, caller.actor, entry.operation, error.code, path_params)
        return sealed.closed(caller.actor, problem(error, request_id))
    except Exception as error:  # noqa: BLE001 - whatever it is, the client gets one shape
        log.error("%s %s: unexpected %s", entry.operation, request_id, place_of(error))  # noqa: TRY400
        return problem(MedkartaError(), request_id)


def _seen(view: View, call: Call, path_params: dict[str, str]) -> Any:
    """The view's answer; an old id of a patient is followed to the card that goes on (SPC-5)."""
    for _ in range(MERGES):
        try:
            return view(call, **path_params)
        except CardMergedError as merged:
            named = path_params.get("patient_id")
            if named is None or not merged.patient_id:
                raise
            call = replace(call, asked_for=call.asked_for or named)
            path_params = {**path_params, "patient_id": merged.patient_id}
    raise CardMergedError


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


def _check_caller(entry: Endpoint, actor: Actor) -> None:
    if entry.door is Door.CARD:
        if entry.step_up and actor.role in entry.roles:  # for the rest the gate has the better answer
            services().gate.fresh(actor)
        return
    admitted = actor.role in entry.roles
    right, level = (entry.right, entry.level) if admitted else ("", 0)
    services().gate.signed_in(actor, entry.operation, right=right, level=level)
    if not admitted:
        services().gate.refuse(actor, entry.operation, "role")
        raise AccessDeniedError
    if actor.is_partner and entry.scope not in actor.scopes:
        services().gate.refuse(actor, entry.operation, "scope")
        raise AccessDeniedError
    if entry.step_up:
        services().gate.fresh(actor)


def _body(entry: Endpoint, raw: bytes, headers: Mapping[str, str]) -> Any:
    if not (entry.body or entry.accepts):
        return None
    if len(raw) > entry.max_body:
        raise TooLargeError(f"at most {entry.max_body} bytes")
    given = headers.get("content-type", "").split(";")[0].strip().lower()
    if given in entry.accepts:
        return File(given, raw)
    if entry.accepts:
        raise ContentTypeError("send one of: " + ", ".join(entry.accepts))
    if given != entry.content_type:
        raise ContentTypeError(f"send {entry.content_type}")
    return validate(entry.body, form(raw) if entry.content_type == FORM else load_json(raw))


def _query(entry: Endpoint, request: Request) -> dict[str, str]:
    given: dict[str, str] = dict(request.query_params or {})
    unknown = [name for name in given if name not in entry.query]
    if unknown and not entry.open_query:
        raise InvalidFieldsError(fields=(FieldProblem("?" + unknown[0][:40], "unknown", "no such parameter"),))
    return given


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
