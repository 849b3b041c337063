"""Consent on paper: who may record it, for whom, how long, and what the patient sees of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.access import Action, Level
from chalicelib.domain.ages import OWN_WORD
from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.consent_texts import ACCESS_CONSENT, current
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.paper_consents import LONGEST, RECORDED
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConsentRequiredError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.services.limits import LimitService
from chalicelib.services.paper_consents import PaperConsentService
from tests.cases_world import PDF_TYPE, CasesWorld, paper
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("ACC-1", "ACC-2", "ACT-5")

SHEET = paper()
TEXT = current(ACCESS_CONSENT)


class Ward(CasesWorld):
    """Anna was registered at the clinic and has no account; a doctor works there."""

    def __init__(self, state: str = "unclaimed") -> None:
        super().__init__()
        self.patient(ANNA)
        self.become(state)
        self.tables.commit([Put(keys.clinic(ANNA, "clinic"), {"organisation": "clinic"})])
        self.doctor = self.member("doctor", Role.DOCTOR)
        self.paper = PaperConsentService(
            self.gate, self.tables, self.keys, LimitService(self.tables, self.clock), self.clock
        )

    def become(self, state: str) -> None:
        self.tables.commit([Update(keys.profile(ANNA), {"state": state, "channels": ["sms"]})])

    def member(self, name: str, role: Role, organisation: str = "clinic", person: str = "") -> Actor:
        actor = self.staff(name, role, organisation)
        row = {**self.row(keys.member(actor.person_id, actor.member_id)), "person": person or actor.person_id}
        row = {column: value for column, value in row.items() if column not in {"pk", "sk"}}
        self.tables.commit([Put(keys.staff(organisation, actor.member_id), row)])
        return actor

    def sheet(self) -> str:
        made = self.uploads.create_for(self.registrar, ANNA, PDF_TYPE, SHEET)
        self.pump()
        return str(made["upload_id"])

    def record(self, by: Actor | None = None, **changes: Any) -> dict[str, Any]:
        form = {
            "member_id": self.doctor.member_id,
            "level": "full",
            "sections": [],
            "purpose": "treatment",
            "consent_text_version": TEXT.version,
            "consent_text_sha256": TEXT.hashes["ru"],
            **changes,
        }
        form["scans"] = form.get("scans") or [self.sheet()]
        return self.paper.record(by or self.registrar, ANNA, form)

    def opens(self) -> bool:
        try:
            self.gate.admit(self.doctor, Action.LIST, ANNA, EXAMINATION_PROTOCOL)
        except ConsentRequiredError:
            return False
        return True


@pytest.fixture
def ward() -> Ward:
    return Ward()


def refused(ward: Ward, error: type[Exception], **changes: Any) -> Any:
    with pytest.raises(error) as caught:
        ward.record(**changes)
    assert not ward.opens()
    return caught.value


@pytest.mark.parametrize("state", ["unclaimed", "ward"])
def test_a_paper_opens_the_card_to_one_doctor(state: str) -> None:
    ward = Ward(state)
    assert not ward.opens()
    made = ward.record()
    assert (made["state"], made["on_paper"], made["member"]) == ("granted", True, "member-doctor")
    assert ward.opens()
    (entry,) = ward.entries("consent:paper")
    assert entry.details["on"] == "paper"
    assert (entry.subject, entry.actor.person_id) == (ANNA, ward.registrar.person_id)
    (line,) = [row for key, row in ward.tables.rows(Store.CARD).items() if row.get("what") == "on-paper"]
    assert (line["what"], line["by"], line["by_role"]) == ("on-paper", ward.registrar.person_id, "registrar")
    assert line["text_sha256"] == TEXT.hashes["ru"]
    assert len(line["scans"]) == 1
    assert made["valid_until"] == stamp(ward.clock() + LONGEST)


def test_the_clinic_s_phone_hears_of_it(ward: Ward) -> None:
    ward.record()
    ward.pump()
    told = [row["event"] for key, row in ward.tables.rows(Store.CARD).items() if key.sk.startswith("NOTICE#")]
    assert sorted(told) == ["consent_answered", "consent_on_paper"]
    (notice,) = [row for _, row in ward.tables.rows(Store.CARD).items() if row.get("event") == "consent_on_paper"]
    ward.outside.tell(ANNA, "consent_on_paper", notice["id"])
    assert any("+79161234567" in str(sent) and "бумаге" in str(sent) for sent in ward.messenger.texts)


def test_with_an_account_the_patient_sees_and_revokes_it(ward: Ward) -> None:
    made = ward.record()
    ward.become("active")
    ward.tables.commit([Update(keys.profile(ANNA), evidence(Channel.SCAN, ward.clock()))])
    anna = Actor(ANNA, Role.PATIENT, session_id="s-anna-patient", confirmed_at=ward.clock())
    (shown,) = ward.consents.mine(anna, 10, None)[0]
    assert (shown["on_paper"], shown["recorded_by"]) == (True, ward.registrar.person_id)
    kind, sheet = ward.uploads.download(anna, shown["scans"][0])
    assert (kind, sheet) == (PDF_TYPE, SHEET)
    ward.consents.answer(anna, made["member"], made["version"], {"state": "revoked"})
    assert not ward.opens()
    ward.clock.advance(seconds=5)
    again = ward.consents.answer(anna, made["member"], made["version"] + 1, {"state": "granted"})
    assert "on_paper" not in again


def test_an_open_request_is_answered_by_it(ward: Ward) -> None:
    ward.consents.request(ward.doctor, ANNA, level=Level.FULL, sections=(), purpose="treatment")
    assert ward.record()["version"] == 2
    assert ward.opens()
    with pytest.raises(AlreadyExistsError):
        ward.record()


# --- for whom


def test_who_has_an_account_answers_there(ward: Ward) -> None:
    sheet = ward.sheet()
    ward.become("active")
    refused(ward, WrongStateError, scans=[sheet])
    with pytest.raises(WrongStateError):
        ward.sheet()


def test_a_representative_answers_for_a_ward() -> None:
    ward = Ward("ward")
    sheet = ward.sheet()
    until = ward.clock() + timedelta(days=30)
    ward.tables.commit(
        representation(ANNA, BORIS, kind="parent", until=until, basis="case", now=ward.clock()),
    )
    refused(ward, WrongStateError, scans=[sheet])
    ward.clock.advance(days=31)  # nobody acts for the young person any more
    ward.record(scans=[sheet])


def test_a_patient_of_another_clinic_is_unknown(ward: Ward) -> None:
    sheet = ward.sheet()
    stranger = ward.member("stranger", Role.REGISTRAR, "hospital")
    with pytest.raises(NotFoundError):
        ward.record(stranger, scans=[sheet])
    with pytest.raises(NotFoundError):
        ward.uploads.create_for(stranger, ANNA, PDF_TYPE, SHEET)
    with pytest.raises(NotFoundError):
        ward.uploads.of_clinic(stranger, ANNA, 10, None)
    with pytest.raises(NotFoundError):
        ward.uploads.create_for(ward.registrar, PersonId("nobody"), PDF_TYPE, SHEET)


def test_an_account_made_meanwhile_wins(ward: Ward) -> None:
    sheet = ward.sheet()
    ward.tables.before_next_commit(lambda: ward.become("active"))
    refused(ward, StaleVersionError, scans=[sheet])


def test_a_child_with_an_account_and_nobody_who_acts_for_it() -> None:
    ward = Ward("ward")
    ward.become("active")
    of_age = ward.clock() + timedelta(days=30)
    ward.tables.commit([Update(keys.profile(ANNA), {OWN_WORD: stamp(of_age)})])
    assert ward.record()["state"] == "granted"
    ward.clock.advance(days=31)
    with pytest.raises(WrongStateError):
        ward.sheet()


# --- to whom


def test_nobody_records_a_consent_to_themselves(ward: Ward) -> None:
    """A registrar who is a doctor here, too."""
    own = ward.member("own", Role.DOCTOR, person=ward.registrar.person_id)
    refused(ward, AccessDeniedError, member_id=own.member_id)


@pytest.mark.parametrize(
    ("name", "role", "organisation"),
    [("far", Role.DOCTOR, "hospital"), ("admin", Role.ADMINISTRATOR, "clinic"), ("reg2", Role.REGISTRAR, "clinic")],
)
def test_only_a_doctor_or_nurse_of_the_own_clinic(ward: Ward, name: str, role: Role, organisation: str) -> None:
    refused(ward, NotFoundError, member_id=ward.member(name, role, organisation).member_id)


@pytest.mark.requirement("ACC-4")
def test_paper_opens_no_closed_door(ward: Ward) -> None:
    """A representative closed the card while they could."""
    ward.tables.commit([Put(keys.barred(ANNA, ward.doctor.member_id), {"id": ward.doctor.member_id})])
    refused(ward, WrongStateError)


def test_who_left_gets_nothing(ward: Ward) -> None:
    ward.tables.commit([Update(keys.staff("clinic", ward.doctor.member_id), {"state": "removed"})])
    refused(ward, NotFoundError)


# --- the paper


def test_one_paper_is_for_one_consent(ward: Ward) -> None:
    sheet = ward.sheet()
    ward.record(scans=[sheet])
    nurse = ward.member("nurse", Role.NURSE)
    with pytest.raises(InvalidFieldsError) as caught:
        ward.record(member_id=nurse.member_id, scans=[sheet])
    assert [problem.field for problem in caught.value.fields] == ["/scans/0"]


def test_a_scan_that_was_not_checked_or_is_not_the_clinic_s(ward: Ward) -> None:
    raw = ward.uploads.create_for(ward.registrar, ANNA, PDF_TYPE, SHEET)["upload_id"]
    refused(ward, WrongStateError, scans=[raw])
    (shown,), _ = ward.uploads.of_clinic(ward.registrar, ANNA, 10, None)
    assert (shown["upload_id"], shown["state"]) == (raw, "waiting")
    ward.pump()
    refused(ward, InvalidFieldsError, scans=[ward.scan(ANNA)])
    refused(ward, InvalidFieldsError, scans=["none"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"consent_text_version": "2020-01"}, "/consent_text_version"),
        ({"consent_text_sha256": "0" * 64}, "/consent_text_sha256"),
    ],
)
def test_the_text_is_the_one_that_is_served(ward: Ward, changes: dict[str, str], field: str) -> None:
    assert [problem.field for problem in refused(ward, InvalidFieldsError, **changes).fields] == [field]


def test_ninety_days_at_most(ward: Ward) -> None:
    beyond = (ward.clock() + LONGEST + timedelta(days=1)).isoformat()
    assert [p.field for p in refused(ward, InvalidFieldsError, valid_until=beyond).fields] == ["/valid_until"]
    ward.record(valid_until=(ward.clock() + LONGEST).isoformat())


def test_a_registrar_records_so_many_a_day(ward: Ward) -> None:
    limits = LimitService(ward.tables, ward.clock)
    for _ in range(RECORDED.limit):
        limits.spend(RECORDED, ward.registrar.person_id)
    refused(ward, TooManyRequestsError)
