"""OpenAPI 3.1 made from the declared endpoints, the models and the error catalogue; health; published keys."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from chalicelib import errors
from chalicelib.bootstrap import services
from chalicelib.domain import residence
from chalicelib.domain.assurance import AFTER_A_CLAIM
from chalicelib.domain.identity import OWNERS
from chalicelib.handlers.answers import answer_schema, record_schemas
from chalicelib.handlers.components import PLACE, add_model
from chalicelib.handlers.endpoints import (
    ANY_SESSION,
    ENDPOINTS,
    EVERYONE,
    FHIR_JSON,
    FORM,
    JSON,
    Answer,
    Call,
    Door,
    Endpoint,
)
from chalicelib.handlers.http import Api
from chalicelib.handlers.portal import COOKIE
from chalicelib.handlers.problems import PROBLEM, PROBLEM_BASE
from chalicelib.handlers.sealed_bodies import JOSE

api = Api(__name__)

ID_PATTERN = "^[A-Za-z0-9_-]{1,64}$"
PATTERNS = {
    "code": "^[A-Za-z0-9._-]{1,64}$",
    "resource_type": "^[A-Z][A-Za-z]{1,40}$",
    "resource_id": "^[A-Za-z0-9.-]{1,64}$",
    "version_id": "^[0-9]{1,9}$",
}
"""Parts of a path that are no ids."""

DESCRIPTION = (
    "An electronic medical card that people can trust. Errors are RFC 9457. Texts are in the language of"
    " Accept-Language, Russian or English. X-Request-ID is taken over and answered; X-Device-ID, an id that a client"
    " keeps, tells a known device from a new one."
)
BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
PORTAL = {
    "type": "apiKey",
    "in": "cookie",
    "name": COOKIE,
    "description": "The portal's session. What changes something comes from the portal's own origin, with the header"
    " X-Requested-By: portal.",
}
SEALED_BODY = {
    "type": "string",
    "contentMediaType": JOSE,
    "description": "The same JSON as JWE (RFC 7516, compact; dir, A256GCM) under the session's key, which"
    " POST /api/v1/me/session-key gives. Protected header of a request: alg, enc, kid, op (method and path),"
    " jti (good once), iat (two minutes). The answer to a sealed request, errors too, and to"
    " Accept: application/jose is sealed; its header names kid, req, status and cty.",
}
SEALED = {"schema": {"$ref": PLACE + "SealedBody"}}


@api.endpoint(
    "GET",
    "/api/v1/health",
    operation="health",
    summary="The function answers",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def health(_call: Call) -> Any:
    return {"status": "ok"}


@api.endpoint(
    "GET",
    "/.well-known/jwks.json",
    operation="jwks",
    summary="Public keys of tokens and prescriptions (RFC 7517)",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def jwks(_call: Call) -> Any:
    headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
    return Answer(services().signer.published(), headers=headers)


@api.endpoint(
    "GET",
    "/api/openapi.json",
    operation="openapi",
    summary="This document",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def openapi(_call: Call) -> Any:
    return Answer(document(), headers={"Cache-Control": "public, max-age=300"})


@cache
def document() -> dict[str, Any]:
    """The whole document; made on first use, because it imports every model."""
    schemas: dict[str, Any] = {"Problem": _problem_schema(), "SealedBody": SEALED_BODY, **record_schemas()}
    paths: dict[str, dict[str, Any]] = {}
    for entry in ENDPOINTS:
        paths.setdefault(entry.path, {})[entry.method.lower()] = _operation(entry, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Medkarta",
            "version": "1",
            "description": DESCRIPTION,
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": BEARER, "portal": PORTAL},
        },
    }


def _operation(entry: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": entry.operation,
        "summary": entry.summary,
        "parameters": _parameters(entry),
        "responses": _responses(entry),
        "security": _security(entry),
        "x-roles": sorted(role.value for role in entry.roles),
        "x-step-up": entry.step_up,
        "x-scope": entry.scope,
    }
    if entry.accepts:
        file = {"schema": {"type": "string", "format": "binary"}}
        described["requestBody"] = {"required": True, "content": dict.fromkeys(entry.accepts, file)}
    elif entry.body:
        name = add_model(entry.body, schemas)
        described["requestBody"] = {
            "required": True,
            "content": {entry.content_type: {"schema": {"$ref": PLACE + name}}},
        }
        if _of_a_session(entry):
            described["requestBody"]["content"][JOSE] = SEALED
    return described


def _of_a_session(entry: Endpoint) -> bool:
    """Whether a human's session calls it: by a token or by the portal's cookie, in clear or sealed."""
    return entry.door is not Door.PUBLIC and bool(entry.roles & ANY_SESSION)


def _security(entry: Endpoint) -> list[dict[str, list[str]]]:
    if entry.door is Door.PUBLIC:
        return []
    return [{"bearer": []}, {"portal": []}] if _of_a_session(entry) else [{"bearer": []}]


def _parameters(entry: Endpoint) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": PATTERNS.get(name, ID_PATTERN)},
        }
        for name in re.findall(r"{(\w+)}", entry.path)
    ]
    found += [{"name": n, "in": "query", "required": False, "schema": dict(s)} for n, s in entry.query.items()]
    if entry.idempotent:
        schema = {"type": "string", "minLength": 16, "maxLength": 64, "pattern": "^[A-Za-z0-9_-]{16,64}$"}
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema})
    if entry.if_match:
        schema = {"type": "string", "pattern": '^(W/)?"[0-9]{1,9}"$'}
        found.append({"name": "If-Match", "in": "header", "required": True, "schema": schema})
    if entry.ranges:
        schema = {"type": "string", "pattern": "^bytes=[0-9]{0,15}-[0-9]{0,15}$"}
        found.append({"name": "Range", "in": "header", "required": False, "schema": schema})
    if entry.digest:
        schema = {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"}
        found.append({"name": "Content-Digest", "in": "header", "required": True, "schema": schema})
    return found


ALWAYS: tuple[type[errors.MedkartaError], ...] = (
    errors.TooManyRequestsError,
    errors.UnavailableError,
    errors.AuditUnavailableError,
    errors.KeyUnavailableError,
    errors.OutcomeUnknownError,
)
OF_A_CARD = (
    errors.ConsentRequiredError,
    errors.CardStateError,
    errors.CardMergedError,
    errors.AssuranceLevelError,
    errors.ErasedError,
)


def _responses(entry: Endpoint) -> dict[str, Any]:
    answers: dict[str, Any] = {str(entry.status): {"description": "Done"}}
    if entry.status != 204:  # noqa: PLR2004
        answers[str(entry.status)]["content"] = {entry.answer_type: {"schema": _answered(entry)}}
        if _of_a_session(entry):
            answers[str(entry.status)]["content"].setdefault(JOSE, SEALED)
    if entry.ranges:
        answers["206"] = answers[str(entry.status)]
    possible = {*ALWAYS, *entry.errors, *_of_the_edge(entry), *((errors.RangeError,) if entry.ranges else ())}
    possible |= {errors.NotSignedInError, errors.AccessDeniedError, errors.NotFoundError}
    possible |= set(OF_A_CARD) if entry.door is Door.CARD else set()
    possible |= {errors.SessionEndedError, errors.SessionBlockedError} if entry.door is not Door.PUBLIC else set()
    possible |= {errors.StepUpRequiredError} if entry.step_up else set()
    possible |= {errors.InvalidFieldsError}
    if entry.body or entry.accepts:
        possible |= {errors.MalformedError, errors.TooLargeError, errors.ContentTypeError}
    if entry.idempotent:
        possible |= {errors.IdempotencyKeyMissingError, errors.IdempotencyKeyReusedError, errors.ConflictError}
    if entry.if_match:
        possible |= {errors.VersionRequiredError, errors.StaleVersionError, errors.ConflictError}
    for status in sorted({error.status for error in possible}):
        codes = sorted(error.code for error in possible if error.status == status)
        content: dict[str, Any] = {PROBLEM: {"schema": {"$ref": PLACE + "Problem"}}}
        if entry.content_type == FORM:  # RFC 6749 section 5.2 has a shape of its own; ours carries the code too
            content = {JSON: {"schema": {"type": "object", "required": ["error", "code"]}}} | content
        if entry.fhir:
            content = {FHIR_JSON: {"schema": {"type": "object", "required": ["resourceType", "issue"]}}}
        answers[str(status)] = {"description": ", ".join(codes), "content": content}
    return answers


def _answered(entry: Endpoint) -> dict[str, Any]:
    if entry.answer_type == JSON:
        return answer_schema(entry)
    return {"type": "object" if entry.answer_type.endswith("json") else "string"}


def _of_the_edge(entry: Endpoint) -> set[type[errors.MedkartaError]]:
    """What the wrapper refuses by tables of its own: levels, stays, other sites, sealed bodies."""
    found: set[type[errors.MedkartaError]] = set()
    if entry.level or entry.operation in AFTER_A_CLAIM:
        found |= {errors.AssuranceLevelError}
    if not _of_a_session(entry):
        return found
    if entry.method != "GET":
        found |= {errors.CrossSiteError}
        limited = bool(entry.roles & OWNERS) and not residence.always_allowed(entry.operation)
        found |= {errors.LimitedAccountError} if limited else set()
    if entry.body:
        found |= {errors.SealedBodyError, errors.ReplayedBodyError}
    return found


def _problem_schema() -> dict[str, Any]:
    codes = sorted({leaf.code for leaf in errors.leaves()})
    line = {"type": "string"}
    field = {
        "type": "object",
        "required": ["field", "code", "message", "message_ru"],
        "properties": dict.fromkeys(("field", "code", "message", "message_ru"), line),
    }
    return {
        "type": "object",
        "description": f"RFC 9457; type is {PROBLEM_BASE}<code>",
        "required": ["type", "code", "title", "status", "request_id"],
        "properties": {
            "type": line,
            "code": {"type": "string", "enum": codes},
            "title": line,
            "title_ru": line,
            "status": {"type": "integer"},
            "detail": line,
            "request_id": line,
            "fields": {"type": "array", "items": field},
        },
    }
