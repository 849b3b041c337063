"""Where work waits that could not be done, for a person to look at: keys and codes only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.ports.tables import Item

AGAIN = "run_again"
"""Reaction of a row by which the operator has a parked reaction run once more (services/redriving.py)."""


@dataclass(frozen=True, slots=True)
class Parked:
    """One message: its id, how often it was taken out, what it says, and what gives it back or ends it."""

    id: str
    taken: int
    payload: Mapping[str, Any]
    handle: str


class Parking(Protocol):
    """A queue. Every method raises UnavailableError."""

    def park(self, queue: str, payload: Mapping[str, Any]) -> None:
        """Repeating it parks twice: the person who clears the queue sees the same key."""
        ...

    def take(self, queue: str, most: int) -> Sequence[Parked]:
        """Messages that nobody else gets until they are given back, or for ten minutes. One that no JSON object lies in
        has an empty payload.
        """
        ...

    def give_back(self, queue: str, parked: Parked) -> None: ...

    def end(self, queue: str, parked: Parked) -> None:
        """It is in the queue no more. Repeatable."""
        ...


def failed_reaction(name: str, row: Item, error: str) -> dict[str, Any]:
    """What is parked of a reaction that failed: whose row, which version, and the code of the failure.

    One that failed when it was run again is parked as what it was at first.
    """
    if name == AGAIN and "of" in row:
        return {**row["of"], "patient": row["patient"], "error": error}
    payload = {"reaction": name, "pk": row["pk"], "sk": row["sk"], "version": int(row["ver"])}
    return {**payload, "patient": row.get("patient", ""), "error": error}
