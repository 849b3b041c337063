"""Errors of the catalogue as answers (RFC 9457), and what of an error may stand in a log."""

from __future__ import annotations

import json
import traceback
from typing import Any

from chalice import Response

from chalicelib.errors import MedkartaError, NotSignedInError, ProofError

PROBLEM = "application/problem+json"
PROBLEM_BASE = "urn:medkarta:problem:"


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
        body["fields"] = [field.shown() for field in error.fields]
    return Response(
        json.dumps(body, ensure_ascii=False), status_code=error.status, headers=headers_of(error, request_id)
    )


def headers_of(error: MedkartaError, request_id: str) -> dict[str, str | list[str]]:
    """Headers of an error's answer, whatever form its body has."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": PROBLEM,
        "Cache-Control": "no-store",
        "X-Request-ID": request_id,
    }
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedInError) or error.status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = error.header if isinstance(error, ProofError) else 'Bearer realm="medkarta"'
    return headers


def place_of(error: BaseException) -> str:
    """Type and lines of an error and its causes, never their messages: those may quote content."""
    found: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines = "".join(traceback.format_tb(seen.__traceback__))
        found.append(f"{type(seen).__name__}\n{lines}")
        seen = seen.__cause__
    return "caused by ".join(found)
