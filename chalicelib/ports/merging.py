"""What merging needs of the comparison of two cards; ``services/comparisons.py`` stands behind."""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.identity import Actor
from chalicelib.domain.matching import Comparison
from chalicelib.ports.tables import Item


class Comparisons(Protocol):
    def of(self, actor: Actor, row: Item) -> Item:
        """Counts by kind, duplicates, differences of the profiles and consents to give anew, of a MERGE row."""
        ...

    def match(self, actor: Actor, row: Item) -> Comparison:
        """Whether the profiles are of one person."""
        ...
