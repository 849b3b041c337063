"""A stand-in for the registry of migration cards, with manners good and bad by the last digits of a card's number.

    …0001  unknown        …0003  answers too slowly      …0005  answers what is not JSON
    …0002  always fails   …0004  fails every other time  …0006  a stay that ended
Every other number is valid for 200 days. Nothing here is the state's registry, and nothing is checked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from local.registry import Registry

DAYS = 200


class MigrationRegistry(Registry):
    name = "migration-registry"
    length = 11

    def kind(self, number: str) -> str:
        return number[-4:]

    def known(self, number: str, kind: str) -> dict[str, Any]:  # noqa: ARG002
        until = datetime.now(UTC).date() + timedelta(days=-1 if kind == "0006" else DAYS)
        return {"status": "valid", "valid_until": until.isoformat(), "purpose": "work"}
