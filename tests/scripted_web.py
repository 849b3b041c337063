"""A server that answers whatever a test wants, in place of the network."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.interop.web import Reply, Web


class Scripted(Web):
    """Answers by the last part of the address; notes what it was sent."""

    def __init__(self, **answers: Any) -> None:
        super().__init__()
        self.answers = answers
        self.sent: list[tuple[str, dict[str, str]]] = []

    def get(self, url: str, headers: Any = None) -> Reply:
        return self._say(url, headers)

    def post(self, url: str, form: Any, headers: Any = None) -> Reply:
        return self._say(url, headers or {}, form)

    def _say(self, url: str, headers: Any, form: Any = None) -> Reply:
        self.sent.append((url, {**(headers or {}), **(form or {})}))
        name = "search" if "_search" in url else "token" if "token" in url else "everything"
        said = self.answers[name]
        said = said.pop(0) if isinstance(said, list) else said
        if isinstance(said, Reply):
            return said
        return Reply(200, "application/fhir+json", json.dumps(said).encode() if isinstance(said, dict) else said)
