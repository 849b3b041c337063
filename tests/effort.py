"""How much is tried: a third of the examples in ``make test``, all of them in ``make soak`` (EFFORT=full)."""

from __future__ import annotations

import os

FULL = os.environ.get("EFFORT") == "full"
PART = 3
FEW = 4


def tried(most: int) -> int:
    """How many examples Hypothesis makes for a property that deserves ``most``."""
    return most if FULL else min(most, max(FEW, most // PART))
