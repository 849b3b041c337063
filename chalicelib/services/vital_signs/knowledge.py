"""By what a reading of one person is judged: the age, and limits that a doctor set in a chronic condition."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from chalicelib.domain.access import Permit
from chalicelib.domain.ages import age_at
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.vital_signs.bands import Limit
from chalicelib.domain.vital_signs.signs import SIGNS, indicator
from chalicelib.ports import Sealed, Vault, keys
from chalicelib.ports.record_rows import newest
from chalicelib.ports.tables import Item, Key, Tables
from chalicelib.records.conditions import CHRONIC_CONDITION

CONDITIONS, BY_ANYBODY = 20, 200
"""So many conditions that a doctor wrote, the newest by date, are looked at for limits, among so many of anybody's:
what a patient reports does not push a doctor's limits out."""
OVER = "resolved"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """``age``: None where the birth date is not known."""

    age: int | None
    limits: tuple[Limit, ...]


def knowledge(
    tables: Tables,
    vault: Vault,
    permits: Mapping[str, Permit],
    patient_id: PersonId,
    rows: Mapping[Key, Item],
    now: datetime,
) -> Knowledge:
    """``permits`` as ``Gate.admit_kinds`` gives them; without one for chronic conditions no limits are known."""
    return Knowledge(_age(vault, permits, patient_id, rows, now), _limits(tables, vault, permits, patient_id))


def _age(
    vault: Vault, permits: Mapping[str, Permit], patient_id: PersonId, rows: Mapping[Key, Item], now: datetime
) -> int | None:
    row = rows.get(keys.profile(patient_id))
    if row is None:
        return None
    born = json.loads(vault.open(permits["profile"], Sealed.of("profile", row))).get("birth_date")
    return age_at(date.fromisoformat(born), now) if born else None


def _limits(tables: Tables, vault: Vault, permits: Mapping[str, Permit], patient_id: PersonId) -> tuple[Limit, ...]:
    """Control targets of conditions as a doctor left them: a patient's own words bind no alert. The newest one wins."""
    permit = permits.get(CHRONIC_CONDITION.name)
    if permit is None:
        return ()
    found: dict[tuple[str, str], Limit] = {}
    page = newest(tables, patient_id, CHRONIC_CONDITION.name, BY_ANYBODY)
    theirs = (row for row in page.items if row["role"] == Role.DOCTOR.value and "status" not in row)
    for row in islice(theirs, CONDITIONS):
        body = json.loads(vault.open(permit, Sealed.of(row["id"], row)))
        if body.get("clinical_status") == OVER:
            continue
        for target in body.get("control_targets", ()):
            limit = _limit(target)
            if limit is not None:
                found.setdefault((limit.sign, limit.part), limit)
    return tuple(found.values())


def _limit(target: Mapping[str, str | None]) -> Limit | None:
    """None for what is no vital sign, or is in another unit than the sign."""
    named = indicator(str(target["indicator"]))
    if named is None or target["unit"] != SIGNS[named[0]].unit:
        return None
    low, high = target.get("low"), target.get("high")
    return Limit(*named, Decimal(low) if low else None, Decimal(high) if high else None)
