"""Who looked at my card: the patient's list and copy, the officer's search, and that both are entries themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId, Role, system_actor
from chalicelib.domain.journal import Wanted
from chalicelib.errors import AccessDeniedError, AuditUnavailableError, NotFoundError, NotReadyError
from chalicelib.ports import keys
from chalicelib.ports.access_rows import consent_request
from chalicelib.ports.tables import Put, Update
from tests.unit.journal_world import (
    ALL,
    ANNA,
    BORIS,
    DOCTOR,
    NONCE,
    JournalWorld,
    doctor,
    hospital,
    looked,
    patient_of,
    seen,
)


@pytest.fixture
def world() -> JournalWorld:
    return hospital()


# --- the list


@pytest.mark.requirement("AUD-3")
def test_a_line_says_who_what_when_why_and_how_it_ended(world: JournalWorld) -> None:
    looked(world, resource_version=3, purpose="treatment", on_behalf_of="chief")
    (line,) = seen(world)
    assert line["who"] == {
        "id": "doctor",
        "name": "Петров",
        "role": "doctor",
        "role_name": "врач",
        "organisation": "clinic",
        "organisation_name": "Поликлиника № 1",
        "department": "therapy",
        "member": "m1",
    }
    assert line["what"] == "Просмотр записи: Посещение"
    assert line["record"] == {"type": "visit", "id": "r1", "version": 3, "name": "Посещение"}
    assert line["why"] == "лечение, согласие пациента"
    assert (line["action"], line["outcome"], line["on_behalf_of"], line["ip"], line["mine"]) == (
        "visit:read",
        "success",
        "chief",
        "192.0.2.1",
        False,
    )
    assert (line["altered"], line["unreadable"]) == (False, False)
    assert line["at"] == line["time"] == "2026-03-02T09:00:00.000Z"
    (english, *_) = seen(world, language="en")[-1:]
    assert (english["what"], english["why"], english["who"]["role_name"]) == (
        "A record was read: Visit",
        "treatment, the patient's consent",
        "doctor",
    )


@pytest.mark.requirement("AUD-1", "AUD-3")
def test_reading_the_journal_stands_in_the_journal(world: JournalWorld) -> None:
    looked(world)
    assert [line["action"] for line in seen(world, Wanted(role="doctor"))] == ["visit:read"]
    world.sequence()
    found = seen(world)
    assert [line["action"] for line in found] == ["journal:read", "visit:read"]
    assert (found[0]["mine"], found[0]["who"]["name"]) == (True, "Вы")
    body = world.reader.chain(Permit(ANNA, "journal", None, "e"), 2026, limit=1)[0].body
    assert body["details"] == {"role": "doctor"}


@pytest.mark.requirement("AUD-1")
def test_without_its_entry_the_journal_is_not_shown(world: JournalWorld) -> None:
    looked(world)
    world.tables.calls.clear()
    world.tables.fail_next_commit(3)
    with pytest.raises(AuditUnavailableError):
        seen(world)
    assert "query" not in world.tables.calls


@pytest.mark.requirement("AUD-3")
def test_a_person_sees_only_the_own_chain(world: JournalWorld) -> None:
    looked(world)
    world.write(BORIS, actor=doctor())
    assert [line["record"]["id"] for line in seen(world)] == ["r1"]
    with pytest.raises(AccessDeniedError):
        world.gate.permit_private_kinds(patient_of(BORIS), ANNA, ("journal", "consent"), "journal:read")


@pytest.mark.requirement("AUD-3", "ACC-8")
def test_where_a_parent_or_child_is_staying_is_not_told_to_the_other(world: JournalWorld) -> None:
    """Both parents read a child's journal, also when one of them has fled from the other."""
    two = (BORIS, PersonId("father"))
    mother, father = (patient_of(person, role=Role.REPRESENTATIVE, ward_id=ANNA) for person in two)
    for actor in (mother, father, patient_of(), doctor()):
        looked(world, actor=actor)
    lines = world.journal.page(father, ALL, "ru", 50, None).items
    shown = {(line["who"]["role"], line["mine"]): line["ip"] for line in lines}
    assert shown == {
        ("representative", False): "",
        ("representative", True): "192.0.2.9",
        ("patient", False): "",
        ("doctor", False): "192.0.2.1",
    }
    assert {line["ip"] for line in seen(world) if line["mine"]} == {"192.0.2.9"}


@pytest.mark.requirement("AUD-3")
def test_another_patient_who_tried_stays_unnamed(world: JournalWorld) -> None:
    looked(world, actor=patient_of(BORIS), outcome="denied", reason="another-card")
    (line,) = seen(world)
    assert (line["who"]["name"], line["who"]["id"], line["why"]) == ("другой человек", "", "чужая карта")
    assert "boris" not in json.dumps(line)
    assert "Борисов" not in json.dumps(line, ensure_ascii=False)


@pytest.mark.requirement("AUD-1", "AUD-3")
def test_a_name_costs_one_entry_in_its_owners_chain(world: JournalWorld) -> None:
    for _ in range(3):
        looked(world)
    assert {line["who"]["name"] for line in seen(world)} == {"Петров"}
    world.sequence()
    theirs = world.reader.chain(Permit(DOCTOR, "journal", None, "e"), 2026, limit=9)
    assert [(e.body["action"], e.body["actor"]["session"]) for e in theirs] == [("journal:name", "journal")]


@pytest.mark.requirement("AUD-3")
def test_a_name_that_stands_with_the_consent_opens_no_profile(world: JournalWorld) -> None:
    world.tables.commit(consent_request(doctor(), ANNA, world.clock(), "line"))
    who = json.dumps({"name": "Петров П. П."}).encode()
    sealed = world.vault.seal(Permit(ANNA, "consent", "m1", "e", writes=True), 1, who)
    world.tables.commit([Update(keys.consent(ANNA, "m1"), {"sealed": sealed, "sealed_ver": 1})])
    looked(world)
    assert seen(world)[0]["who"]["name"] == "Петров П. П."
    world.sequence()
    assert world.reader.years(DOCTOR) == []


@pytest.mark.requirement("AUD-3", "SPC-8")
def test_names_of_the_erased_the_unknown_partners_and_the_system(world: JournalWorld) -> None:
    world.keys.destroy(DOCTOR, "entry")
    world.tables.commit([Put(keys.client("rx"), {"id": "rx", "name": "Аптека «Ромашка»"})])
    looked(world)
    looked(world, actor=doctor(PersonId("gone")))
    looked(world, actor=Actor(PersonId("rx"), Role.PHARMACY))
    looked(world, actor=system_actor("notify"))
    looked(world, actor=Actor(PersonId("anonymous"), Role.ANONYMOUS))
    looked(world, actor=Actor(PersonId("share-1"), Role.RECIPIENT))
    assert seen(world)[0]["who"]["id"] == "share-1"  # the patient's own link
    assert [line["who"]["name"] for line in seen(world)] == [
        "получатель ссылки",
        "без входа в систему",
        "Медкарта",
        "Аптека «Ромашка»",
        "",
        "",
    ]


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_an_altered_line_says_that_and_nothing_else(world: JournalWorld) -> None:
    looked(world)
    looked(world)
    world.tables.tamper(world.link(0), ct=b"x")
    (_, line) = seen(world)
    assert (line["altered"], line["unreadable"], "who" in line) == (True, False, False)
    assert len(seen(world, Wanted(action="visit:read"))) == 1


@pytest.mark.requirement("AUD-3")
def test_pages_go_over_the_turn_of_the_year(world: JournalWorld) -> None:
    world.clock.now = datetime(2026, 12, 31, 12, tzinfo=UTC)
    for n in range(3):
        looked(world, resource_id=f"old{n}")
    world.clock.advance(days=1)
    for n in range(2):
        looked(world, resource_id=f"new{n}")
    found, after = [], None
    while True:
        page = world.journal.page(patient_of(), Wanted(role="doctor"), "ru", 2, after)
        found += [line["record"]["id"] for line in page.items]
        after = page.after
        if after is None:
            break
    assert found == ["new1", "new0", "old2", "old1", "old0"]


@pytest.mark.requirement("AUD-3")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(action="visit:list"), ["b"]),
        (Wanted(actor="nurse"), ["c"]),
        (Wanted(outcome="denied"), ["d"]),
        (Wanted(role="nurse"), ["c"]),
        (Wanted(organisation="other"), ["e"]),
        (Wanted(others_than="nurse"), ["e", "d", "b", "a"]),
        (Wanted(others_than="nurse", outcome="denied"), ["d"]),
        (Wanted(action="visit:list", outcome="denied"), []),
        (Wanted(since=datetime(2026, 3, 2, 9, 2, tzinfo=UTC)), ["e", "d", "c"]),
        (Wanted(until=datetime(2026, 3, 2, 9, 2, tzinfo=UTC)), ["b", "a"]),
    ],
    ids=str,
)
def test_filters(world: JournalWorld, wanted: Wanted, found: list[str]) -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"action": "visit:list"},
        {"actor": replace(doctor(PersonId("nurse")), role=Role.NURSE)},
        {"outcome": "denied"},
        {"actor": doctor(organisation_id="other")},
    ]
    for name, change in zip("abcde", changes, strict=True):
        looked(world, resource_id=name, **change)
        world.clock.advance(minutes=1)
    assert [line["record"]["id"] for line in seen(world, wanted)] == found


@pytest.mark.requirement("AUD-3")
def test_the_list_says_up_to_when_it_is_complete(world: JournalWorld) -> None:
    assert world.journal.page(patient_of(), ALL, "ru", 5, None).complete_until is None
    looked(world)
    before = world.clock()
    world.clock.advance(minutes=1)
    assert world.journal.page(patient_of(), ALL, "ru", 5, None).complete_until == before


# --- the copy


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_an_ordered_copy_verifies_and_holds_the_order(world: JournalWorld) -> None:
    looked(world)
    made = world.journal.order(patient_of(), NONCE)
    with pytest.raises(NotReadyError) as early:
        world.journal.download(patient_of(), made["request_id"])
    assert early.value.retry_after
    world.sequence()
    bundle = world.journal.download(patient_of(), made["request_id"])
    report = world.verdict(bundle, NONCE)
    assert [f for f in report.findings if f.level != "info"] == []
    told = [json.loads(e["body"])["action"] for e in bundle["chains"][0]["entries"]]
    assert told == ["visit:read", "journal:request"]
    world.sequence()
    assert [line["action"] for line in seen(world)][:2] == ["journal:download", "journal:request"]


@pytest.mark.requirement("AUD-3")
def test_an_order_closes_the_chains_of_all_years_at_once(world: JournalWorld) -> None:
    looked(world)
    world.clock.now = datetime(2027, 6, 1, tzinfo=UTC)
    made = world.journal.order(patient_of(), NONCE)
    world.sequence()
    bundle = world.journal.download(patient_of(), made["request_id"])
    assert [c["origin"][-4:] for c in bundle["chains"]] == ["2026", "2027"]
    assert [json.loads(c["entries"][-1]["body"])["details"]["nonce"] for c in bundle["chains"]] == [NONCE] * 2
    assert [f for f in world.verdict(bundle, NONCE).findings if f.level != "info"] == []


@pytest.mark.requirement("AUD-3")
def test_an_order_is_nobody_elses_and_lapses(world: JournalWorld) -> None:
    made = world.journal.order(patient_of(), NONCE)
    world.sequence()
    with pytest.raises(NotFoundError):
        world.journal.download(patient_of(BORIS), made["request_id"])
    world.clock.advance(days=7)
    with pytest.raises(NotFoundError):
        world.journal.download(patient_of(), made["request_id"])
