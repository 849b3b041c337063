"""Audit subjects: one a person and year, whoever was first; known ones cost nothing."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chalicelib.audit import subjects as module
from chalicelib.audit.ec_key import KmsEcKey
from chalicelib.audit.entry import Earlier
from chalicelib.audit.subjects import Subjects
from chalicelib.audit.tags import KmsTags
from chalicelib.domain.identity import PersonId
from chalicelib.errors import ErasedError, KeyIntegrityError, KeyUnavailableError, OutcomeUnknownError
from chalicelib.ports.tables import Delete, Key, Put, Store
from tests.fakes import MemoryTables
from tests.unit.test_audit_log import ANNA, FakeKms, tags_of

ROW = Key(Store.KEYS, "anna", "audit#2026")


@pytest.fixture
def tables() -> MemoryTables:
    return MemoryTables()


@pytest.fixture
def kms() -> FakeKms:
    return FakeKms()


def made(tables: MemoryTables, kms: FakeKms) -> Subjects:
    """One environment."""
    return Subjects(tables, lambda: kms, KmsEcKey(lambda: kms, "arn:ca"), tags_of(kms), "arn:key", "demo")


@pytest.mark.requirement("AUD-2", "SEC-1")
def test_the_row_holds_the_public_half_and_the_wrapped_private_one(tables: MemoryTables, kms: FakeKms) -> None:
    subject = made(tables, kms).of(ANNA, 2026)
    row = tables.get(ROW) or {}
    private, context = kms.wrapped[row["wrapped"]]
    assert X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw() == subject.public
    assert context == {"purpose": "audit-subject", "tenant": "demo", "tag": subject.tag}
    assert private not in tables.raw_bytes()


def test_two_environments_that_race_agree_on_the_first_row(tables: MemoryTables, kms: FakeKms) -> None:
    winner = []
    tables.before_next_commit(lambda: winner.append(made(tables, kms).of(ANNA, 2026)))
    loser = made(tables, kms).of(ANNA, 2026)
    assert winner == [loser]
    assert made(tables, kms).of(ANNA, 2026) == loser


def test_a_known_subject_costs_nothing_until_it_is_forgotten(tables: MemoryTables, kms: FakeKms) -> None:
    subjects = made(tables, kms)
    subjects.of(ANNA, 2026)
    tables.calls.clear()
    subjects.of(ANNA, 2026)
    assert tables.calls == []
    subjects.forget()
    subjects.of(ANNA, 2026)
    assert tables.calls == ["get"]
    assert kms.calls == ["generate_mac", "encrypt", "certify", "get_public_key"]
    subjects.forget()
    subjects.of(ANNA, 2026)
    assert kms.calls[4:] == []


def test_the_least_used_is_dropped_first(tables: MemoryTables, kms: FakeKms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CAPACITY", 2)
    subjects = made(tables, kms)
    for year in (2025, 2026, 2025, 2027):  # 2026 is the one that was not asked for again
        subjects.of(ANNA, year)
    tables.calls.clear()
    for year in (2025, 2027):
        subjects.of(ANNA, year)
    assert tables.calls == []
    subjects.of(ANNA, 2026)
    assert tables.calls == ["get"]


def test_without_kms_there_is_no_subject(tables: MemoryTables, kms: FakeKms) -> None:
    kms.down = True
    with pytest.raises(KeyUnavailableError):
        made(tables, kms).of(ANNA, 2026)
    assert tables.rows() == {}


def test_after_a_lost_reply_the_stored_subject_is_the_subject(tables: MemoryTables, kms: FakeKms) -> None:
    subjects = made(tables, kms)
    tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        subjects.of(ANNA, 2026)
    assert subjects.of(ANNA, 2026).tag == (tables.get(ROW) or {})["tag"]


@pytest.mark.requirement("AUD-2", "AUD-3")
@pytest.mark.parametrize(
    "forged",
    [
        {"public": bytes(32)},
        {"tag": "b3RoZXIgdGFnIG90aGVyIA=="},
        {"earlier_tag": "b3RoZXIgdGFnIG90aGVyIA==", "earlier_year": 2025},
        {"cert": b"x"},
        {"cert": 7},
        {"public": "text"},
    ],
    ids=" ".join,
)
def test_a_row_that_the_writer_ca_has_not_certified_is_not_used(
    tables: MemoryTables, kms: FakeKms, forged: dict[str, object]
) -> None:
    """Else a database administrator reads later entries, or leads them into a chain that the patient never sees."""
    made(tables, kms).of(ANNA, 2026)
    tables.tamper(ROW, **forged)
    with pytest.raises(KeyIntegrityError):
        made(tables, kms).of(ANNA, 2026)


@pytest.mark.requirement("AUD-2", "AUD-3")
@pytest.mark.parametrize(("person", "year"), [("boris", 2026), ("anna", 2027)])
def test_a_certified_row_is_nobody_elses_and_no_other_years(
    tables: MemoryTables, kms: FakeKms, person: str, year: int
) -> None:
    made(tables, kms).of(ANNA, 2026)
    row = tables.get(ROW) or {}
    copied = {name: value for name, value in row.items() if name not in {"pk", "sk"}}
    tables.commit([Put(Key(Store.KEYS, person, f"audit#{year}"), copied)])
    with pytest.raises(KeyIntegrityError):
        made(tables, kms).of(PersonId(person), year)


@pytest.mark.requirement("AUD-3")
def test_a_new_year_names_the_chain_of_the_year_before(tables: MemoryTables, kms: FakeKms) -> None:
    first = made(tables, kms).of(ANNA, 2026)
    assert first.earlier is None
    later = made(tables, kms).of(ANNA, 2028)
    assert later.earlier == Earlier(first.tag, 2026)
    assert made(tables, kms).of(ANNA, 2028) == later
    between = made(tables, kms).of(ANNA, 2027)
    assert between.earlier == Earlier(first.tag, 2026)


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_a_row_that_was_lost_is_made_anew_for_the_same_chain(tables: MemoryTables, kms: FakeKms) -> None:
    """Else who owns the table has a second chain certified, and shows the patient the other one."""
    first = made(tables, kms).of(ANNA, 2026)
    tables.commit([Delete(ROW)])
    second = made(tables, kms).of(ANNA, 2026)
    assert (second.tag, second.earlier) == (first.tag, first.earlier)
    assert second.public != first.public
    tag = Key(Store.KEYS, f"tag#{first.tag}", "audit")
    tables.tamper(tag, person="boris")
    tables.commit([Delete(ROW)])
    assert made(tables, kms).of(ANNA, 2026).tag == first.tag
    assert (tables.get(tag) or {})["person"] == "anna"


@pytest.mark.requirement("AUD-2")
def test_a_tag_is_of_one_person_one_year_one_tenant_and_one_key(tables: MemoryTables, kms: FakeKms) -> None:
    cases = [("anna", 2026, "demo"), ("anna", 2027, "demo"), ("boris", 2026, "demo"), ("anna", 2026, "other")]
    tags = [KmsTags(lambda: kms, "arn:index", tenant).of(person, year) for person, year, tenant in cases]
    tags += [tags_of(FakeKms()).of("anna", 2026)]
    assert len(set(tags)) == len(tags)
    assert {len(base64.b64decode(tag)) for tag in tags} == {16}
    assert made(tables, kms).of(ANNA, 2026).tag == tags[0]


def test_a_tag_leads_to_its_person(tables: MemoryTables, kms: FakeKms) -> None:
    subject = made(tables, kms).of(ANNA, 2026)
    row = tables.get(Key(Store.KEYS, f"tag#{subject.tag}", "audit")) or {}
    assert (row["person"], row["year"]) == ("anna", 2026)


# --- after an erasure

STATE = Key(Store.KEYS, "anna", "active")
STONE = {"state": "destroyed"}


@pytest.fixture
def enrolled(tables: MemoryTables) -> MemoryTables:
    tables.commit([Put(STATE, {"state": "active", "version": "0" * 16})])
    return tables


def audit_rows(tables: MemoryTables) -> list[Key]:
    return [key for key in tables.rows(Store.KEYS) if key.sk.startswith("audit")]


@pytest.mark.requirement("SPC-8", "AUD-2")
def test_an_erased_person_gets_no_new_subject(enrolled: MemoryTables, kms: FakeKms) -> None:
    enrolled.commit([Put(STATE, STONE, None)])
    with pytest.raises(ErasedError):
        made(enrolled, kms).of(ANNA, 2026)
    assert audit_rows(enrolled) == []
    assert kms.calls == []


@pytest.mark.requirement("SPC-8", "AUD-2")
def test_a_tombstone_at_the_same_moment_leaves_no_subject_behind(enrolled: MemoryTables, kms: FakeKms) -> None:
    enrolled.before_next_commit(lambda: enrolled.commit([Put(STATE, STONE, None)]))
    with pytest.raises(ErasedError):
        made(enrolled, kms).of(ANNA, 2026)
    assert audit_rows(enrolled) == []


def test_keys_enrolled_or_rotated_at_the_same_moment_are_no_obstacle(tables: MemoryTables, kms: FakeKms) -> None:
    tables.before_next_commit(lambda: tables.commit([Put(STATE, {"state": "active", "version": "1" * 16})]))
    subject = made(tables, kms).of(ANNA, 2026)
    tables.before_next_commit(lambda: tables.commit([Put(STATE, {"state": "active", "version": "2" * 16}, None)]))
    assert made(tables, kms).of(ANNA, 2027).earlier == Earlier(subject.tag, 2026)


def test_a_key_row_in_no_known_state_is_not_called_erased(enrolled: MemoryTables, kms: FakeKms) -> None:
    enrolled.tamper(STATE, state="lost")
    with pytest.raises(KeyIntegrityError):
        made(enrolled, kms).of(ANNA, 2026)


@pytest.mark.requirement("SPC-8")
def test_a_warm_environment_forgets_within_five_minutes(enrolled: MemoryTables, kms: FakeKms) -> None:
    wall = [1000.0]
    authority = KmsEcKey(lambda: kms, "arn:ca")
    subjects = Subjects(enrolled, lambda: kms, authority, tags_of(kms), "arn:key", "demo", wall=lambda: wall[0])
    known = subjects.of(ANNA, 2026)
    enrolled.commit([Put(STATE, STONE, None), *(Delete(key) for key in audit_rows(enrolled))])
    wall[0] += 299
    assert subjects.of(ANNA, 2026) == known
    for moment in (wall[0] + 1, 500.0):  # in time, and when the clock went back
        wall[0] = moment
        with pytest.raises(ErasedError):
            subjects.of(ANNA, 2026)
    assert audit_rows(enrolled) == []
