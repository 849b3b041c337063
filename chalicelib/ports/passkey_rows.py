"""Rows of passkeys (ID-4): ``PERSON#<person>|PASSKEY#<hash of the credential id>``, and how many of them are active.

The number stands in the CREDENTIALS row, so that a sign-in knows the factors without a query and no two changes at the
same moment can take the last factor away.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.factors import Factor, may_go
from chalicelib.domain.identity import PersonId
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Item, Store, Tables, Update, Write, every_row

ACTIVE = "active"
SUSPENDED = "suspended"


def all_passkeys(tables: Tables, person_id: PersonId) -> list[Item]:
    """Every passkey of a person, suspended ones too; there are few (``services/passkeys.py``)."""
    return list(every_row(tables, Store.IDENTITY, keys.person(person_id), keys.PASSKEYS))


def removal(person_id: PersonId, passkey: Item) -> list[Write]:
    """The row and the mark of its owner, without the count."""
    return [
        Delete(keys.passkey(person_id, passkey["id"]), expect={"state": passkey["state"]}),
        Delete(keys.passkey_owner(passkey["id"])),
    ]


def one_less(person_id: PersonId, credentials: Item, now: datetime) -> list[Write]:
    """An active passkey goes. The last takes the level that it gave with it (domain/assurance.py)."""
    writes: list[Write] = [
        Update(keys.credentials(person_id), {}, {"passkeys": -1, "ver": 1}, expect={"ver": credentials["ver"]})
    ]
    if int(credentials["passkeys"]) == 1:
        writes.append(Update(keys.profile(person_id), remove=tuple(evidence(Channel.BIOMETRIC, now))))
    return writes


def suspension(person_id: PersonId, passkey: Item, credentials: Item, now: datetime) -> list[Write]:
    """The passkey stops working. Without another factor that stays, SMS is switched on again: nobody is locked out."""
    stopped = Update(keys.passkey(person_id, passkey["id"]), {"state": SUSPENDED}, {"ver": 1}, expect={"state": ACTIVE})
    count, *rest = one_less(person_id, credentials, now)
    if not may_go(credentials, Factor.PASSKEY):
        count = Update(
            keys.credentials(person_id),
            {},
            {"passkeys": -1, "ver": 1},
            remove=("sms_off",),
            expect={"ver": credentials["ver"]},
        )
    return [stopped, count, *rest]
