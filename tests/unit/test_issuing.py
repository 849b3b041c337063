"""Documents are issued once, signed by whom they may be signed, and say so when they are not (DOC-1, DOC-3, RX-6)."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.issuing import ALPHABET, Code, Signatory, code_of, signatories
from chalicelib.errors import AccessDeniedError, DocumentCodeError, DocumentElsewhereError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.issuing import Document
from chalicelib.ports.signing import CERTIFICATES
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL as KIND
from chalicelib.records.medication import PRESCRIPTION as RX
from tests.issuing_fakes import credential
from tests.world import ANNA, PRESCRIPTION, PROTOCOL, URL, World

KEY = "0123456789abcdef"
CLINIC = PersonId("clinic")


class Press(World):
    """A doctor with the patient's consent; certificates are put where they are wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.anna, self.doctor = self.patient(), self.staff()
        self.consent(self.doctor)
        self.keys.enrol(CLINIC)

    def certify(self, owner: PersonId, signatory: Signatory) -> str:
        """Id of the key."""
        found = credential(owner, f"kid-{owner}", self.clock())
        permit = Permit(owner, CERTIFICATES[signatory], found.kid, "test", writes=True)
        sealed = self.vault.seal(permit, 1, found.sealed_text())
        row = {**found.open_part(), "state": "active", "ver": 1, "sealed": sealed, "at": self.moment()}
        self.tables.commit([Put(keys.signing_certificate(owner), row)])
        return found.kid

    def seal(self) -> str:
        return self.certify(CLINIC, Signatory.ORGANISATION)

    def own(self) -> str:
        return self.certify(self.doctor.person_id, Signatory.AUTHOR)

    def written(self, by: Actor | None = None) -> str:
        return str(self.records.create(by or self.doctor, ANNA, KIND, PROTOCOL, KEY)[0]["id"])

    def prescribed(self, **changes: Any) -> str:
        purpose = {"reason": "Длительный курс", "dispensing_period": "monthly"}
        body = {**PRESCRIPTION, **({"special_purpose": purpose} if changes.get("validity") == "1y" else {}), **changes}
        return str(self.prescriptions.issue(self.doctor, ANNA, body, KEY)[0]["id"])

    def issued(self, record_id: str, kind: Any = KIND) -> tuple[dict[str, Any], list[str]]:
        """What was printed, and who has signed it."""
        self.pump()
        pdf = self.documents.download(self.anna, ANNA, kind, record_id)
        head, *signed = pdf.decode().split("\n%signed ")
        return json.loads(head.partition("\n")[2])[1], signed


@pytest.fixture
def world() -> Press:
    return Press()


# --- who signs


@pytest.mark.requirement("DOC-3")
def test_what_staff_wrote_bears_the_seal_of_their_organisation(world: Press) -> None:
    kid = world.seal()
    content, signed = world.issued(world.written())
    assert signed == [f"clinic {kid}"]
    (mark,) = content["marks"]
    assert mark["title"] == "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ"
    assert ["Сертификат", "A1B2"] in mark["rows"]
    assert ["Владелец", "Holder clinic"] in mark["rows"]


@pytest.mark.requirement("RX-6")
@pytest.mark.parametrize(("validity", "signers"), [("60d", ["staff-doctor"]), ("1y", ["staff-doctor", "clinic"])])
def test_a_prescription_is_signed_by_its_doctor(world: Press, validity: str, signers: list[str]) -> None:
    world.own()
    world.seal()
    content, signed = world.issued(world.prescribed(validity=validity), RX)
    assert signed == [f"{who} kid-{who}" for who in signers]
    assert len(content["marks"]) == len(signers)


@pytest.mark.requirement("RX-6")
def test_a_doctor_without_a_certificate_leaves_it_to_the_seal(world: Press) -> None:
    world.seal()
    assert world.issued(world.prescribed(), RX)[1] == ["clinic kid-clinic"]


def test_a_doctors_key_signs_nothing_but_what_they_signed_themselves(world: Press) -> None:
    world.own()
    content, signed = world.issued(world.written())  # a protocol: the seal's, and there is none
    assert signed == []
    assert content["marks"][0]["title"] == "Без электронной подписи"


def test_without_a_certificate_the_document_says_so(world: Press) -> None:
    content, signed = world.issued(world.written())
    assert signed == []
    assert content["marks"] == [
        {
            "title": "Без электронной подписи",
            "rows": [["", "У организации нет действующего сертификата электронной подписи."]],
        }
    ]


@pytest.mark.parametrize("how", ["revoked", "expired", "withdrawn"])
def test_a_certificate_that_counts_no_more_signs_no_more(world: Press, how: str) -> None:
    kid = world.seal()
    if how == "revoked":
        world.document_signer.revoked.add(kid)
    elif how == "expired":
        long_ago = (world.clock() - timedelta(days=1)).isoformat()
        world.tables.commit([Update(keys.signing_certificate(CLINIC), {"valid_until": long_ago})])
    else:
        world.tables.commit([Update(keys.signing_certificate(CLINIC), {"state": "withdrawn"})])
    assert world.issued(world.written())[1] == []


def test_the_key_of_an_erased_doctor_is_not_used(world: Press) -> None:
    world.own()
    world.seal()
    record_id = world.prescribed()
    world.keys.destroy(world.doctor.person_id, "entry")
    content, signed = world.issued(record_id, RX)
    assert signed == ["clinic kid-clinic"]
    assert content["signature"]["name"] == "—"  # nobody can read the name any more; the body has what was written


@pytest.mark.requirement("AUD-1")
def test_every_use_of_a_key_has_its_entry_in_the_owners_chain(world: Press) -> None:
    world.own()
    world.seal()
    record_id = world.prescribed(validity="1y")
    world.pump()
    own, seal = world.entries("signing-certificate:use"), world.entries("seal-certificate:use")
    assert [(e.subject, e.details["document"]) for e in (*own, *seal)] == [
        (world.doctor.person_id, record_id),
        (CLINIC, record_id),
    ]
    (issued,) = world.entries("document:issue")
    assert issued.details["signatures"] == 2


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, ("author",)),
        ({"signatories": ["author", "organisation"]}, ("author", "organisation")),
        ({"source": "patient-reported"}, ()),
        ({"source": "migration"}, ()),
        ({"organisation": ""}, ()),
        ({"confirmed_at": None}, ("organisation",)),
        ({"confirmed_at": "2026-03-02T08:54:59+00:00"}, ("organisation",)),
        ({"confirmed_at": "2026-03-02T08:55:00+00:00"}, ("author",)),
        ({"confirmed_at": "2026-03-02T09:00:01+00:00"}, ("organisation",)),
        ({"role": "nurse"}, ("organisation",)),
        ({"signatories": []}, ("organisation",)),
    ],
)
def test_who_has_to_sign(changes: dict[str, Any], wanted: tuple[str, ...]) -> None:
    row = {
        "source": "staff",
        "organisation": "clinic",
        "role": "doctor",
        "signatories": ["author"],
        "confirmed_at": "2026-03-02T08:59:00+00:00",
        "updated_at": "2026-03-02T09:00:00+00:00",
        **changes,
    }
    assert signatories({name: value for name, value in row.items() if value is not None}) == wanted


# --- the stamp


def stamped(world: Press) -> None:
    permit = Permit(CLINIC, "organisation-stamp", "stamp", "test", writes=True)
    row = {"id": "stamp", "state": "active", "ver": 1, "sealed": world.vault.seal(permit, 1, b"picture")}
    world.tables.commit([Put(keys.organisation_stamp(CLINIC), row)])


def test_the_stamp_is_printed_on_what_the_organisation_issues_and_on_nothing_else(world: Press) -> None:
    stamped(world)
    assert world.issued(world.written())[0]["stamp"] == "cGljdHVyZQ=="
    document = Document(ANNA, "card-extract", "x", 1, organisation_id="")
    begun = world.issuing.begin(document)
    assert begun.shown["stamp"] == ""
    assert begun.shown["marks"][0]["rows"] == [("", "Сведения внесены не сотрудником медицинской организации.")]


# --- once, whatever the trigger does


@pytest.mark.requirement("REC-3")
@pytest.mark.parametrize("fault", ["audit", "files", "commit", "signer", "vault"])
def test_dying_half_way_is_mended_by_the_next_try(world: Press, fault: str) -> None:
    world.seal()
    record_id = world.written()
    row = world.row(keys.record(ANNA, KIND.name, record_id))
    faulty: Any = {
        "audit": world.audit,
        "files": world.files,
        "signer": world.document_signer,
        "vault": world.vault,
    }
    if fault == "commit":
        world.tables.fail_next_commit()
    else:
        faulty[fault].fail_next(error=UnavailableError())
    with pytest.raises(UnavailableError):
        world.reactions.run("issue_document", row)
    assert world.tables.get(keys.document(ANNA, KIND.name, record_id, 1)) is None
    assert world.issued(record_id)[1] == ["clinic kid-clinic"]


def test_of_two_tries_at_once_the_stored_one_names_its_own_file(world: Press) -> None:
    world.seal()
    record_id = world.written()
    row = world.row(keys.record(ANNA, KIND.name, record_id))
    put = world.files.put

    def put_and_pause(place: str, ciphertext: bytes) -> None:
        put(place, ciphertext)
        world.files.put = put  # type: ignore[method-assign]
        assert world.reactions.run("issue_document", row)

    world.files.put = put_and_pause  # type: ignore[method-assign]
    assert not world.reactions.run("issue_document", row)
    stored = world.row(keys.document(ANNA, KIND.name, record_id, 1))
    pdf = world.documents.download(world.anna, ANNA, KIND, record_id)
    assert hashlib.sha256(pdf).hexdigest() == stored["sha256"]
    registered = [k for k in world.tables.rows(Store.CARD) if k.pk.startswith("ISSUED#")]
    assert registered == [keys.issued_document(stored["issued"])]


def test_what_replaces_a_document_supersedes_it(world: Press) -> None:
    def issue(version: int, replaces: str = "") -> str:
        document = Document(ANNA, "card-extract", "x", version, "clinic", replaces=replaces)
        done = world.issuing.issued(document, "record", {"title": "Выписка"})
        world.gate.commit(done.staged, done.writes)
        return done.found_by

    first = issue(1)
    second = issue(2, first)
    states = [world.row(keys.issued_document(found_by))["state"] for found_by in (first, second)]
    assert states == ["superseded", "current"]


# --- the code on the paper


@pytest.mark.requirement("DOC-1", "SEC-2")
def test_the_code_is_printed_and_stands_nowhere(world: Press) -> None:
    text = world.issued(world.written())[0]["verification"]["text"]
    found = re.fullmatch(rf"{URL}/d/([A-Za-z0-9_-]{{22}})#([{ALPHABET}]{{8}})", text)
    assert found
    stored = repr([(key, row) for key, row in world.tables.rows(Store.CARD).items()])
    assert found[1] not in stored
    assert found[2] not in stored


@given(st.data())
def test_a_code_is_read_back_from_what_is_scanned(data: Any) -> None:
    code = Code.new()
    text = data.draw(
        st.sampled_from([code.text(URL), f"{code.public_id}#{code.short.lower()}", f" {code.text(URL)}\n"])
    )
    assert code_of(text, URL) == code
    assert code_of(text, URL).fits(code.hashed)


@given(st.text(max_size=450))
def test_whatever_is_scanned_is_a_code_or_a_clear_no(text: str) -> None:
    try:
        code_of(text, URL)
    except (DocumentCodeError, DocumentElsewhereError):
        return
    assert "#" in text


def test_another_systems_code_is_told_from_an_altered_one() -> None:
    code = Code.new()
    with pytest.raises(DocumentElsewhereError):
        code_of(code.text("https://other.example"), URL)
    for cut in (code.text(URL)[:-1], code.text(URL).replace("#", ""), code.public_id, ""):
        with pytest.raises(DocumentCodeError):
            code_of(cut, URL)


@pytest.mark.requirement("RX-2", "RX-6")
def test_paper_with_the_code_is_for_the_patient_and_for_the_doctor_who_wrote_it(world: Press) -> None:
    """Whoever holds the code gets the drugs; other staff do not read it in the record either."""
    record_id, nurse, colleague = world.prescribed(), world.staff("nurse", Role.NURSE), world.staff("colleague")
    for other in (nurse, colleague):
        world.consent(other)
    world.pump()
    for who in (world.anna, world.doctor):
        assert world.documents.download(who, ANNA, RX, record_id)
    for who in (nurse, colleague):
        with pytest.raises(AccessDeniedError):
            world.documents.download(who, ANNA, RX, record_id)
        with pytest.raises(AccessDeniedError):
            world.documents.download(who, ANNA, RX, "no-such-record")
    assert world.entries("prescription:download")[-1].reason == "role"
    record_id = world.written()
    world.pump()
    assert world.documents.download(nurse, ANNA, KIND, record_id)
