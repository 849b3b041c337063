"""The trust store: two people for an anchor, lists without a way back (ID-5)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import pem
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    AlgorithmUnsupportedError,
    AlreadyExistsError,
    CertificateRefusedError,
    InvalidFieldsError,
    MedkartaError,
    NotFoundError,
    RevocationListError,
    StaleVersionError,
    TooLargeError,
    WrongStateError,
)
from tests import pki
from tests.effort import tried
from tests.fakes import START
from tests.pki import YEAR
from tests.signature_world import SignatureWorld

pytestmark = pytest.mark.requirement("ID-5")


@pytest.fixture
def world() -> SignatureWorld:
    return SignatureWorld(trusted=False)


def anchors(world: SignatureWorld) -> list[str]:
    return [anchor.id for anchor in world.trust_store.fresh().anchors]


# --- anchors


def test_an_anchor_counts_when_a_second_human_has_approved_it(world):
    made = world.propose(world.root)
    assert (made["state"], made["name"]) == ("proposed", "Common Name: Root")
    assert anchors(world) == []
    approved = world.trust.approve(world.officer, made["id"], made["version"])
    assert (approved["state"], approved["version"]) == ("active", 2)
    assert anchors(world) == [made["id"]]
    assert [e.resource_id for e in world.events("trust:propose") + world.events("trust:approve")] == [made["id"]] * 2


@pytest.mark.requirement("ACC-5", "ACC-6")
def test_who_may_what(world):
    elsewhere = replace(world.administrator, organisation_id="clinic")
    both = replace(world.officer, person_id=world.administrator.person_id)
    doctor = replace(world.administrator, role=Role.DOCTOR)
    made = world.propose(world.root)
    calls = [
        (lambda: world.trust.approve(both, made["id"], 1), "same-person"),
        (lambda: world.trust.approve(world.administrator, made["id"], 1), "role"),
        (lambda: world.trust.remove(elsewhere, made["id"]), "scope"),
        (lambda: world.trust.remove(world.officer, made["id"]), "role"),
        (lambda: world.trust.propose(elsewhere, {"certificate": ""}), "scope"),
        (lambda: world.trust.replace_list(elsewhere, {"content": ""}), "scope"),
        (lambda: world.trust.listed(doctor), "role"),
    ]
    for call, reason in calls:
        with pytest.raises(AccessDeniedError):
            call()
        assert world.audit.events[-1].reason == reason
        assert world.audit.events[-1].outcome == "denied"
    assert anchors(world) == []
    assert world.trust.listed(world.officer)[0]["id"] == made["id"]


def test_an_anchor_is_proposed_and_approved_once(world):
    made = world.propose(world.root)
    with pytest.raises(AlreadyExistsError):
        world.propose(world.root)
    with pytest.raises(StaleVersionError):
        world.trust.approve(world.officer, made["id"], 7)
    world.trust.approve(world.officer, made["id"], 1)
    with pytest.raises(WrongStateError):
        world.trust.approve(world.officer, made["id"], 2)
    for _ in range(2):
        world.trust.remove(world.administrator, made["id"])
    with pytest.raises(WrongStateError):
        world.trust.approve(world.officer, made["id"], 3)
    for call in (
        lambda: world.trust.remove(world.administrator, "none"),
        lambda: world.trust.approve(world.officer, "none", 1),
    ):
        with pytest.raises(NotFoundError):
            call()


def test_an_approval_does_not_hit_another_proposal_of_the_same_certificate(world):
    made = world.propose(world.root)
    world.trust.remove(world.administrator, made["id"])
    again = world.propose(world.root, usages=["1.3.6.1.5.5.7.3.1"])
    assert again["state"] == "proposed"
    with pytest.raises(StaleVersionError):
        world.trust.approve(world.officer, made["id"], made["version"])
    assert world.trust.approve(world.officer, made["id"], again["version"])["usages"] == ["1.3.6.1.5.5.7.3.1"]


def leaf(world: SignatureWorld) -> bytes:
    return pki.der(world.root.issue(pki.subject_of("Leaf"), world.key.public_key()))


REFUSED: dict[str, tuple[Any, type[MedkartaError]]] = {
    "no authority": (leaf, InvalidFieldsError),
    "expired": (lambda _: pki.root(until=START - timedelta(days=1)).der, InvalidFieldsError),
    "not yet valid": (lambda _: pki.root(since=START + timedelta(days=1)).der, InvalidFieldsError),
    "small key": (lambda _: pki.root("Small", "1024").der, AlgorithmUnsupportedError),
    "no certificate": (lambda _: b"\x30\x00", InvalidFieldsError),
    "two certificates": (lambda w: w.root.der * 2, InvalidFieldsError),
    "text": (lambda w: pem.armor("CERTIFICATE", w.root.der), InvalidFieldsError),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_an_anchor(world, case):
    make, error = REFUSED[case]
    with pytest.raises(error):
        world.trust.propose(world.administrator, {"certificate": b64encode(make(world)).decode()})
    with pytest.raises(InvalidFieldsError):
        world.trust.propose(world.administrator, {"certificate": "not base64!"})


# --- lists


def test_lists_of_an_anchor_and_of_an_authority_under_it(world):
    world.trusted(world.root)
    world.root.revoked |= {11, 12}
    shown = world.put_list(world.root)
    assert (shown["number"], shown["revoked"]) == ("1", 2)
    assert world.put_list(world.middle)["name"] == "Common Name: Middle"
    assert len(world.trust_store.fresh().lists) == 2
    assert [row["kind"] for row in world.trust.listed(world.officer)] == ["anchor", "list", "list"]
    assert len(world.events("trust:replace-list")) == 2


def test_no_list_comes_back(world):
    world.trusted(world.root)
    old, new = world.root.crl(1), world.root.crl(2, at=START - timedelta(minutes=30))
    world.trust.replace_list(world.administrator, world.list_form(new, world.root))
    for content in (old, new, world.root.crl(3, at=START - timedelta(hours=2))):
        with pytest.raises(RevocationListError) as caught:
            world.trust.replace_list(world.administrator, world.list_form(content, world.root))
        assert caught.value.extra == {"number": "2"}
    world.trust.remove(world.administrator, anchors(world)[0])
    world.trusted(world.root)
    with pytest.raises(RevocationListError):
        world.trust.replace_list(world.administrator, world.list_form(old, world.root))


def test_two_lists_at_once(world):
    world.trusted(world.root)
    later = world.list_form(world.root.crl(3), world.root)
    world.tables.before_next_commit(lambda: world.trust.replace_list(world.administrator, later))
    with pytest.raises(RevocationListError):
        world.put_list(world.root, 2)
    assert world.trust.listed(world.officer)[-1]["number"] == "3"


def test_a_number_of_twenty_octets(world):
    world.trusted(world.root)
    assert world.put_list(world.root, 2**159 - 1)["number"] == str(2**159 - 1)
    with pytest.raises(RevocationListError):
        world.put_list(world.root, 2**159 - 2)


def indirect(world: SignatureWorld, **what: Any) -> bytes:
    fields = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
        **what,
    }
    return world.root.crl(more=((x509.IssuingDistributionPoint(**fields), True),))


def of_a_stranger(world: SignatureWorld) -> bytes:
    return world.root.crl(signed_by=pki.key("stranger"))


LISTS: dict[str, tuple[Any, str]] = {
    "without a number": (lambda w: w.root.crl(0), "partial"),
    "changes alone": (lambda w: w.root.crl(2, more=((x509.DeltaCRLIndicator(1), True),)), "partial"),
    "people alone": (lambda w: indirect(w, only_contains_user_certs=True), "partial"),
    "others' certificates": (lambda w: indirect(w, indirect_crl=True), "partial"),
    "some reasons": (
        lambda w: indirect(w, only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})),
        "partial",
    ),
    "old": (lambda w: w.root.crl(at=START - timedelta(days=3)), "validity"),
    "of tomorrow": (lambda w: w.root.crl(at=START + timedelta(days=1)), "validity"),
    "by a stranger": (of_a_stranger, "issuer"),
    "no list": (lambda w: w.root.der, "der"),
    "more than a list": (lambda w: w.root.crl() + b"\0", "der"),
}


@pytest.mark.parametrize("case", LISTS)
def test_what_is_no_list(world, case):
    make, code = LISTS[case]
    world.trusted(world.root)
    with pytest.raises(InvalidFieldsError) as caught:
        world.trust.replace_list(world.administrator, world.list_form(make(world), world.root))
    assert (caught.value.fields[0].field, caught.value.fields[0].code) == ("/content", code)
    assert not world.trust_store.fresh().lists


def test_a_list_of_nobody_who_is_trusted(world):
    with pytest.raises(CertificateRefusedError) as caught:
        world.put_list(world.root)
    assert caught.value.extra == {"reason": "untrusted"}
    world.trusted(world.root)
    mute = world.root.authority("Mute", usages=("key_cert_sign",))
    with pytest.raises(InvalidFieldsError):
        world.put_list(mute)
    expired = world.root.authority("Expired", until=START - YEAR / 2)
    with pytest.raises(CertificateRefusedError):
        world.put_list(expired)


def test_a_list_that_is_too_large(world):
    with pytest.raises(TooLargeError):
        world.trust.replace_list(world.administrator, {"content": b64encode(bytes(200_000)).decode()})


def test_names_of_authorities_are_bounded(world):
    long = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "О" * 64)] * 10)
    made = pki._self_signed(long, world.root.key)
    form = {"certificate": b64encode(pki.der(made)).decode()}
    assert len(world.trust.propose(world.administrator, form)["name"]) == 300


# --- all orders of events


class TrustMachine(RuleBasedStateMachine):
    """Whatever two administrators and two officers do: no anchor counts that two humans did not let in."""

    def __init__(self) -> None:
        super().__init__()
        self.world = SignatureWorld(trusted=False)
        self.proposer: str = ""
        self.approver: str = ""
        self.number = 0

    people = st.sampled_from(["one", "two"])

    def _as(self, who: str, role: Role) -> Any:
        return replace(self.world.administrator, person_id=PersonId(who), role=role)

    @rule(who=people)
    def propose(self, who: str) -> None:
        form = {"certificate": b64encode(self.world.root.der).decode()}
        try:
            self.world.trust.propose(self._as(who, Role.ADMINISTRATOR), form)
        except AlreadyExistsError:
            assert self.proposer
            return
        assert not self.proposer
        self.proposer = who

    @rule(who=people, version=st.integers(1, 5))
    def approve(self, who: str, version: int) -> None:
        anchor_id = x509.load_der_x509_certificate(self.world.root.der).fingerprint(pki.hashes.SHA256()).hex()
        try:
            self.world.trust.approve(self._as(who, Role.SECURITY_OFFICER), anchor_id, version)
        except (NotFoundError, AccessDeniedError, WrongStateError, StaleVersionError):
            return
        assert self.proposer
        assert not self.approver
        self.approver = who

    @precondition(lambda self: self.proposer)
    @rule(who=people)
    def remove(self, who: str) -> None:
        anchor_id = self.world.trust.listed(self.world.officer)[0]["id"]
        self.world.trust.remove(self._as(who, Role.ADMINISTRATOR), anchor_id)
        self.proposer = self.approver = ""

    @rule(number=st.integers(1, 4))
    def put_list(self, number: int) -> None:
        try:
            self.world.put_list(self.world.root, number)
        except CertificateRefusedError:
            assert not self.approver
        except RevocationListError:
            assert number <= self.number
        else:
            assert number > self.number
            self.number = number

    @invariant()
    def two_humans_let_it_in(self) -> None:
        assert bool(anchors(self.world)) == bool(self.approver)
        assert not self.approver or self.approver != self.proposer


TestTrust = TrustMachine.TestCase
TestTrust.settings = settings(
    max_examples=tried(25), stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
