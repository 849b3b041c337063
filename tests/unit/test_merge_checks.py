"""The check of a card against the log (AUD-4) holds after a merge and after its undoing, and sees what is amiss."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.checks import Discrepancy, Logged, Stored, compared, logged_of
from chalicelib.ports import Event, keys
from chalicelib.ports.tables import Store
from tests.unit.merge_world import GOES, STAYS, Registry

pytestmark = pytest.mark.requirement("SPC-5", "AUD-4")


def body(event: Event) -> dict[str, Any]:
    """As much of an entry as the check reads."""
    return {
        "action": event.action,
        "outcome": event.outcome,
        "new": event.new,
        "details": dict(event.details),
        "actor": {"org": event.actor.organisation_id},
        "resource": {"type": event.resource_type, "id": event.resource_id, "version": event.resource_version},
    }


def checked(registry: Registry, person: str) -> list[Discrepancy]:
    told: list[Logged] = []
    for entry_id, event in registry.audit.entries:
        if event.subject == person:
            entry: Any = SimpleNamespace(body=body(event), altered=False, id=entry_id)
            told += [one for one in [logged_of(entry)] if one is not None]
    stored = []
    for key, row in registry.tables.rows(Store.CARD).items():
        if key.pk == keys.patient(person) and key.sk[:2] in {"R#", "V#"}:
            digest = b64encode(hashlib.sha256(row["sealed"]).digest()).decode()
            record = (row["kind"], row["id"])
            stored.append(Stored(record, row["ver"], row["hash"], digest, row["entry"], newest=key.sk[0] == "R"))
    return compared(told, stored, (), registry.clock() + timedelta(days=1))


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.fill()
    return made


def test_both_cards_are_as_the_log_says(registry: Registry) -> None:
    merge_id = registry.merged()
    assert checked(registry, STAYS) == []
    assert checked(registry, GOES) == []
    registry.amend(STAYS, registry.amended, 3, "Позже")
    registry.undo(merge_id)
    registry.carry_on()
    assert checked(registry, STAYS) == []
    assert checked(registry, GOES) == []


def test_a_second_merge_after_an_undone_one_is_as_the_log_says(registry: Registry) -> None:
    registry.undo(registry.merged())
    registry.carry_on()
    registry.merged()
    assert checked(registry, STAYS) == []


def test_what_is_missing_or_altered_is_seen_as_before(registry: Registry) -> None:
    registry.merged()
    kind = "examination-protocol"
    registry.tables.tamper(keys.record(STAYS, kind, registry.near), sealed=b"other")
    registry.tables._rows.pop(keys.record(STAYS, kind, registry.twin[1]))
    found = {(one.rule, one.record[1]) for one in checked(registry, STAYS)}
    assert found == {("record-altered", registry.near), ("record-missing", registry.twin[1])}


def test_a_copy_that_came_back_after_an_undoing_is_seen(registry: Registry) -> None:
    merge_id = registry.merged()
    key = keys.record(STAYS, "examination-protocol", registry.near)
    kept = registry.tables._rows[key]
    registry.undo(merge_id)
    registry.carry_on()
    registry.tables._rows[key] = kept
    assert [one.rule for one in checked(registry, STAYS)] == ["record-unlogged"]
