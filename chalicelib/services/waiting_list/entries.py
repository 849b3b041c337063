"""An entry of the waiting list: whether there is room for one more, and how its person sees it."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.waiting_list import MOST_OPEN, State
from chalicelib.errors import AlreadyExistsError, WaitingListFullError
from chalicelib.ports.tables import Item


def room(waitings: Item, wanted: str) -> None:
    """Raises AlreadyExistsError, WaitingListFullError."""
    if wanted in waitings["open"].values():
        raise AlreadyExistsError("you wait for this already")
    if len(waitings["open"]) >= MOST_OPEN:
        raise WaitingListFullError(extra={"most": MOST_OPEN})


SHOWN = ("id", "state", "organisation", "specialty", "zone", "first", "last", "put_first", "created_at", "updated_at")


def shown(row: Item) -> dict[str, Any]:
    """As its person sees it; ``offer``: what is held for them, and until when; ``booked``: what they accepted."""
    said: dict[str, Any] = {name: row[name] for name in SHOWN} | {"version": int(row["ver"])}
    said |= {"weekdays": [int(day) for day in row["weekdays"]], "parts": [*row["parts"]]}
    said |= {"schedule_id": row["schedule"]} if "schedule" in row else {}
    said |= {"why": row["why"]} if "why" in row else {}
    if "offer" not in row:
        return said
    offer = row["offer"]
    named = {"schedule_id": offer["schedule"], "start": offer["start"], "end": offer["until"], "zone": offer["zone"]}
    if row["state"] == State.BOOKED.value:
        return {**said, "booked": named}
    return {**said, "offer": {**named, "held_until": offer["held_until"]}}
