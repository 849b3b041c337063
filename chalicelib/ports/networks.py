"""Where an address is, as far as an installation knows."""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.suspicion import Place


class Networks(Protocol):
    def place(self, ip: str) -> Place:
        """The country, or the network where the country is not known; a place without a name for no address."""
        ...
