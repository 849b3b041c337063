"""The gateway's own answers in the one shape of the API, ``application/problem+json`` (RFC 9457).

API Gateway answers these itself, before any of our code runs: an unknown route, a body over 10 MB, a throttled or
failed call. Codes and texts come from ``chalicelib/errors/``, so there is one catalogue.
"""

from __future__ import annotations

import json
from typing import Any

from chalicelib import errors

PROBLEM = "application/problem+json"

ANSWERS: dict[str, type[errors.MedkartaError]] = {
    # An unknown route is 403 "Missing Authentication Token" by default.
    "MISSING_AUTHENTICATION_TOKEN": errors.NotFoundError,
    "RESOURCE_NOT_FOUND": errors.NotFoundError,
    "BAD_REQUEST_BODY": errors.MalformedError,
    "BAD_REQUEST_PARAMETERS": errors.MalformedError,
    "UNAUTHORIZED": errors.NotSignedInError,
    "EXPIRED_TOKEN": errors.SessionEndedError,
    "ACCESS_DENIED": errors.AccessDeniedError,
    "INVALID_API_KEY": errors.AccessDeniedError,
    "INVALID_SIGNATURE": errors.AccessDeniedError,
    "WAF_FILTERED": errors.AccessDeniedError,
    "REQUEST_TOO_LARGE": errors.TooLargeError,
    "UNSUPPORTED_MEDIA_TYPE": errors.ContentTypeError,
    "THROTTLED": errors.TooManyRequestsError,
    "QUOTA_EXCEEDED": errors.TooManyRequestsError,
    "API_CONFIGURATION_ERROR": errors.MedkartaError,
    "AUTHORIZER_CONFIGURATION_ERROR": errors.MedkartaError,
    "AUTHORIZER_FAILURE": errors.MedkartaError,
    # The function may have run: the caller repeats with the same Idempotency-Key.
    "INTEGRATION_FAILURE": errors.OutcomeUnknownError,
    "INTEGRATION_TIMEOUT": errors.OutcomeUnknownError,
}
REST = {"DEFAULT_4XX": errors.MalformedError, "DEFAULT_5XX": errors.MedkartaError}
RETRY = frozenset({"THROTTLED", "QUOTA_EXCEEDED", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"})
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}


def responses() -> dict[str, Any]:
    """``GatewayResponses`` of the ``AWS::Serverless::Api``."""
    return {name: _response(name, error) for name, error in {**ANSWERS, **REST}.items()}


def _response(name: str, error: type[errors.MedkartaError]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "urn:medkarta:problem:" + error.code,
        "code": error.code,
        "title": error.title,
        "title_ru": error.title_ru,
        "request_id": "$context.requestId",
    }
    # The type of a template decides the body; the header is set as well, because the template's key is also matched
    # against Accept and a client that asks for application/json must get the same type.
    headers = {**HEADERS, "Content-Type": PROBLEM, "X-Request-ID": "context.requestId"}
    if name in RETRY:
        headers["Retry-After"] = "1"
    found: dict[str, Any] = {
        "ResponseParameters": {
            "Headers": {k: v if v.startswith("context.") else f"'{v}'" for k, v in headers.items()},
        },
    }
    if name in ANSWERS:  # the defaults cover many statuses, so they keep the gateway's own
        body["status"] = error.status
        found["StatusCode"] = error.status
    # json.dumps escapes Cyrillic: ASCII survives every hop.
    found["ResponseTemplates"] = {"application/json": json.dumps(body)}
    return found
