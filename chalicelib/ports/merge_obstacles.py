"""What stands in the way of a merge beside the cards themselves (SPC-5).

Orders of erasure, restrictions, one's own card, orders at pharmacies and appointments that are open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain import erasures
from chalicelib.domain.identity import PersonId
from chalicelib.domain.pharmacy_orders import OPEN, State
from chalicelib.errors import WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.appointment_rows import standing_of
from chalicelib.ports.tables import Check, Expect, Item, Store, Tables, every_row


def has_part(tables: Tables, person_id: PersonId, cards: Sequence[PersonId]) -> bool:
    """Whether a card is this person's, or they act or acted for its owner."""
    return person_id in cards or bool(tables.get_many([keys.representation(one, person_id) for one in cards]))


def check_no_erasure(tables: Tables, cards: Sequence[PersonId], now: datetime) -> None:
    """An order names one card (SPC-8): copies on the other would outlive it, or the other would go with it.

    Raises WrongStateError.
    """
    newest = tables.get_many([keys.newest_erasure(one) for one in cards]).values()
    orders = tables.get_many([keys.erasure(row["erasure"]) for row in newest]).values()
    if any(_present(order, now) in erasures.OPEN for order in orders):
        raise WrongStateError("an erasure of one of these cards is under way")


def _present(order: Item, now: datetime) -> erasures.State:
    until = erasures.good_until(order["due_at"]) if "due_at" in order else None
    return erasures.present_state(order["state"], datetime.fromisoformat(order["proposed_at"]), now, until)


def check_no_order(tables: Tables, source_id: PersonId) -> None:
    """A chain would go on telling of it to a card that nobody opens any more, and nobody could take it back.

    Raises WrongStateError.
    """
    orders = every_row(tables, Store.CARD, keys.patient(source_id), keys.PHARMACY_ORDERS)
    if any(State(row["state"]) in OPEN for row in orders):
        raise WrongStateError("an order at a pharmacy is open on the card that goes: it ends first, or is cancelled")


def check_no_booking(tables: Tables, source_id: PersonId, now: datetime) -> Check:
    """The clinic would wait for a card that nobody opens any more, and its slot could not be given back.

    Raises WrongStateError. Returns what a merge rests on: that nothing was booked since.
    """
    standing = standing_of(tables.get(keys.bookings(source_id)))
    if any(one.interval.end > now for one in standing.open):
        raise WrongStateError("an appointment is open on the card that goes: it takes place first, or is cancelled")
    return Check(keys.bookings(source_id), {"ver": standing.version} if standing.version else Expect.ABSENT)


def check_restrictions(tables: Tables, patient_id: PersonId, source_id: PersonId) -> None:
    """Whom a doctor shut out of the card that goes, for the patient's safety, must not see it through the other one.

    Representations are not carried, and so a restriction is not; the doctor restricts the other one first (ACC-8).
    Raises WrongStateError.
    """
    for theirs in every_row(tables, Store.CARD, keys.patient(source_id), keys.REPRESENTATIONS):
        if "restriction" not in theirs:
            continue
        other = tables.get(keys.representation(patient_id, theirs["id"]))
        if other is None or other["state"] != "active":
            continue
        if theirs["state"] != "active" or not set(theirs.get("hidden", ())) <= set(other.get("hidden", ())):
            raise WrongStateError("a doctor restricted a representative of one of these cards, and not of the other")
