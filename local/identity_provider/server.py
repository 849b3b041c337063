"""The stand-in's issuers over HTTP, on loopback alone."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from local.identity_provider.issuer import FAULTS, Client, Issuer, Person, Refused

LARGEST = 64 * 1024
TITLES = {"state": "государственный портал / state portal", "bank": "банк / bank"}
PAGE = """<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Stand-in: {title}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem}}button{{font:inherit;width:100%;
text-align:left;margin:.2rem 0;padding:.5rem}}p{{background:#fd9;padding:.7rem}}</style></head><body><h1>{title}</h1>
<p>Это заменитель службы входа для локального запуска: пароль не спрашивается.<br>
A stand-in for an identity provider on this computer: it asks for no password.</p>
<form method="post">{hidden}{buttons}</form></body></html>"""


class Server(ThreadingHTTPServer):
    """``issuers`` by the first part of the path. Port 0: any free one."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int = 0) -> None:
        self.issuers: dict[str, Issuer] = {}
        self.people: dict[str, Person] = {}
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def serve(self, name: str, client: Client, **more: Any) -> Issuer:
        """Add an issuer below ``/<name>``; all of them know the same people."""
        issuer = self.issuers[name] = Issuer(name, f"{self.url}/{name}", client, self.people, **more)
        return issuer

    def know(self, fields: Mapping[str, str]) -> Person:
        """Somebody with an account at every issuer; the same SNILS is the same person."""
        person = Person(f"s{fields['snils']}", dict(fields))
        self.people[person.sub] = person
        return person


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.close_connection = True
            return self._send(413, {"error": "too_large"})
        raw = self.rfile.read(length)
        if self.headers.get_content_type() == "application/json":
            return self._answer(json.loads(raw or b"{}"))
        return self._answer(dict(parse_qsl(raw.decode(), keep_blank_values=True)))

    def _answer(self, body: dict[str, Any]) -> None:
        parts = urlsplit(self.path)
        name, _, what = parts.path.strip("/").partition("/")
        if (self.command, name, what) == ("GET", "health", ""):
            return self._send(200, {"stand-in": sorted(self.server.issuers)})
        if (self.command, name, what) == ("POST", "people", ""):
            return self._send(200, {"sub": self.server.know(body).sub})
        issuer = self.server.issuers.get(name)
        if issuer is None:
            return self._send(404, {"error": "not_found"})
        if not what.startswith("_"):
            time.sleep(float(issuer.faults.get("slow", 0)))
            if "status" in issuer.faults:
                return self._send(int(issuer.faults["status"]), {"error": "server_error"})
        try:
            return self._serve(issuer, what, dict(parse_qsl(parts.query, keep_blank_values=True)), body)
        except Refused as refusal:
            return self._send(refusal.status, {"error": refusal.error})

    def _serve(self, issuer: Issuer, what: str, query: dict[str, str], body: dict[str, Any]) -> None:
        match self.command, what:
            case "GET", ".well-known/openid-configuration":
                return self._send(200, issuer.document())
            case "GET", "jwks":
                return self._send(200, issuer.jwks())
            case "GET", "authorize":
                issuer.check_request(query)
                return self._page(issuer, query)
            case "POST", "authorize":
                asked = {**query, **{k: v for k, v in body.items() if k != "person"}}
                return self._redirect(issuer.authorized(asked, body.get("person", "")))
            case "POST", "token":
                return self._send(200, issuer.token(body))
            case "GET", "userinfo":
                return self._send(200, issuer.userinfo(self.headers.get("Authorization", "").removeprefix("Bearer ")))
            case "POST", "_rotate":
                issuer.rotate()
                return self._send(200, {})
            case "POST", "_faults":
                if not body.keys() <= FAULTS:
                    raise Refused("unknown_fault")
                issuer.faults = body
                return self._send(200, {})
        raise Refused("not_found", 404)

    def _page(self, issuer: Issuer, query: Mapping[str, str]) -> None:
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in query.items()
        )
        buttons = "".join(
            f'<button name="person" value="{escape(person.sub)}">{escape(person.label)}</button>'
            for person in list(issuer.people.values())
        )
        page = PAGE.format(title=TITLES[issuer.kind], hidden=hidden, buttons=buttons)
        self._send(200, page.encode(), "text/html; charset=utf-8")

    def _redirect(self, place: str) -> None:
        self.send_response(303)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, body: Any, kind: str = "application/json") -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name in the base class
        """Nothing: addresses hold codes."""
