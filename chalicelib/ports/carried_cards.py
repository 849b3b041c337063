"""Files of a person whose card goes into another one (SPC-5). What hangs on a record is carried with it, and nothing
else: a file that came now would stay behind, where nobody looks for it.
"""

from __future__ import annotations

from chalicelib.domain.access import CardState
from chalicelib.domain.identity import PersonId
from chalicelib.errors import CardMergedError, CardStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Check, Tables, Write


def not_carried(tables: Tables, person_id: PersonId) -> list[Write]:
    """Conditions for the transaction that takes a file in: the card is as it was seen. Nothing for who has no card.

    Raises CardStateError while the records of the card are carried, CardMergedError when they were. The transaction
    itself raises ConflictError when the card went meanwhile.
    """
    key = keys.card(person_id)
    card = tables.get(key)
    if card is None:
        return []
    if card["state"] == CardState.MERGING:
        raise CardStateError
    if card["state"] == CardState.MERGED:
        raise CardMergedError(card["merged_into"])
    return [Check(key, {"state": card["state"]})]
