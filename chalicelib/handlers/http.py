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
from chalicelib.domain import exact_json, smart
from chalicelib.domain.assurance import NEEDED
from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.quotas import fields as quota_fields
from chalicelib.domain.quotas import weight
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
from chalicelib.handlers import edge, portal, watching
from chalicelib.handlers.auth import Caller, anonymous, caller_of, in_place, recipient_of
from chalicelib.handlers.bodies import form, load_json, validate
from chalicelib.handlers.endpoints import ENDPOINTS, FHIR_JSON, FORM, Answer, Call, Door, Endpoint, File
from chalicelib.handlers.headers import idempotency_key, if_match
from chalicelib.handlers.headers import request_id as request_id_of
from chalicelib.handlers.measuring import answered
from chalicelib.handlers.outcomes import outcome, wanted_format
from chalicelib.handlers.problems import place_of, problem
from chalicelib.handlers.routing import ROUTES, grouped, of_fhir
from chalicelib.handlers.sealed_bodies import SealedBodies
from chalicelib.ports.service_lines import UNKNOWN

log = logging.getLogger("medkarta.http")

BARE = str.maketrans("", "", "{}")
MERGES = 5  # cards that went on into one another, one after the other


View = Callable[..., Any]


class Api(Blueprint):
    """A blueprint whose views get a ``Call`` first and may raise any ``MedkartaError``."""

    def __init__(self, import_name: str, *, grouped: bool = False) -> None:
        """``grouped``: all endpoints share the gateway's paths by their depth (handlers/routing.py)."""
        super().__init__(import_name)
        self._grouped = grouped

    def endpoint(self, method: str, path: str, *, route: str = "", **declared: Any) -> Callable[[View], View]:
        """Register a view; keyword arguments are the fields of ``Endpoint`` (operation, summary, door, roles …).

        ``route``: a path of the gateway that several endpoints share, with parameters where they differ
        (handlers/routing.py).

        ``body`` and ``response`` name pydantic models as ``module:Class`` below ``chalicelib``, so that they are
        imported only when needed.
        """
        declared.setdefault("level", NEEDED.get(declared["operation"], 0))
        if of_fhir(path):
            declared.setdefault("answer_type", FHIR_JSON)
        entry = Endpoint(method, path, **declared)

        def register(view: View) -> View:
            @wraps(view)
            def guarded(**path_params: str) -> Response:
                return answered(entry.operation, lambda: _serve(entry, view, self.current_request, path_params))

            ENDPOINTS.append(entry)
            guarded.__name__ = entry.operation.replace("-", "_").replace(":", "_")
            shared = route or (grouped(path) if self._grouped else "")
            if not shared:
                self._route(method, path, guarded)
            elif ROUTES.joined(method, shared, path, guarded):
                self._route(method, shared, self._dispatching(method, shared))
            return view

        return register

    def _route(self, method: str, path: str, guarded: Callable[..., Response]) -> None:
        # content_types=[]: the wrapper checks the type itself and answers in the one shape.
        self.route(path, methods=[method], content_types=[], name=guarded.__name__)(guarded)

    def _dispatching(self, method: str, route: str) -> Callable[..., Response]:
        """What the first endpoint of a route registers for all of them."""

        def dispatch(**path_params: str) -> Response:
            found = ROUTES.found(method, route, path_params)
            if found is None:
                headers = {k.lower(): v for k, v in (self.current_request.headers or {}).items()}
                refusal = _told(of_fhir(route), NotFoundError(), request_id_of(headers), headers)
                return answered(UNKNOWN, lambda: refusal)
            view, params = found
            answer: Response = view(**params)
            return answer

        dispatch.__name__ = f"{method.lower()}_{route.strip('/').replace('/', '_').translate(BARE)}"
        return dispatch


def _serve(entry: Endpoint, view: View, request: Request, path_params: dict[str, str]) -> Response:
    headers = {k.lower(): v for k, v in (request.headers or {}).items()}
    request_id = request_id_of(headers)
    caller = Caller(anonymous(request, request_id))
    path = entry.path.format(**path_params)
    sealed = SealedBodies(f"{entry.method} {path}", headers)
    left: dict[str, str] = {}
    try:
        edge.require(headers, services().settings.edge_key_hash)
        if portal.asks_for_cookie(headers):
            portal.guard(entry.method, headers, services().settings.public_url)
        if entry.door is Door.SHARE:
            caller = Caller(recipient_of(request, headers, request_id, path_params["share_id"]))
        elif entry.door is not Door.PUBLIC:
            caller = in_place(caller_of(request, headers, request_id, entry.method, path), entry.door, entry.path)
            _check_caller(entry, caller.actor, path_params)
            watching.arrived(entry.function, caller.actor)
            if entry.method != "GET":
                services().residence.check(caller.actor, entry.operation)
        services().limits.throttle(caller.actor, entry.operation)
        left = _charged(caller.actor, entry.method, path, request)
        form_of_answer = wanted_format(headers, request.query_params or {}, entry.answer_type) if entry.fhir else ""
        call = Call(
            actor=caller.actor,
            body=_body(entry, sealed.opened(caller.actor, request), sealed.inner),
            query=_query(entry, request),
            idempotency_key=idempotency_key(headers) if entry.idempotent else "",
            if_match=if_match(headers) if entry.if_match else 0,
            headers=headers,
            values=_values(request) if entry.fhir else {},
        )
        response = _answer(entry, _seen(view, call, path_params), request_id, form_of_answer)
        response.headers.update(left)
        watching.seen(entry.function, caller.actor, path_params)
        return sealed.closed(caller.actor, portal.dressed(response, caller, headers, entry.operation))
    except MedkartaError as error:
        _leave_trace(entry, caller.actor, error)
        watching.denied(entry.function, caller.actor, entry.operation, error.code, path_params)
        told = _told(entry.fhir, error, request_id, headers)
        told.headers.update(left)
        return sealed.closed(caller.actor, told)
    except Exception as error:  # noqa: BLE001 - whatever it is, the client gets one shape
        log.error("%s %s: unexpected %s", entry.operation, request_id, place_of(error))  # noqa: TRY400
        return _told(entry.fhir, MedkartaError(), request_id, headers)


def _charged(actor: Actor, method: str, path: str, request: Request) -> dict[str, str]:
    """What a program has left of its quotas, as headers; nothing for people. Raises TooManyRequestsError."""
    if not (actor.is_partner or actor.application):
        return {}
    size = len(request.raw_body or b"") if method != "GET" else 0
    return quota_fields(services().quotas.charge(actor, weight(method, path, size)))


def _told(fhir: bool, error: MedkartaError, request_id: str, headers: Mapping[str, str]) -> Response:  # noqa: FBT001
    return outcome(error, request_id, headers) if fhir else problem(error, request_id)


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


def _check_caller(entry: Endpoint, actor: Actor, path_params: Mapping[str, str]) -> None:
    admitted = actor.role in entry.roles
    if entry.door is Door.CARD and (admitted or not actor.is_partner):  # a consent opens to partners their routes alone
        _check_type(entry, actor, path_params)
        if entry.step_up and admitted:  # for the rest the gate has the better answer
            services().gate.fresh(actor)
        return
    right, level = (entry.right, entry.level) if admitted else ("", 0)
    services().gate.signed_in(actor, entry.operation, right=right, level=level)
    if not admitted:
        services().gate.refuse(actor, entry.operation, "role")
        raise AccessDeniedError
    if actor.is_partner and not entry.fhir and entry.scope not in actor.scopes:
        services().gate.refuse(actor, entry.operation, "scope")
        raise AccessDeniedError
    _check_type(entry, actor, path_params)
    if entry.step_up:
        services().gate.fresh(actor)


def _check_type(entry: Endpoint, actor: Actor, path_params: Mapping[str, str]) -> None:
    """What a token's scopes let it do to the type of resource that the path names; a session of a person needs none."""
    application = actor.role is Role.APPLICATION
    if not entry.letter or not (actor.is_partner or application):
        return
    named = path_params.get("resource_type") or entry.path.split("/")[2]
    if not smart.permits(actor.scopes, smart.PATIENT if application else smart.SYSTEM, named, entry.letter):
        services().gate.refuse(actor, entry.operation, "scope")
        raise AccessDeniedError


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
    if unknown and not (entry.open_query or entry.fhir):
        raise InvalidFieldsError(fields=(FieldProblem("?" + unknown[0][:40], "unknown", "no such parameter"),))
    return given


def _values(request: Request) -> dict[str, list[str]]:
    given = request.query_params
    return {name: list(given.getlist(name)) for name in given} if given else {}


def _answer(entry: Endpoint, result: Any, request_id: str, form_of_answer: str) -> Response:
    answer = result if isinstance(result, Answer) else Answer(result, entry.status)
    headers: dict[str, str | list[str]] = {
        "X-Request-ID": request_id,
        "Cache-Control": "no-store",
        "Content-Type": form_of_answer or entry.answer_type,
    }
    headers.update(answer.headers)
    body = answer.body
    if body is None:
        body = ""
        headers.pop("Content-Type")
    elif not isinstance(body, bytes | str):
        body = exact_json.dumps(body) if entry.fhir else json.dumps(body, ensure_ascii=False, default=str)
    return Response(body, status_code=answer.status, headers=headers)
