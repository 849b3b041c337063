"""OpenAPI 3.1 made from the declared endpoints, the models and the error catalogue; health; published keys."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from chalicelib import errors
from chalicelib.bootstrap import services
from chalicelib.handlers.bodies import model
from chalicelib.handlers.http import (
    ENDPOINTS,
    EVERYONE,
    FORM,
    JSON,
    Answer,
    Api,
    Call,
    Door,
    Endpoint,
)
from chalicelib.handlers.problems import PROBLEM, PROBLEM_BASE

api = Api(__name__)

ID_PATTERN = "^[A-Za-z0-9_-]{1,64}$"


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
    schemas: dict[str, Any] = {"Problem": _problem_schema()}
    paths: dict[str, dict[str, Any]] = {}
    for entry in ENDPOINTS:
        paths.setdefault(entry.path, {})[entry.method.lower()] = _operation(entry, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Medkarta",
            "version": "1",
            "description": "An electronic medical card that people can trust. Errors are RFC 9457.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(entry: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": entry.operation,
        "summary": entry.summary,
        "parameters": _parameters(entry),
        "responses": _responses(entry),
        "security": [] if entry.door is Door.PUBLIC else [{"bearer": []}],
        "x-roles": sorted(role.value for role in entry.roles),
        "x-step-up": entry.step_up,
        "x-scope": entry.scope,
    }
    if entry.accepts:
        file = {"schema": {"type": "string", "format": "binary"}}
        described["requestBody"] = {"required": True, "content": dict.fromkeys(entry.accepts, file)}
    elif entry.body:
        name = _schema(entry.body, schemas)
        described["requestBody"] = {
            "required": True,
            "content": {entry.content_type: {"schema": {"$ref": f"#/components/schemas/{name}"}}},
        }
    return described


def _schema(named: str, schemas: dict[str, Any]) -> str:
    made = model(named).model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(made.pop("$defs", {}))
    title = named.rpartition(":")[2]
    schemas[title] = made
    return title


def _parameters(entry: Endpoint) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": ID_PATTERN}}
        for name in re.findall(r"{(\w+)}", entry.path)
    ]
    found += [{"name": n, "in": "query", "required": False, "schema": dict(s)} for n, s in entry.query.items()]
    if entry.idempotent:
        schema = {"type": "string", "minLength": 16, "maxLength": 64, "pattern": "^[A-Za-z0-9_-]{16,64}$"}
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema})
    if entry.if_match:
        schema = {"type": "string", "pattern": '^(W/)?"[0-9]{1,9}"$'}
        found.append({"name": "If-Match", "in": "header", "required": True, "schema": schema})
    return found


ALWAYS: tuple[type[errors.MedkartaError], ...] = (
    errors.TooManyRequestsError,
    *errors.leaves(errors.UnavailableError),
)
OF_A_CARD = (errors.ConsentRequiredError, errors.CardStateError, errors.AssuranceLevelError, errors.ErasedError)


def _responses(entry: Endpoint) -> dict[str, Any]:
    answers: dict[str, Any] = {str(entry.status): {"description": "Done"}}
    if entry.status != 204:  # noqa: PLR2004
        schema: dict[str, Any] = {"type": "object"} if entry.answer_type.endswith("json") else {"type": "string"}
        answers[str(entry.status)]["content"] = {entry.answer_type: {"schema": schema}}
    possible = {*ALWAYS, *entry.errors}
    possible |= {errors.NotSignedInError, errors.AccessDeniedError, errors.NotFoundError}
    possible |= set(OF_A_CARD) if entry.door is Door.CARD else set()
    possible |= {errors.SessionEndedError} if entry.door is not Door.PUBLIC else set()
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
        content: dict[str, Any] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        if entry.content_type == FORM:  # RFC 6749 section 5.2 has a shape of its own; ours carries the code too
            content = {JSON: {"schema": {"type": "object", "required": ["error", "code"]}}} | content
        answers[str(status)] = {"description": ", ".join(codes), "content": content}
    return answers


def _problem_schema() -> dict[str, Any]:
    codes = sorted({leaf.code for leaf in errors.leaves()})
    line = {"type": "string"}
    field = {
        "type": "object",
        "required": ["field", "code", "message"],
        "properties": dict.fromkeys(("field", "code", "message"), line),
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
