"""What prints a card of any length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Booklet(Protocol):
    """A PDF made stretch by stretch; ``documents/booklet.py`` says what a state and contents are."""

    def begin(self) -> dict[str, Any]: ...

    def add(self, state: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]]:
        """The next bytes of the file and the state after them; equal arguments give equal bytes."""
        ...

    def close(self, state: Mapping[str, Any], content: Mapping[str, Any]) -> bytes:
        """The last bytes."""
        ...
