"""Reading a measured value against its range."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

MARKS: Mapping[str, str] = {"H": "↑", "L": "↓", "HH": "↑↑", "LL": "↓↓", "A": "!", "AA": "!!"}
"""How a flag is printed; what is within its range has none."""


def interpretation(value: Decimal | None, low: Decimal | None, high: Decimal | None) -> str | None:
    """HL7 v3 ObservationInterpretation: L below, H above, N within; None when there is nothing to compare."""
    if value is None or (low is None and high is None):
        return None
    if low is not None and value < low:
        return "L"
    if high is not None and value > high:
        return "H"
    return "N"
