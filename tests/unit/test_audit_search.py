"""The officer's search over the log: for officers alone, an entry itself, so far and no further at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import SYS, PersonId, Role
from chalicelib.domain.journal import Wanted
from chalicelib.errors import AccessDeniedError
from tests.unit.journal_world import (
    ALL,
    ANNA,
    BORIS,
    OFFICER,
    JournalWorld,
    doctor,
    hospital,
    looked,
    seen,
)


@pytest.fixture
def world() -> JournalWorld:
    return hospital()


@pytest.mark.requirement("AUD-3")
def test_an_officers_search_of_a_patient_stands_in_that_patients_journal(world: JournalWorld) -> None:
    looked(world)
    found = world.officers.search(OFFICER, Wanted(role="doctor"), ANNA, "en", 10, None)
    assert [item["body"]["action"] for item in found.items] == ["visit:read"]
    assert [item["what"] for item in found.items] == ["A record was read: Visit"]
    assert all("salt" not in item["body"] for item in found.items)
    assert found.items[0]["patient_id"] == ANNA
    world.sequence()
    line = seen(world)[0]
    assert (line["action"], line["who"]["role"], line["who"]["id"]) == ("audit:read", "security-officer", "officer")


@pytest.mark.requirement("AUD-1", "AUD-3")
def test_a_search_of_everybody_is_an_entry_of_the_system_with_its_filters(world: JournalWorld) -> None:
    looked(world)
    world.write(BORIS, actor=doctor())
    found = world.officers.search(OFFICER, Wanted(actor="doctor"), "", "en", 10, None)
    assert [item["patient_id"] for item in found.items] == [BORIS, ANNA]
    assert found.until == world.clock()
    world.sequence()
    (entry,) = world.reader.chain(Permit(SYS, "journal", None, "e"), 2026, limit=1)
    assert (entry.body["action"], entry.body["details"]) == ("audit:read", {"actor": "doctor"})


@pytest.mark.requirement("AUD-3")
def test_an_id_that_nobody_has_makes_no_chain(world: JournalWorld) -> None:
    looked(world)
    found = world.officers.search(OFFICER, ALL, "nobody", "en", 10, None)
    assert (list(found.items), found.after) == ([], None)
    assert world.reader.years(PersonId("nobody")) == []
    world.sequence()
    (entry,) = world.reader.chain(Permit(SYS, "journal", None, "e"), 2026, limit=1)
    assert entry.body["details"] == {"patient": "nobody"}


@pytest.mark.requirement("AUD-3", "ACC-5")
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECURITY_OFFICER, Role.PATIENT}))
def test_nobody_but_an_officer_searches_the_log(world: JournalWorld, role: Role) -> None:
    looked(world)
    actor = replace(OFFICER, role=role, session_id="journal")
    for patient_id in (ANNA, ""):
        with pytest.raises(AccessDeniedError):
            world.officers.search(actor, ALL, patient_id, "en", 10, None)
    world.sequence()
    assert seen(world)[0]["outcome"] == "denied"


@pytest.mark.requirement("AUD-3")
def test_a_search_looks_at_so_many_entries_and_says_how_far_it_came(
    world: JournalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.services.audit_log.MOST", 300)
    start = world.clock()
    world.write(ANNA, 1, action="visit:create")
    for _ in range(4):
        world.clock.advance(minutes=1)
        world.write(BORIS, 100)
    first = world.officers.search(OFFICER, Wanted(action="visit:create"), "", "en", 10, None)
    assert (list(first.items), first.until) == ([], start + timedelta(minutes=2))
    second = world.officers.search(OFFICER, Wanted(action="visit:create"), "", "en", 10, first.after)
    assert [item["patient_id"] for item in second.items] == [ANNA]
    assert second.after is None
    third = world.officers.search(OFFICER, Wanted(until=start + timedelta(minutes=2)), "", "en", 2, None)
    assert [item["at"][14:16] for item in third.items] == ["01", "01"]
    none = world.officers.search(OFFICER, Wanted(since=world.clock() + timedelta(minutes=1)), "", "en", 2, None)
    assert (list(none.items), none.after) == ([], None)


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_an_officer_sees_the_newest_checkpoint_with_its_witness(world: JournalWorld) -> None:
    looked(world)
    (shown,) = world.officers.checkpoints(OFFICER)
    assert (shown["year"], shown["size"]) == (2026, 2)
    assert shown["witnesses"] == [{"name": "witness.example/w1", "at": "2026-03-02T09:00:00.000Z"}]
