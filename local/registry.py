"""What the stand-ins for registries have in common: a question by number, a server on loopback, manners good and bad.

Which digits choose the manners, and what is said of a number that is known, each has of its own.
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs

from local.stand_in import Handler, StandIn

SLOW = 8.0  # seconds; the clients wait for three and five


class Registry(StandIn):
    """Knows numbers, and answers by their digits."""

    name = "registry"
    length = 0
    """Characters of a number that can be known."""

    def __init__(self, slow: float = SLOW) -> None:
        super().__init__(slow)
        self.asked: list[str] = []

    def answer(self, number: str) -> tuple[int, bytes]:
        """Status and body for one question."""
        self.asked.append(number)
        kind = self.kind(number)
        if kind == "0002" or (kind == "0004" and self.asked.count(number) % 2):
            return 500, b"{}"
        if kind == "0003":
            time.sleep(self.slow)
        if kind == "0005":
            return 200, b"<html>"
        unknown = kind == "0001" or len(number) != self.length or not number.isdecimal()
        said = {"status": "unknown"} if unknown else self.known(number, kind)
        return 200, json.dumps(said, ensure_ascii=False).encode()

    def kind(self, number: str) -> str:
        """The four digits that choose the manners."""
        raise NotImplementedError

    def known(self, number: str, kind: str) -> dict[str, Any]:
        """What is said of a number that is known."""
        raise NotImplementedError


class _Handler(Handler):
    stand_in: Registry
    largest = 1000

    def post(self) -> None:
        form = parse_qs(self.told().decode("ascii", "replace"))
        known = self.path == "/check"
        self.say(*(self.stand_in.answer(form.get("number", [""])[0]) if known else (404, b"{}")))


Registry.handler = _Handler
