"""The portal's static files, served with the rules that S3 and CloudFront follow in production."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from chalicelib.errors import NotFoundError
from local.layout import ROOT
from local.wsgi import problem

Answer = tuple[int, list[tuple[str, str]], bytes]

BUILT = ROOT / "portal" / "dist"
IMMUTABLE = "public, max-age=31536000, immutable"
ENCODINGS = {"br": ".br", "gzip": ".gz"}  # best first
TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json"}  # a computer's own table may differ
NOT_BUILT = (
    "Портал не собран: make portal. Программный интерфейс работает: /api/openapi.json\n"
    "The portal is not built: make portal. The API works: /api/openapi.json\n"
)

# Pages for people who have no account, at addresses that are printed on paper or that applications know.
_BEHIND_CODES = re.compile(r"/(?:([rs])/.*|(d)(?:/.*)?)")
_BY_NAME = re.compile(r"/(a|journal)\.html")


def file_path(path: str) -> str:
    """What lies in the bucket for a raw URL path; infra/portal_paths.js says the same in production."""
    if found := _BEHIND_CODES.fullmatch(path) or _BY_NAME.fullmatch(path):
        return f"/outside/{found[found.lastindex or 0]}.html"
    return path if "." in path.rsplit("/", 1)[-1] else "/index.html"  # a screen of the portal


def find(base: Path, path: str) -> Path | None:
    """The file for a raw URL path."""
    plain = unquote(file_path(path))
    if "\0" in plain or PurePosixPath(plain).name.startswith("."):
        return None
    file = (base / plain.lstrip("/")).resolve()
    return file if file.is_relative_to(base.resolve()) and file.is_file() else None


def answer(base: Path, path: str, accepted: str = "", known: str = "") -> Answer:
    """``accepted`` and ``known`` are the request's Accept-Encoding and If-None-Match."""
    file = find(base, path)
    if file is None:
        if not (base / "index.html").is_file():
            return HTTPStatus.SERVICE_UNAVAILABLE, [("Content-Type", "text/plain; charset=utf-8")], NOT_BUILT.encode()
        return problem(NotFoundError())
    packed, encoding = _packed(file, accepted)
    body = packed.read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = [
        ("Cache-Control", cache_rule(file_path(path))),
        ("Vary", "Accept-Encoding"),
        ("ETag", tag),
        ("Content-Type", content_type(file)),
    ]
    if tag in known:
        return HTTPStatus.NOT_MODIFIED, headers[:-1], b""
    return HTTPStatus.OK, [*headers, *([("Content-Encoding", encoding)] if encoding else [])], body


def _packed(file: Path, accepted: str) -> tuple[Path, str]:
    taken = {name.partition(";")[0].strip() for name in accepted.split(",")}
    for encoding, ending in ENCODINGS.items():
        packed = file.with_name(file.name + ending)
        if encoding in taken and packed.is_file():
            return packed, encoding
    return file, ""


def cache_rule(path: str) -> str:
    """For a path in the bucket. Names in ``/assets/`` carry a hash of the content."""
    return IMMUTABLE if path.startswith("/assets/") else "no-cache"


def content_type(file: Path) -> str:
    kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in ("application/manifest+json", "application/json", "image/svg+xml")
    return f"{kind}; charset=utf-8" if text else kind
