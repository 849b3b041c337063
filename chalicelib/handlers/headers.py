"""What the headers of a request say, checked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from chalicelib.errors import FieldProblem, IdempotencyKeyMissingError, InvalidFieldsError, VersionRequiredError


def request_id(headers: Mapping[str, str]) -> str:
    given = headers.get("x-request-id", "")
    if 0 < len(given) <= 64 and given.isascii() and all(c.isalnum() or c in "-_" for c in given):  # noqa: PLR2004
        return given
    return secrets.token_hex(12)


def idempotency_key(headers: Mapping[str, str]) -> str:
    """draft-ietf-httpapi-idempotency-key-header: required where declared; quotes optional, as clients vary."""
    key = headers.get("idempotency-key", "").strip().strip('"')
    if not key:
        raise IdempotencyKeyMissingError
    if not (16 <= len(key) <= 64 and key.isascii() and key.replace("-", "").replace("_", "").isalnum()):  # noqa: PLR2004
        raise InvalidFieldsError(fields=(FieldProblem("Idempotency-Key", "format", "16 to 64 of A-Z a-z 0-9 - _"),))
    return key


def if_match(headers: Mapping[str, str]) -> int:
    """Version named by If-Match (RFC 9110): ``"3"`` or ``W/"3"``. Raises VersionRequiredError (RFC 6585)."""
    tag = headers.get("if-match", "").strip()
    if not tag:
        raise VersionRequiredError
    number = tag.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdecimal() and 0 < len(number) < 10):  # noqa: PLR2004
        raise InvalidFieldsError(fields=(FieldProblem("If-Match", "format", 'a version as in ETag, like W/"3"'),))
    return int(number)


SUFFIXES: Mapping[str, str] = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def attachment(media_type: str, name: str) -> dict[str, str]:
    """Headers of a file that is saved and never shown by the browser itself. ``name``: an id."""
    return {
        "Content-Type": media_type,
        "Content-Disposition": f'attachment; filename="{name}.{SUFFIXES[media_type]}"',
        "X-Content-Type-Options": "nosniff",
    }


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'W/"{version}"'}
