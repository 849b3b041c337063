"""Execution of an erasure: once, wherever it is stopped; what goes and what stays. The log: test_erased_log.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest

from chalicelib.domain.access import Level, Permit
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    ConsentRequiredError,
    ErasedError,
    MedkartaError,
    NotFoundError,
    SessionEndedError,
    WrongStateError,
)
from chalicelib.ports import Sealed, keys
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL as KIND
from tests.unit.erasure_world import (
    OWN,
    RealOffice,
    also,
    audit_rows,
    check_gone,
    crash_at,
    digest,
    executed,
    five_minutes,
)
from tests.world import ANNA, URL

pytestmark = pytest.mark.requirement("SPC-8")


@pytest.fixture
def office() -> RealOffice:
    return RealOffice()


# --- what it does


def test_an_erasure_ends_with_a_receipt_that_anybody_can_check(office: RealOffice) -> None:
    office.keys.rotate(ANNA)
    tags = [office.tag_of(ANNA)]
    row = executed(office)
    check_gone(office, row["id"], tags)
    claims = office.signer.verify(office.erasures.receipt(office.officer, row["id"]), purpose="receipt")
    assert claims == {
        "iss": URL,
        "erasure": row["id"],
        "patient": ANNA,
        "basis": "court-order",
        "reference": "2-17/2026",
        "proposed_by": office.admin.person_id,
        "approved_by": office.officer.person_id,
        "executed_at": row["executed_at"],
        "final_after": row["final_after"],
        "key_versions": 2,
        "tags": [digest(tags[0])],
    }
    assert datetime.fromisoformat(row["final_after"]) == office.clock() + timedelta(days=35)
    shown = office.erasures.read(office.admin, row["id"])
    assert (shown["state"], shown["receipt"]) == ("executed", row["receipt"])
    header = jwt.get_unverified_header(row["receipt"])
    [jwk] = [key for key in office.signer.published()["keys"] if key["kid"] == header["kid"]]
    options = {"verify_aud": False}
    assert jwt.decode(row["receipt"], jwt.PyJWK.from_dict(jwk).key, algorithms=["ES256"], options=options) == claims


def test_both_people_stand_in_the_entries_that_outlive_it(office: RealOffice) -> None:
    row = executed(office)
    found = {body["action"]: body for body in office.bodies() if body["action"].startswith("erasure:")}
    assert set(found) == {"erasure:propose", "erasure:approve", "erasure:begin", "erasure:receipt"}
    assert found["erasure:propose"]["actor"]["id"] == office.admin.person_id
    assert found["erasure:approve"]["actor"]["id"] == office.officer.person_id
    for action in ("erasure:begin", "erasure:receipt"):
        details = found[action]["details"]
        assert (details["proposed_by"], details["approved_by"]) == (office.admin.person_id, office.officer.person_id)
        assert (details["patient"], found[action]["resource"]["id"]) == (ANNA, row["id"])
    assert office.row(keys.key_state(ANNA))["entry_id"] == found["erasure:begin"]["id"]


def test_others_keep_everything(office: RealOffice) -> None:
    boris = office.patient(PersonId("boris"))
    office.consent(office.doctor, PersonId("boris"))
    before = {key: row for key, row in office.tables.rows(Store.IDENTITY).items() if key.pk == keys.person("boris")}
    office.notices.mine(boris, "ru", 5, None)
    tag = office.tag_of("boris")
    executed(office)
    after = office.tables.rows(Store.IDENTITY)
    assert {key: after[key] for key in before} == before
    assert office.tag_of("boris") == tag
    assert office.notices.mine(boris, "ru", 5, None)[0] == []


@pytest.mark.requirement("ID-4")
def test_a_passkey_goes_and_its_credential_has_no_owner_any_more(office: RealOffice) -> None:
    office.tables.commit(
        [
            Put(keys.passkey(ANNA, "h1"), {"id": "h1", "state": "active"}),
            Put(keys.passkey(ANNA, "h2"), {"id": "h2", "state": "suspended"}),
            Put(keys.passkey_owner("h1"), {"person": ANNA}),
            Put(keys.passkey_owner("h2"), {"person": "somebody-else"}),
        ]
    )
    executed(office)
    left = [key.pk for key in office.tables.rows(Store.IDENTITY) if key.pk.startswith("CREDENTIAL#") or ANNA in key.pk]
    assert left == ["CREDENTIAL#h2"]


def test_the_snils_can_register_again(office: RealOffice) -> None:
    executed(office)
    for field, tag in (*office.tags.items(), ("oms", office.oms)):
        office.tables.commit([Put(keys.blind_index(field, tag), {"person": "anna-again"})])
    office.eraser.execute(office.erasures.listed(office.admin, 1, None)[0][0]["erasure_id"])
    assert office.row(keys.blind_index("snils", office.tags["snils"]))["person"] == "anna-again"


def test_an_index_row_and_a_tag_of_somebody_else_are_left_alone(office: RealOffice) -> None:
    """Rows altered by hand must not lead the eraser to other people's."""
    boris = office.patient(PersonId("boris"))
    office.notices.mine(boris, "ru", 5, None)
    office.tables.commit([Update(keys.blind_index("snils", office.tags["snils"]), {"person": "boris"})])
    office.tables.tamper(keys.audit_subject(ANNA, 2026), tag=office.tag_of("boris"))
    office.new_eraser().execute(office.approved(OWN))
    office.clock.advance(hours=24)
    erasure_id = office.erasures.listed(office.admin, 1, None)[0][0]["erasure_id"]
    office.new_eraser().execute(erasure_id)
    assert office.row(keys.blind_index("snils", office.tags["snils"]))["person"] == "boris"
    assert office.row(keys.audit_tag(office.tag_of("boris")))["person"] == "boris"
    assert office.tables.get(keys.audit_subject(ANNA, 2026)) is None


def test_a_person_without_card_or_chain_is_erased_too(office: RealOffice) -> None:
    clara = office.person(PersonId("clara"))
    erasure_id = office.erasures.propose(office.admin, clara, *OWN)["erasure_id"]
    office.decide(erasure_id)
    office.clock.advance(hours=24)
    office.eraser.execute(erasure_id)
    assert office.row(keys.card(clara))["state"] == "erased"
    assert office.tables.get(keys.profile(clara)) is None
    with pytest.raises(ErasedError):
        office.keys.enrol(clara)


# --- when it does nothing


@pytest.mark.parametrize("left", [timedelta(hours=24), timedelta(minutes=3), timedelta(seconds=1)])
def test_before_its_time_it_is_sent_again(office: RealOffice, left: timedelta) -> None:
    erasure_id = office.approved(OWN)
    office.clock.now += timedelta(hours=24) - left
    assert office.eraser.execute(erasure_id) == "approved"
    assert office.queue.sent == [(erasure_id, min(900, int(left.total_seconds())))]
    assert office.keys.active(ANNA).version
    office.clock.now += left
    assert office.eraser.execute(erasure_id) == "executed"
    assert len(office.queue.sent) == 1


@pytest.mark.parametrize("stop", ["refuse", "withdraw", "own"])
def test_what_was_stopped_is_left_alone(office: RealOffice, stop: str) -> None:
    erasure_id = office.approved(OWN)
    office.clock.advance(hours=24)
    stops: dict[str, Callable[[], Any]] = {
        "refuse": lambda: office.decide(erasure_id, approve=False),
        "withdraw": lambda: office.erasures.withdraw(office.admin, erasure_id),
        "own": lambda: office.erasures.withdraw_own(office.anna),
    }
    stops[stop]()
    before = office.tables.rows()
    assert office.eraser.execute(erasure_id) in {"refused", "withdrawn"}
    assert office.tables.rows() == before


def test_stopped_at_the_moment_of_its_beginning(office: RealOffice) -> None:
    erasure_id = office.approved(OWN)
    office.clock.advance(hours=24)
    office.tables.before_next_commit(lambda: office.erasures.withdraw_own(office.anna))
    with pytest.raises(ConflictError):
        office.eraser.execute(erasure_id)
    assert office.eraser.execute(erasure_id) == "withdrawn"
    assert office.row(keys.card(ANNA))["state"] == "active"
    assert office.keys.active(ANNA).version


def test_what_has_begun_cannot_be_stopped(office: RealOffice) -> None:
    erasure_id = office.approved(OWN)
    office.clock.advance(hours=24)
    crash_at(office, 2)
    with pytest.raises(SystemExit):
        office.eraser.execute(erasure_id)
    del office.tables.commit
    for stop in (
        lambda: office.decide(erasure_id, approve=False),
        lambda: office.erasures.withdraw(office.admin, erasure_id),
    ):
        with pytest.raises(WrongStateError):
            stop()
    with pytest.raises(NotFoundError):
        office.erasures.withdraw_own(office.anna)


def test_an_unknown_id_and_a_role_given_meanwhile_are_told(office: RealOffice) -> None:
    with pytest.raises(NotFoundError):
        office.eraser.execute("unknown")
    erasure_id = office.approved()
    also(office.anna, Role.NURSE, "clinic", office)
    with pytest.raises(WrongStateError):
        office.eraser.execute(erasure_id)
    assert office.state(erasure_id) == "approved"
    office.tables.commit([Update(keys.member(ANNA, "anna-nurse"), {"state": "removed"})])
    assert office.eraser.execute(erasure_id) == "executed"


@pytest.mark.parametrize("change", [{"patient": "boris"}, {"due_at": "2026-01-01"}, {"order": "x.y.z"}, {"basis": "x"}])
@pytest.mark.parametrize("state", ["approved", "executing"])
def test_an_order_holds_for_what_it_says_alone(office: RealOffice, state: str, change: dict[str, str]) -> None:
    erasure_id = office.approved(OWN)
    office.tables.tamper(keys.erasure(erasure_id), state=state, **change)
    with pytest.raises(AccessDeniedError):
        office.eraser.execute(erasure_id)
    assert office.bodies(action="erasure:begin")[-1]["reason"] == "no-order"
    assert office.keys.active(ANNA).version


def test_a_planted_executed_row_destroys_nobody(office: RealOffice) -> None:
    row = executed(office)
    office.patient(PersonId("boris"))
    planted = {**row, "id": "planted", "patient": "boris"}
    office.tables.commit([Put(keys.erasure("planted"), planted)])
    with pytest.raises(AccessDeniedError):
        office.eraser.execute("planted")
    assert office.keys.active(PersonId("boris")).version


# --- afterwards


@pytest.mark.requirement("SPC-8", "ACC-6")
def test_after_it_every_door_is_closed_and_says_so_in_the_chain_of_who_asked(office: RealOffice) -> None:
    anna, doctor = office.anna, office.doctor
    executed(office)
    five_minutes(office)
    calls: list[tuple[type[MedkartaError], Callable[[], Any]]] = [
        (SessionEndedError, lambda: office.records.page(anna, ANNA, KIND, limit=5, after=None)),
        (ConsentRequiredError, lambda: office.records.page(doctor, ANNA, KIND, limit=5, after=None)),
        (AccessDeniedError, lambda: office.gate.admit_by_code(office.pharmacy(), ANNA, KIND, "r")),
        (ErasedError, lambda: office.notices.mine(anna, "ru", 5, None)),
        (NotFoundError, lambda: office.cards.look_up(doctor, "112-233-445 95")),
    ]
    for error, call in calls:
        with pytest.raises(error):
            call()
    assert audit_rows(office) == []
    refused = [body for body in office.bodies(doctor.person_id) if body["outcome"] == "denied"]
    assert [body["action"] for body in refused] == ["examination-protocol:list"]
    assert not any(row.get("react") for row in office.tables.rows(Store.CARD).values() if "REFUSAL" in row["sk"])
    with pytest.raises(ConsentRequiredError):
        office.consents.request(office.staff("new"), ANNA, level=Level.FULL, sections=(), purpose="treatment")
    assert audit_rows(office) == []


def test_reactions_that_come_late_do_nothing(office: RealOffice) -> None:
    rows = [row for row in office.tables.rows(Store.CARD).values() if row.get("react") and row["patient"] == ANNA]
    executed(office)
    (record,) = [row for row in rows if "issue_document" in row["react"]]
    assert office.reactions.run("issue_document", record) is False  # at once: the card is looked at
    five_minutes(office)
    for row in rows:
        late = [name for name in row["react"] if name != "count_record"]  # nothing is counted here: it is switched off
        assert [office.reactions.run(name, row) for name in late] == [False] * len(late)
    assert office.files.objects == {}
    assert audit_rows(office) == []


def test_content_and_papers_cannot_be_opened(office: RealOffice) -> None:
    office.pump()
    (paper,) = office.files.objects.values()
    executed(office)
    rows = [row for row in office.tables.rows(Store.CARD).values() if row["pk"] == keys.patient(ANNA)]
    assert [row for row in rows if "sealed" in row]
    five_minutes(office)
    (record,) = [row for row in rows if row["sk"].startswith(f"R#{KIND.name}")]
    for kind, content in ((KIND.name, bytes(record["sealed"])), ("document", paper)):
        with pytest.raises(ErasedError):
            office.vault.open(Permit(ANNA, kind, record["id"], "entry"), Sealed(record["id"], 1, content))
