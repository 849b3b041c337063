"""A paper is verified by its code, by anybody, and no word is said about the patient (DOC-1)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.issuing import Code, State, code_of, state_of
from chalicelib.errors import DocumentCodeError, DocumentElsewhereError, DocumentUnknownError, MedkartaError
from chalicelib.ports import keys
from chalicelib.ports.issuing import Document
from chalicelib.ports.tables import Put, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL as KIND
from chalicelib.services.verification import VerificationService
from tests.unit.test_issuing import Press
from tests.world import ANNA, BORIS, PROTOCOL, URL

pytestmark = pytest.mark.requirement("DOC-1")
ANYBODY = Actor(PersonId("anonymous"), Role.ANONYMOUS)


class Paper(Press):
    """A printed protocol in somebody's hands."""

    def __init__(self) -> None:
        super().__init__()
        self.seal()
        self.verification = VerificationService(self.gate, self.tables, URL)
        self.record_id = self.written()
        self.text = self.issued(self.record_id)[0]["verification"]["text"]

    def verify(self, text: str = "") -> dict[str, Any]:
        return self.verification.verify(ANYBODY, text or self.text)

    def amended(self) -> str:
        """The code of the next version."""
        self.records.amend(self.doctor, ANNA, KIND, self.record_id, {**PROTOCOL, "conclusion": "Бронхит"}, 1)
        return str(self.issued(self.record_id)[0]["verification"]["text"])


@pytest.fixture
def world() -> Paper:
    return Paper()


def test_a_genuine_paper_says_what_it_is_and_nothing_of_whom(world: Paper) -> None:
    found = world.verify()
    row = world.row(keys.document(ANNA, KIND.name, world.record_id, 1))
    assert found == {
        "state": "current",
        "kind": KIND.name,
        "title": dict(KIND.labels),
        "version": 1,
        "issued_at": row["at"],
        "organisation": "Поликлиника № 1",
        "signed": True,
        "sha256": row["sha256"],
    }
    told = repr(found)
    assert all(word not in told for word in (ANNA, "Иванова", "Петров", "бронхит", world.record_id))


@pytest.mark.requirement("AUD-3")
def test_the_patient_sees_that_it_was_verified(world: Paper) -> None:
    world.verify()
    (entry,) = world.entries("document:verify")
    assert (entry.subject, entry.resource_id, entry.outcome) == (ANNA, world.record_id, "success")


def test_an_amended_record_supersedes_its_paper_at_once(world: Paper) -> None:
    newer = world.amended()
    assert world.verify()["state"] == "superseded"
    assert world.verify(newer)["state"] == "current"


@pytest.mark.requirement("RX-4")
def test_a_revoked_prescription_withdraws_its_paper(world: Paper) -> None:
    from chalicelib.records.medication import PRESCRIPTION as RX

    record_id = world.prescribed()
    text = world.issued(record_id, RX)[0]["verification"]["text"]
    assert world.verify(text)["state"] == "current"
    world.prescriptions.revoke(world.doctor, ANNA, record_id, "error", 1)
    assert world.verify(text)["state"] == "withdrawn"


def test_a_document_of_no_record_says_its_own_state(world: Paper) -> None:
    begun = world.issuing.begin(Document(ANNA, "seal-certificate", "x", 1, "clinic"))
    done = world.issuing.finish(begun, b"%PDF")
    world.gate.commit(done.staged, done.writes)
    text = begun.shown["verification"]["text"]
    assert world.verify(text)["title"]["en"] == "Certificate of an organisation's seal"
    world.tables.commit([Update(keys.issued_document(done.found_by), {"state": "withdrawn"})])
    assert world.verify(text)["state"] == "withdrawn"


# --- what is no genuine paper


def changed(code: Code, site: str = URL) -> dict[str, tuple[str, type[MedkartaError]]]:
    return {
        "unknown": (Code.new().text(site), DocumentUnknownError),
        "another-short-code": (f"{site}/d/{code.public_id}#{'2' * 8}", DocumentCodeError),
        "cut": (code.text(site)[:-1], DocumentCodeError),
        "without-its-end": (f"{site}/d/{code.public_id}", DocumentCodeError),
        "prescription-code": (f"{site}/r/{code.public_id}#abcdefgh", DocumentCodeError),
        "another-system": (code.text("https://test.card.example"), DocumentElsewhereError),
        "another-port": (code.text("https://card.example:8443"), DocumentElsewhereError),
        "noise": ("\0" * 300, DocumentCodeError),
        "lone-surrogate": ("\ud800", DocumentCodeError),
    }


@pytest.mark.parametrize("how", sorted(changed(Code.new())))
def test_what_is_not_genuine_is_told_clearly(world: Paper, how: str) -> None:
    text, error = changed(code_of(world.text, URL))[how]
    with pytest.raises(error):
        world.verify(text)
    (entry,) = world.entries("document:verify")
    assert (entry.subject, entry.outcome, entry.reason) == ("sys", "error", error.code)


@pytest.mark.requirement("SPC-8")
def test_a_document_of_an_erased_person_is_unknown(world: Paper) -> None:
    world.tables.commit([Update(keys.card(ANNA), {"state": "erased"})])
    with pytest.raises(DocumentUnknownError):
        world.verify()


@pytest.mark.requirement("SPC-5")
def test_after_a_merge_the_record_is_looked_for_where_it_is(world: Paper) -> None:
    row = world.row(keys.record(ANNA, KIND.name, world.record_id))
    world.tables.commit(
        [
            Update(keys.card(ANNA), {"state": "merged", "merged_into": BORIS}),
            Put(keys.card(BORIS), {"state": "active", "ver": 1}),
            Put(keys.record(BORIS, KIND.name, world.record_id), {**row, "patient": BORIS}),
        ]
    )
    assert world.verify()["state"] == "current"
    world.tables.commit([Update(keys.record(BORIS, KIND.name, world.record_id), {"ver": 2})])
    assert world.verify()["state"] == "superseded"


@pytest.mark.parametrize(
    ("stored", "record", "state"),
    [
        ("current", None, State.CURRENT),
        ("withdrawn", None, State.WITHDRAWN),
        ("superseded", {"ver": 1}, State.SUPERSEDED),
        ("withdrawn", {"ver": 1}, State.WITHDRAWN),
        ("current", {"ver": 1}, State.CURRENT),
        ("current", {"ver": 2}, State.SUPERSEDED),
        ("current", {"ver": 2, "status": {"state": "revoked"}}, State.WITHDRAWN),
        ("current", {"ver": 1, "status": {"state": "dispensed"}}, State.CURRENT),
    ],
)
def test_states(stored: str, record: dict[str, Any] | None, state: State) -> None:
    assert state_of(stored, 1, record) is state


def test_a_check_costs_two_reads(world: Paper) -> None:
    world.tables.calls.clear()
    world.verify()
    assert world.tables.calls == ["get", "get_many", "commit"]  # the code; record, card and organisation; the entry
