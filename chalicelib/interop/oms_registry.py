"""Client of the registry of compulsory medical insurance (ACT-4).

The contract: ``POST <url>/check`` with the form fields ``number`` (16 digits) and ``birth_date`` (not in the address,
which servers log) answers 200 with ``{"status": "active", "number": "…", "insurer": "…", "until": "2027-05-01"}``;
``status`` is active, closed or unknown, ``number`` the person's number now. Asking twice is as good as asking once.
Whoever stands between this service and the state's register (a gateway of the deployer's) speaks this.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from chalicelib.domain.identifiers import normal_oms
from chalicelib.domain.policies import STATUSES
from chalicelib.errors import InvalidFieldsError, RegistryUnavailableError
from chalicelib.interop.web import NoAnswer, Reply, Web
from chalicelib.ports.oms import PolicyStanding

TRIES = 2
MAX_INSURER = 200


class HttpOmsRegistry:
    """``url`` is the address before ``/check``; empty for none: then it is always unavailable."""

    def __init__(self, url: str, web: Web | None = None) -> None:
        self._url = f"{url.rstrip('/')}/check" if url else ""
        self._web = web or Web()

    def ask(self, number: str, birth_date: str) -> PolicyStanding:
        """See ``ports/oms.py``."""
        for _ in range(TRIES if self._url else 0):
            try:
                reply = self._web.post(self._url, {"number": number, "birth_date": birth_date})
            except NoAnswer:
                continue
            if reply.status == 200:  # noqa: PLR2004
                return _read(reply, number)
        raise RegistryUnavailableError


def _read(reply: Reply, asked: str) -> PolicyStanding:
    """Raises RegistryUnavailableError for an answer that keeps to no contract: nothing is changed on it."""
    try:
        said: Any = json.loads(reply.body)
        status, until = said["status"], said.get("until") or ""
        if status not in STATUSES:
            raise RegistryUnavailableError
        number = normal_oms(said.get("number") or asked)
        if until:
            until = date.fromisoformat(until).isoformat()
        return PolicyStanding(status, number, str(said.get("insurer") or "")[:MAX_INSURER], until)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidFieldsError):
        raise RegistryUnavailableError from None
