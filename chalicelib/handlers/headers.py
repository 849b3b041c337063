"""What the headers of a request say, checked."""

from __future__ import annotations

import secrets
from base64 import b64decode
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


SUFFIXES: Mapping[str, str] = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/smart-health-card": "smart-health-card",
    "application/dicom": "dcm",
    "video/mp4": "mp4",
}
ALONE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
"""What came from outside is what its type says, runs nothing and fetches nothing, also for who opens its address."""


def attachment(media_type: str, name: str) -> dict[str, str]:
    """Headers of a file that is saved and never shown by the browser itself. ``name``: an id."""
    return {
        "Content-Type": media_type,
        "Content-Disposition": f'attachment; filename="{name}.{SUFFIXES[media_type]}"',
        **ALONE,
    }


def content_digest(headers: Mapping[str, str]) -> str:
    """SHA-256 of the body in hexadecimal, as ``Content-Digest: sha-256=:<base64>:`` says it (RFC 9530)."""
    given = headers.get("content-digest", "").strip()
    try:
        digest = b64decode(given.removeprefix("sha-256=:").removesuffix(":"), validate=True)
    except ValueError:
        digest = b""
    if not (given.startswith("sha-256=:") and given.endswith(":") and len(digest) == 32):  # noqa: PLR2004
        raise InvalidFieldsError(fields=(FieldProblem("Content-Digest", "format", "sha-256=:<base64>: (RFC 9530)"),))
    return digest.hex()


def part_of_file(data: bytes, first: int, size: int, name: str) -> tuple[int, dict[str, str]]:
    """Status and headers of a range of a file (RFC 9110, 14.4), or of the whole. ``name``: an id with a suffix."""
    whole = len(data) == size
    return 200 if whole else 206, {
        "Content-Disposition": f'attachment; filename="{name}"',
        **ALONE,
        "Accept-Ranges": "bytes",
        **({} if whole else {"Content-Range": f"bytes {first}-{first + len(data) - 1}/{size}"}),
    }


def file_given(media_type: str, data: bytes, first: int, size: int, name: str) -> tuple[int, dict[str, str]]:
    """The same with the type of the file, which says its suffix too. ``name``: an id."""
    status, headers = part_of_file(data, first, size, f"{name}.{SUFFIXES[media_type]}")
    return status, {**headers, "Content-Type": media_type}


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'W/"{version}"'}


def replay(*, repeated: bool) -> dict[str, str]:
    """Whether the same request took effect before."""
    return {"Idempotent-Replay": "true"} if repeated else {}
