"""The registry of migration cards, as services need it (SPC-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stay:
    """What the registry says about one migration card. ``valid_until``: the last day."""

    valid_until: date
    purpose: str


class MigrationRegistry(Protocol):
    def check(self, number: str) -> Stay | None:
        """``number``: 11 digits. None for a card that is unknown or not valid. Raises RegistryUnavailableError."""
        ...
