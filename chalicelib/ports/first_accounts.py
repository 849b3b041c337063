"""What the second half of a recovery needs for a person without an account; ``services/first_accounts.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.domain.identity import Actor
from chalicelib.ports.tables import Item, Write


class FirstAccounts(Protocol):
    def prepared(self, caller: Actor, row: Item, password: str) -> tuple[dict[str, str], str]:
        """What is to become of the person, with the password as hash, and the language. Raises InvalidFieldsError."""
        ...

    def changes(self, caller: Actor, row: Item, content: Mapping[str, str]) -> tuple[list[Any], list[Write]]:
        """Entries (``services.gate.Staged``) and writes that make the account; the first is the recovery's own step."""
        ...
