"""Two cards become one, and two again: every record once, under either id, whoever decides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.access import CardState, Permit
from chalicelib.domain.identity import PersonId, Role, system_actor
from chalicelib.domain.merges import NEXT, UNDO_DAYS, MergeState, Step, after, line_of
from chalicelib.domain.private import may_private
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    CardMergedError,
    CardStateError,
    ConsentRequiredError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.records.registry import RECORD_NAMES, RECORD_TYPES
from chalicelib.services.sharing import SharingService
from tests.unit.merge_world import GOES, STAYS, Registry
from tests.world import PRESCRIPTION

pytestmark = pytest.mark.requirement("SPC-5")


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.fill()
    return made


def test_every_kind_of_record_can_be_carried() -> None:
    mover = system_actor("merge")
    assert all(may_private(mover, STAYS, spec.name, RECORD_NAMES) for spec in RECORD_TYPES)
    assert not may_private(system_actor("notify"), STAYS, "visit", RECORD_NAMES)


def test_every_step_from_every_state() -> None:
    for state in MergeState:
        for step in Step:
            if (state, step) in NEXT:
                assert after(state, step) is NEXT[state, step]
            else:
                with pytest.raises(WrongStateError):
                    after(state, step)


def test_the_comparison_shows_no_content(registry: Registry) -> None:
    shown = registry.merges.show(registry.second, STAYS, registry.proposed())
    assert shown["records"] == {
        "stays": {"examination-protocol": 2},
        "goes": {"examination-protocol": 3, "prescription": 1},
    }
    twin = {"kind": "examination-protocol", "goes": registry.twin[1], "stays": registry.twin[0]}
    assert shown["duplicates"] == [twin]
    assert {pair["goes"] for pair in shown["near_duplicates"]} == {registry.amended, registry.near}
    assert [c["member"] for c in shown["consents_to_give_anew"]] == ["member-doctor"]
    assert "Осмотр" not in repr(shown)
    assert shown["whole"] is True
    actions = [(e.action, e.subject) for e in registry.audit.events if e.action.startswith("merge:compare")]
    assert {subject for _, subject in actions} == {STAYS, GOES}


def test_profiles_are_shown_where_they_differ(registry: Registry) -> None:
    shown = registry.merges.show(registry.second, STAYS, registry.proposed())
    assert shown["profile"] == []
    assert shown["match"]["veto"] == ""


def test_all_records_are_on_the_card_that_goes_on(registry: Registry) -> None:
    before = registry.contents(STAYS) | registry.contents(GOES)
    source = registry.contents(GOES)
    merge_id = registry.merged()
    assert registry.state(merge_id) == "merged"
    now = registry.contents(STAYS)
    assert now.keys() == before.keys()
    assert {sk: text for sk, (text, _) in now.items()} == {sk: text for sk, (text, _) in before.items()}
    assert [sk for sk, (_, mark) in now.items() if mark] == [f"R#examination-protocol#{registry.twin[1]}"]
    assert registry.contents(GOES) == source  # nothing was taken away
    row = registry.row(keys.record(STAYS, EXAMINATION_PROTOCOL.name, registry.amended))
    assert row["merged_from"] == {"patient": GOES, "merge": merge_id, "ver": 3}
    assert registry.merges.mine(registry.anna)[0]["counts"] == {
        "carried": 3,
        "duplicates": 1,
        "returned": 0,
        "kept": 0,
    }
    assert registry.tables.get(keys.queue(keys.CARRYING, merge_id)) is None


def test_lists_show_each_record_once_and_old_ids_are_found(registry: Registry) -> None:
    registry.merged()
    listed = registry.listed(STAYS)
    assert registry.twin[0] in listed
    assert registry.twin[1] not in listed
    assert {registry.amended, registry.near} <= listed
    twin = registry.records.read(registry.doctor, STAYS, EXAMINATION_PROTOCOL, registry.twin[1])
    assert twin["body"]["examination"] == "Осмотр 1"
    assert len(registry.records.history(registry.doctor, STAYS, EXAMINATION_PROTOCOL, registry.amended)) == 3
    with pytest.raises(CardMergedError) as caught:
        registry.listed(GOES)
    assert caught.value.patient_id == STAYS
    assert (caught.value.detail, caught.value.extra) == ("", {})


def test_the_audit_chains_of_both_cards_tell_of_it(registry: Registry) -> None:
    registry.merged()
    for person in (STAYS, GOES):
        actions = [e.action for e in registry.audit.events if e.subject == person and e.action.startswith("merge:")]
        assert {"merge:propose", "merge:approve", "merge:complete"} <= set(actions)
    carried = [e for e in registry.audit.events if e.action == "merge:carry" and e.new]
    assert len(carried) == 6  # three records of one version, one of three
    assert {e.subject for e in carried} == {STAYS}
    assert {e.action for e in registry.audit.events if e.subject == GOES and e.action == "merge:open"}


def test_numbers_lead_to_the_card_that_goes_on_and_the_account_is_closed(registry: Registry) -> None:
    registry.merged()
    for field in ("snils", "passport"):
        assert registry.row(keys.blind_index(field, f"{field}-{GOES}"))["person"] == STAYS
    assert registry.row(keys.blind_index("phone", f"phone-{GOES}"))["person"] == GOES  # nobody signs in by it
    profile = registry.row(keys.profile(GOES))
    assert (profile["state"], profile["merged_into"], profile["epoch"]) == ("merged", STAYS, 1)
    assert registry.row(keys.card(GOES))["state"] == "merged"
    assert "merge_done" in told(registry, STAYS)
    assert "merge_approved" in told(registry, GOES)


def told(registry: Registry, person: str) -> list[str]:
    rows = registry.tables.query(Store.CARD, f"P#{person}", "EVENT#").items
    return [name for row in rows for name in row["react"]]


def test_consents_are_not_carried(registry: Registry) -> None:
    nurse = registry.staff("nurse", Role.NURSE)
    registry.consent(nurse, GOES)
    registry.merged()
    with pytest.raises(AccessDeniedError):
        registry.records.read(nurse, STAYS, EXAMINATION_PROTOCOL, registry.amended)


@pytest.mark.requirement("ACC-4")
def test_who_was_shut_out_of_one_card_does_not_read_it_through_the_other(registry: Registry) -> None:
    sharing = SharingService(registry.gate, registry.tables, registry.clock)
    sharing.bar(registry.other, "member", registry.doctor.member_id)
    merge_id = registry.merged()
    with pytest.raises(ConsentRequiredError):  # the card that goes on had given them consent
        registry.listed(STAYS)
    assert [door["id"] for door in sharing.barred(registry.anna)] == [registry.doctor.member_id]
    registry.undo(merge_id)
    registry.carry_on()
    assert len(sharing.barred(registry.anna)) == 1
    sharing.unbar(registry.anna, registry.doctor.member_id)
    assert sharing.barred(registry.anna) == []


def test_a_prescription_is_dispensed_before_and_after(registry: Registry) -> None:
    registry.merged()
    assert registry.dispense(1, "after-the-merge")["remaining"] == [1]
    row = registry.row(keys.record(STAYS, "prescription", registry.rx))
    assert row["status"]["remaining"] == [1]
    assert len([sk for sk in registry.contents(STAYS) if sk.startswith("DISP#")]) == 2


def test_while_it_runs_the_card_that_goes_is_read_and_not_written(registry: Registry) -> None:
    registry.approved()
    assert registry.row(keys.card(GOES))["state"] == "merging"
    assert registry.records.read(registry.doctor, GOES, EXAMINATION_PROTOCOL, registry.amended)
    with pytest.raises(CardStateError):
        registry.protocol(GOES, 9)
    with pytest.raises(AccessDeniedError):
        registry.dispense(1, "meanwhile")
    registry.carrying.run()
    assert registry.row(keys.card(GOES))["state"] == "merging"  # a late write may still come


def test_a_write_that_was_on_its_way_arrives_too(registry: Registry) -> None:
    """Admitted before the card was closed, stored after the first pass."""
    row = registry.row(keys.record(GOES, EXAMINATION_PROTOCOL.name, registry.near))
    merge_id = registry.approved()
    registry.tables.commit([Update(keys.card(GOES), {"state": "active"})])
    registry.carrying.run()
    late = registry.protocol(GOES, 7)
    registry.amend(GOES, registry.near, int(row["ver"]), "Позже")
    registry.tables.commit([Update(keys.card(GOES), {"state": "merging"})])
    registry.carry_on()
    assert registry.state(merge_id) == "merged"
    assert {late, registry.near} <= registry.listed(STAYS)
    assert registry.row(keys.record(STAYS, EXAMINATION_PROTOCOL.name, registry.near))["ver"] == 2
    assert f"V#examination-protocol#{registry.near}#00000001" in registry.contents(STAYS)


def test_a_document_that_was_not_printed_yet_is_printed_in_its_new_place(registry: Registry) -> None:
    fresh = registry.protocol(GOES, 8)
    registry.merged()
    registry.pump()
    assert registry.documents.download(registry.doctor, STAYS, EXAMINATION_PROTOCOL, fresh)
    assert registry.documents.download(registry.doctor, STAYS, EXAMINATION_PROTOCOL, registry.amended)


# --- who decides


def test_a_second_pair_of_eyes(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    merge_id = registry.proposed()
    with pytest.raises(AccessDeniedError):
        registry.decide(merge_id, by=registry.desk)
    assert registry.state(merge_id) == "proposed"
    assert [e.reason for e in registry.audit.events if e.outcome == "denied"] == ["same-eyes"]
    monkeypatch.setattr("chalicelib.domain.merges.FOUR_EYES", False)
    assert registry.decide(merge_id, by=registry.desk)["state"] == "running"


@pytest.mark.parametrize(("field", "value"), [("first_name", "Мария"), ("birth_date", "1950-01-31")])
def test_profiles_of_two_people_are_not_merged(registry: Registry, field: str, value: str) -> None:
    for person, change in ((STAYS, {"birth_date": "1987-04-12"}), (GOES, {"birth_date": "1987-04-12", field: value})):
        content = {"last_name": "Иванова", "first_name": "Анна", **change}
        permit = Permit(person, "profile", "profile", "test", writes=True)
        sealed = registry.vault.seal(permit, 1, json.dumps(content).encode())
        registry.tables.commit([Update(keys.profile(person), {"sealed": sealed})])
    merge_id = registry.proposed()
    with pytest.raises(WrongStateError) as caught:
        registry.decide(merge_id)
    assert caught.value.extra == {"differs": field}
    assert registry.state(merge_id) == "proposed"
    assert registry.decide(merge_id, approve=False)["state"] == "refused"


def test_a_refused_merge_changes_nothing(registry: Registry) -> None:
    before = registry.contents(STAYS), registry.contents(GOES)
    merge_id = registry.proposed()
    assert registry.decide(merge_id, approve=False, by=registry.desk)["state"] == "refused"
    registry.carry_on()
    assert (registry.contents(STAYS), registry.contents(GOES)) == before
    assert registry.row(keys.card(GOES))["state"] == "active"
    assert registry.proposed() != merge_id
    with pytest.raises(WrongStateError):
        registry.decide(merge_id)


def test_one_merge_at_a_time(registry: Registry) -> None:
    registry.proposed()
    with pytest.raises(AlreadyExistsError):
        registry.proposed()
    with pytest.raises(AlreadyExistsError):
        registry.merges.propose(registry.desk, GOES, STAYS, "papers")


def test_two_decisions_at_one_moment(registry: Registry) -> None:
    merge_id = registry.proposed()
    registry.tables.before_next_commit(lambda: registry.decide(merge_id, approve=False))
    with pytest.raises(StaleVersionError):
        registry.decide(merge_id)
    assert registry.state(merge_id) == "refused"
    with pytest.raises(StaleVersionError):
        registry.merges.decide(registry.second, STAYS, merge_id, 1, approve=True, reason="x")


def test_nobody_merges_a_card_of_their_own(registry: Registry) -> None:
    with pytest.raises(AccessDeniedError):
        registry.merges.propose(registry.desk, registry.desk.person_id, GOES, "papers")
    merge_id = registry.proposed()
    own = registry.session(STAYS, Role.REGISTRAR, "member-own")
    with pytest.raises(AccessDeniedError):
        registry.decide(merge_id, by=own)


def test_cards_that_cannot_be_merged(registry: Registry) -> None:
    def propose(stays: Any = STAYS, goes: Any = GOES) -> Any:
        return registry.merges.propose(registry.desk, stays, goes, "papers")

    with pytest.raises(WrongStateError):
        propose(goes=STAYS)
    with pytest.raises(NotFoundError):
        propose(goes="nobody")
    registry.tables.commit([Put(keys.credentials(GOES), {"password": "x", "ver": 1})])
    with pytest.raises(WrongStateError):  # the account would be lost
        propose()
    registry.tables.commit([Put(keys.credentials(STAYS), {"password": "x", "ver": 1})])
    registry.tables.commit([Update(keys.card(STAYS), {"state": CardState.SUSPENDED.value})])
    with pytest.raises(CardStateError):
        propose()
    registry.tables.commit([Update(keys.card(STAYS), {"state": CardState.ACTIVE.value})])
    member = {"state": "active", "role": "nurse", "organisation": "clinic", "member": "m", "department": "d"}
    registry.tables.commit([Put(keys.member(GOES, "m"), member)])
    with pytest.raises(WrongStateError):  # who works here keeps their card
        propose()


# --- undone


def test_undone_everything_is_as_it_was(registry: Registry) -> None:
    before = registry.contents(STAYS), registry.contents(GOES)
    merge_id = registry.merged()
    registry.undo(merge_id)
    assert registry.row(keys.card(GOES))["state"] == "active"
    registry.carry_on()
    assert registry.state(merge_id) == "undone"
    assert (registry.contents(STAYS), registry.contents(GOES)) == before
    assert registry.row(keys.blind_index("snils", f"snils-{GOES}"))["person"] == GOES
    assert registry.row(keys.profile(GOES))["state"] == "active"
    assert registry.row(keys.card(STAYS))["absorbed"] == []
    assert registry.listed(GOES)
    assert registry.dispense(1, "after-the-undoing")["remaining"] == [1]
    assert registry.proposed()  # the cards are free again


def test_what_was_written_after_the_merge_stays(registry: Registry) -> None:
    merge_id = registry.merged()
    later = registry.protocol(STAYS, 11)
    registry.amend(STAYS, registry.amended, 3, "Исправлено после объединения")
    registry.dispense(1, "after-the-merge")
    registry.undo(merge_id)
    registry.carry_on()
    counts = registry.merges.mine(registry.anna)[0]["counts"]
    assert counts == {"carried": 3, "duplicates": 1, "returned": 3, "kept": 1}
    listed = registry.listed(STAYS)
    assert {later, registry.amended} <= listed
    assert registry.near not in listed
    assert registry.row(keys.record(GOES, EXAMINATION_PROTOCOL.name, registry.amended))["ver"] == 3
    status = registry.row(keys.record(GOES, "prescription", registry.rx))["status"]
    assert status["remaining"] == [1]  # what was dispensed meanwhile went along
    assert len([sk for sk in registry.contents(GOES) if sk.startswith("DISP#")]) == 2


def test_a_prescription_that_was_replaced_after_the_merge_stays_replaced_on_both_cards(registry: Registry) -> None:
    fresh, _ = registry.prescription(GOES, 7)
    merge_id = registry.merged()
    registry.prescriptions.replace(
        registry.doctor, STAYS, fresh, {**PRESCRIPTION, "drugs": [{**PRESCRIPTION["drugs"][0], "packs": 1}]}, 1
    )
    registry.undo(merge_id)
    registry.carry_on()
    assert registry.state(merge_id) == "undone"
    assert registry.row(keys.record(STAYS, "prescription", fresh))["status"]["state"] == "active"
    assert registry.row(keys.record(GOES, "prescription", fresh))["status"]["state"] == "replaced"


def test_a_record_says_that_it_was_on_another_card(registry: Registry) -> None:
    registry.merged()
    shown = registry.records.read(registry.doctor, STAYS, EXAMINATION_PROTOCOL, registry.near)
    assert shown["merged_from"] == GOES


def test_representatives_are_listed_and_not_carried(registry: Registry) -> None:
    mother = registry.person(PersonId("mother"))
    rows = representation(GOES, mother, kind="court", until=None, basis="case", now=registry.clock())
    registry.tables.commit(rows)
    shown = registry.merges.show(registry.second, STAYS, registry.proposed())
    assert shown["representatives_to_name_anew"] == [{"person": "mother", "kind": "court"}]


def test_after_its_time_a_merge_stands(registry: Registry) -> None:
    merge_id = registry.merged()
    registry.clock.advance(days=UNDO_DAYS)
    with pytest.raises(WrongStateError):
        registry.undo(merge_id)
    assert registry.state(merge_id) == "merged"


def test_only_the_newest_of_two_merges_in_a_row_is_undone(registry: Registry) -> None:
    first = registry.merged()
    third = registry.patient("clara")
    registry.consent(registry.doctor, "clara")
    made = registry.merges.propose(registry.desk, third.person_id, STAYS, "papers")
    registry.merges.decide(registry.second, third.person_id, made["merge_id"], 1, approve=True, reason="x")
    registry.carry_on()
    assert {registry.amended, registry.near, registry.twin[0]} <= registry.listed(third.person_id)
    with pytest.raises(WrongStateError):
        registry.undo(first)


def test_the_state_of_things_is_found_by_nobody_else(registry: Registry) -> None:
    with pytest.raises(NotFoundError):
        registry.merges.show(registry.second, GOES, "none")
    merge_id = registry.proposed()
    assert [m["merge_id"] for m in registry.merges.waiting(registry.second, 10, None)[0]] == [merge_id]
    registry.decide(merge_id)
    assert registry.merges.waiting(registry.second, 10, None)[0] == []
    assert "records" not in registry.merges.show(registry.second, STAYS, merge_id)


def test_a_place_in_the_index_is_read_back() -> None:
    line = line_of(keys.record_date("visit", "2026-03-02T09:00:00+00:00", "id-1"))
    assert (line.kind, line.occurred, line.record_id) == ("visit", "2026-03-02T09:00:00+00:00", "id-1")
