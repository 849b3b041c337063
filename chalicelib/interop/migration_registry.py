"""Client of a registry of migration cards (SPC-6).

The contract: ``POST <url>/check`` with the form field ``number`` (11 digits; not in the address, which servers log)
answers 200 with ``{"status": "valid", "valid_until": "2027-05-01", "purpose": "work"}``, or ``{"status": "unknown"}``
for a card that is not there or not valid. Asking twice is as good as asking once. Whoever stands between this service
and the state's registry (a gateway of the deployer's, with its certificates) speaks this.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from chalicelib.errors import RegistryUnavailableError
from chalicelib.interop.web import NoAnswer, Reply, Web
from chalicelib.ports.migration import Stay

TRIES = 2
MAX_PURPOSE = 100


class HttpMigrationRegistry:
    """``url`` is the address before ``/check``; empty for none: then it is always unavailable."""

    def __init__(self, url: str, web: Web | None = None) -> None:
        self._url = f"{url.rstrip('/')}/check" if url else ""
        self._web = web or Web()

    def check(self, number: str) -> Stay | None:
        """See ``ports/migration.py``."""
        for _ in range(TRIES if self._url else 0):
            try:
                reply = self._web.post(self._url, {"number": number})
            except NoAnswer:
                continue
            if reply.status == 200:  # noqa: PLR2004
                return _read(reply)
        raise RegistryUnavailableError


def _read(reply: Reply) -> Stay | None:
    """Raises RegistryUnavailableError for an answer that keeps to no contract: nothing is decided on it."""
    try:
        said: Any = json.loads(reply.body)
        if said["status"] == "unknown":
            return None
        if said["status"] != "valid":
            raise RegistryUnavailableError
        return Stay(date.fromisoformat(said["valid_until"]), str(said.get("purpose", ""))[:MAX_PURPOSE])
    except (ValueError, KeyError, TypeError):
        raise RegistryUnavailableError from None
