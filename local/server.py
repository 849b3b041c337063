"""One origin: the API, the portal and the local tools, with production's headers on every answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from chalicelib.errors import MedkartaError, MethodNotAllowedError
from local import portal
from local.headers import finished
from local.layout import StartError
from local.wsgi import ChaliceWSGI, Environ, problem, raw_path

log = logging.getLogger("local.server")

API = ("/api/", "/fhir/", "/.well-known/")
TOOLS = "/_local/"
NO_STORE = "no-store"
THREADS = 8
LARGEST_BODY = 64 * 1024 * 1024  # bytes; above this the server itself cuts off, without reading on

Answer = tuple[int, list[tuple[str, str]], bytes]


class Site:
    """The WSGI callable of the whole origin. ``tools`` answers what is below ``/_local/``."""

    def __init__(self, api: ChaliceWSGI, tools: Callable[[Environ], Answer], files: Path) -> None:
        self.api = api
        self.tools = tools
        self.files = files

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = raw_path(environ).partition("?")[0]
        try:
            if path.startswith(TOOLS):
                status, headers, body = self.tools(environ)
            elif path.startswith(API) or f"{path}/" in API:
                status, headers, body = self.api.answer(environ)
            else:
                status, headers, body = self._file(environ, path)
        except Exception:
            log.exception("%s failed", environ["REQUEST_METHOD"])  # never the path: it may hold a token
            status, headers, body = problem(MedkartaError())
        lines = finished((h for h in headers if h[0].lower() != "content-length"), cache=NO_STORE)
        if status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            lines.append(("Content-Length", str(len(body))))
        start_response(f"{status} {_phrase(status)}", lines)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _file(self, environ: Environ, path: str) -> Answer:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return problem(MethodNotAllowedError(), Allow="GET, HEAD")
        accepted, known = environ.get("HTTP_ACCEPT_ENCODING", ""), environ.get("HTTP_IF_NONE_MATCH", "")
        return portal.answer(self.files, path, accepted, known)


def create(site: Site, port: int) -> Any:
    """A waitress server on loopback; ``run()`` serves until ``close()``. Raises StartError when the port is taken."""
    import waitress

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # says "queue depth" for every browser
    try:
        return waitress.create_server(
            site,
            host="127.0.0.1",
            port=port,
            threads=THREADS,
            ident="",
            max_request_body_size=LARGEST_BODY,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise StartError(f"port {port} on 127.0.0.1 cannot be used: {error.strerror}") from None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
