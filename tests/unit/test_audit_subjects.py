"""Audit subjects: one a person and year, whoever was first; known ones cost nothing."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chalicelib.audit import subjects as module
from chalicelib.audit.subjects import Subjects
from chalicelib.errors import KeyUnavailableError, OutcomeUnknownError
from chalicelib.ports.tables import Key, Store
from tests.fakes import MemoryTables
from tests.unit.test_audit_log import ANNA, FakeKms

ROW = Key(Store.KEYS, "anna", "audit#2026")


@pytest.fixture
def tables() -> MemoryTables:
    return MemoryTables()


@pytest.fixture
def kms() -> FakeKms:
    return FakeKms()


def made(tables: MemoryTables, kms: FakeKms) -> Subjects:
    """One environment."""
    return Subjects(tables, lambda: kms, "arn:key", "demo")


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
    assert kms.calls == ["encrypt"]


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
