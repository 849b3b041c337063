"""The registry of policies of compulsory medical insurance, as services need it (ACT-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PolicyStanding:
    """What the registry says. ``status``: active, closed or unknown; ``number``: the person's number now.

    ``until``: the last day (ISO), "" without end.
    """

    status: str
    number: str
    insurer: str = ""
    until: str = ""


class OmsRegistry(Protocol):
    def ask(self, number: str, birth_date: str) -> PolicyStanding:
        """``number``: 16 digits. Raises RegistryUnavailableError."""
        ...
