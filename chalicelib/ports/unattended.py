"""Patients who cannot answer for themselves yet, and for whom nobody acts (ACT-5, SPC-1): without an account, or with
one and too young.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.access import CardState
from chalicelib.domain.ages import speaks
from chalicelib.domain.identity import PersonId
from chalicelib.domain.patients import UNCLAIMED
from chalicelib.errors import CardMergedError, NotFoundError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.tables import Check, Item, Store, Tables, Write, every_row

WITHOUT_ACCOUNT = frozenset({UNCLAIMED, "ward"})


def unattended(tables: Tables, patient_id: PersonId, organisation_id: str, now: datetime) -> Item:
    """The profile row of a patient of this clinic for whom paper is the only way.

    Raises NotFoundError for anybody who is not a patient of the clinic (an unknown id alike), WrongStateError while
    the patient or a representative can answer in the cabinet, CardMergedError.
    """
    profile, card, clinic = (
        keys.profile(patient_id),
        keys.card(patient_id),
        keys.clinic(patient_id, organisation_id),
    )
    rows = tables.get_many([profile, card, clinic])
    state = rows.get(card, {}).get("state")
    if state == CardState.MERGED:
        raise CardMergedError(rows[card]["merged_into"])
    if profile not in rows or clinic not in rows or state != CardState.ACTIVE:
        raise NotFoundError
    if rows[profile]["state"] not in WITHOUT_ACCOUNT and speaks(rows[profile], now):
        raise WrongStateError("the patient has an account and answers there")
    for row in every_row(tables, Store.CARD, keys.patient(patient_id), keys.REPRESENTATIONS):
        standing = representation_of(row)
        if standing is not None and standing.live(now):
            raise WrongStateError("a representative answers for this patient")
    return rows[profile]


def still_unattended(patient_id: PersonId, profile: Item) -> list[Write]:
    """Conditions for the transaction that rests on it: no account was made meanwhile, and the card is open."""
    return [
        Check(keys.profile(patient_id), {"state": profile["state"]}),
        Check(keys.card(patient_id), {"state": CardState.ACTIVE.value}),
    ]
