"""The portal's static files, served with the rules that S3 and CloudFront follow in production."""

from __future__ import annotations

import mimetypes
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from local.layout import ROOT

BUILT = ROOT / "portal" / "dist"
PLACEHOLDER = ROOT / "portal" / "placeholder"
VERIFIER = ROOT / "portal" / "verifier"  # the built portal has these modules inside
IMMUTABLE = "public, max-age=31536000, immutable"


def folder() -> Path:
    """The built portal, or until there is one the page that says so."""
    return BUILT if (BUILT / "index.html").is_file() else PLACEHOLDER


def find(base: Path, path: str) -> Path | None:
    """The file for a raw URL path. A path whose last part has no dot is a screen of the portal: ``index.html``."""
    plain = unquote(path)
    if plain.startswith("/r/"):  # the page behind a prescription's QR; the code is the page's own business
        plain = "/r.html"
    if plain == "/d" or plain.startswith("/d/"):  # behind the QR of an issued document
        plain = "/d.html"
    if plain.startswith("/s/"):  # the page of a link to a card; its id is the page's own business, too
        plain = "/s.html"
    if "." not in PurePosixPath(plain).name:
        plain = "/index.html"
    if "\0" in plain:
        return None
    if base == PLACEHOLDER and plain.startswith("/verifier/"):
        base, plain = VERIFIER, plain.removeprefix("/verifier")
    file = (base / plain.lstrip("/")).resolve()
    return file if file.is_relative_to(base.resolve()) and file.is_file() else None


def cache_rule(path: str) -> str:
    return IMMUTABLE if path.startswith("/assets/") else "no-cache"


def content_type(file: Path) -> str:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in ("application/javascript", "application/json", "image/svg+xml")
    return f"{kind}; charset=utf-8" if text else kind
