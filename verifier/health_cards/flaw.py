"""What is wrong with a card."""

from __future__ import annotations


class CardFlaw(Exception):
    """``code`` is stable; ``why`` is for a reader and quotes nothing of the card."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code, self.why = code, why
