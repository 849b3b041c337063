"""Counting what providers say to what is sent."""

from __future__ import annotations

from typing import Protocol


class Tally(Protocol):
    def answered(self, channel: str, *, refused: bool) -> None:
        """A provider gave its word on a message: it took it, or takes nothing for this number or address, ever."""
