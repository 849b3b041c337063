"""Cards against the log: what a database administrator can do to a record, and what is no alarm."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.checks import Logged, Stored, compared, logged_of, on_the_way
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import AccessDeniedError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Put
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.records.medication import PRESCRIPTION as MEDICATION
from chalicelib.records.observation import ALLERGY
from chalicelib.services import checks
from tests.fakes import START
from tests.unit.review_world import ReviewWorld
from tests.world import ANNA, BORIS, PRESCRIPTION, PROTOCOL

pytestmark = pytest.mark.requirement("AUD-4", "AUD-2")
KIND = EXAMINATION_PROTOCOL.name
ALLERGEN = {"occurred_at": "2026-03-01T10:00:00+00:00", "substance": "Пыльца", "category": "environment"}


class Hospital(ReviewWorld):
    """Anna has a protocol in two versions, written an hour ago by a doctor with her consent."""

    def __init__(self) -> None:
        super().__init__()
        self.anna = self.patient()
        self.doctor = self.staff()
        self.watch = self.officer()
        self.consent(self.doctor)
        first, _ = self.records.create(self.doctor, ANNA, EXAMINATION_PROTOCOL, PROTOCOL, "k" * 20)
        self.record = first["id"]
        self.records.amend(
            self.doctor, ANNA, EXAMINATION_PROTOCOL, self.record, {**PROTOCOL, "conclusion": "Здорова"}, 1
        )
        self.settle()

    def settle(self) -> None:
        """The sequencer has had everything, and an hour has passed."""
        self.log.take(self.audit)
        self.clock.advance(hours=1)

    def check(self, actor: Actor | None = None) -> list[tuple[str, str, str]]:
        """(rule, record, version) of what a check finds."""
        found = self.checks.check(actor or self.watch, ANNA)["findings"]
        return sorted((f["rule"], f["record"], f["version"]) for f in found)

    @property
    def newest(self) -> keys.Key:
        return keys.record(ANNA, KIND, self.record)

    @property
    def first(self) -> keys.Key:
        return keys.record_version(ANNA, KIND, self.record, 1)


@pytest.fixture
def world() -> Hospital:
    return Hospital()


def test_a_card_that_is_as_the_log_says_finds_nothing(world):
    assert world.check() == []
    assert world.checks.check(world.watch, ANNA) == {"versions": 2, "unreadable": 0, "findings": []}
    assert world.found() == {}


def test_the_look_is_an_entry_in_the_persons_own_chain(world):
    world.check()
    event = world.entries("audit:check-card")[-1]
    assert (event.subject, event.actor.person_id, event.resource_type) == (ANNA, world.watch.person_id, "journal")
    with pytest.raises(AccessDeniedError):
        world.checks.check(world.doctor, ANNA)


@pytest.mark.parametrize("attribute", ["hash", "entry"])
@pytest.mark.parametrize("version", [1, 2])
def test_an_altered_version_is_named(world, attribute, version):
    key = world.newest if version == 2 else world.first
    world.tables.tamper(key, **{attribute: "AAAA"})
    assert world.check() == [("record-altered", world.record, str(version))]


def test_a_ciphertext_that_was_exchanged_is_named(world):
    """What the entry has of the ciphertext is compared; without it another ciphertext of the same row would pass."""
    row = world.row(world.newest)
    digest = checks._stored({**row, "sk": world.newest.sk}, newest=True).sealed
    for number, entry in enumerate(world.log.entries):
        if entry.id == row["entry"]:
            body = {**entry.body, "details": {"sealed": digest}}
            world.log.entries[number] = type(entry)(**{**_fields(entry), "body": body})
    assert world.check() == []
    world.tables.tamper(world.newest, sealed=b"another")
    assert world.check() == [("record-altered", world.record, "2")]


def _fields(entry) -> dict:
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def test_a_missing_record_is_named_and_so_is_a_missing_version(world):
    world.tables.commit([Delete(world.first)])
    assert world.check() == [("record-missing", world.record, "1")]
    world.tables.commit([Delete(world.newest)])
    assert world.check() == [("record-missing", world.record, "1"), ("record-missing", world.record, "2")]


def test_a_rolled_back_record_is_named_once(world):
    old = world.row(world.first)
    world.tables.commit([Put(world.newest, old, None)])
    assert world.check() == [("record-rolled-back", world.record, "2")]
    world.tables.commit([Delete(world.first)])
    assert world.check() == [("record-rolled-back", world.record, "2")]


def test_a_record_without_an_entry_is_named(world):
    row = world.row(world.newest)
    world.tables.commit([Put(keys.record(ANNA, KIND, "slipped-in"), {**row, "id": "slipped-in", "ver": 1})])
    world.tables.commit([Put(keys.record_version(ANNA, KIND, world.record, 7), {**row, "ver": 7})])
    assert world.check() == [("record-unlogged", world.record, "7"), ("record-unlogged", "slipped-in", "1")]


def test_a_version_that_nobody_logged_on_top_is_named_and_hides_none(world):
    world.tables.tamper(world.newest, ver=3)
    assert world.check() == [("record-missing", world.record, "2"), ("record-unlogged", world.record, "3")]


def test_what_was_written_a_moment_ago_is_left_for_the_next_time(world):
    body = {**PROTOCOL, "conclusion": "Осмотр"}
    world.records.create(world.doctor, ANNA, EXAMINATION_PROTOCOL, body, "n" * 20)
    world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, world.record, body, 2)
    assert world.check() == []  # the sequencer has not had them
    world.clock.advance(hours=1)
    assert len(world.check()) == 2  # and did not get them within the hour
    world.settle()
    assert world.check() == []


def test_everything_that_happens_to_a_prescription_is_no_alarm(world):
    pharmacy = world.pharmacy()
    drug = PRESCRIPTION["drugs"][0]
    bodies = {key: {**PRESCRIPTION, "drugs": [{**drug, "inn": f"Препарат {key}"}]} for key in "pqr"}
    issued, other, third = (
        world.prescriptions.issue(world.doctor, ANNA, body, key * 20)[0] for key, body in bodies.items()
    )
    world.settle()
    qr = world.records.read(world.anna, ANNA, MEDICATION, issued["id"])["body"]["qr"]
    world.dispensing.dispense(pharmacy, qr, [{"line": 1, "packs": 1}], {"name": "Сидорова"}, 1, "d" * 20)
    world.dispensing.dispense(pharmacy, qr, [{"line": 1, "packs": 2}], {"name": "Сидорова"}, 2, "e" * 20)
    world.prescriptions.revoke(world.doctor, ANNA, other["id"], "error", 1)
    world.prescriptions.replace(world.doctor, ANNA, third["id"], bodies["r"], 1)
    world.records.create(world.anna, ANNA, ALLERGY, ALLERGEN, "a" * 20)
    world.pump()
    world.settle()
    assert world.check() == []
    world.tables.tamper(keys.record(ANNA, "prescription", issued["id"]), hash="AAAA")
    assert world.check() == [("record-altered", issued["id"], "1")]


def test_findings_name_kind_and_record_and_are_stored_once(world):
    world.tables.tamper(world.newest, hash="AAAA")
    world.check()
    before = world.found()
    world.clock.advance(days=1)
    world.check()
    assert world.found() == before
    (finding,) = before.values()
    assert finding["about"] == {"kind": KIND, "record": world.record, "version": "2"}
    assert (finding["patient"], finding["organisation"]) == (ANNA, "clinic")
    assert world.events().count(("finding_opened", world.watch.person_id)) == 1


def test_versions_whose_entries_do_not_open_are_not_judged(world):
    for number, entry in enumerate(world.log.entries):
        world.log.entries[number] = type(entry)(**{**_fields(entry), "body": None})
    shown = world.checks.check(world.watch, ANNA)
    assert (shown["findings"], shown["unreadable"] > 0) == ([], True)


def test_rows_of_somebody_without_any_chain_are_found_and_no_chain_is_made(world):
    world.tables.commit([Put(keys.record(BORIS, KIND, "r1"), world.row(world.newest))])
    shown = world.checks.check(world.watch, BORIS)
    assert [f["rule"] for f in shown["findings"]] == ["record-unlogged"]
    assert world.entries("audit:check-card")[-1].subject == "sys"
    with pytest.raises(NotFoundError):
        world.checks.check(world.watch, PersonId("nobody"))


def test_an_erased_card_is_left_alone(world):
    world.tables.tamper(keys.card(ANNA), state="erased")
    world.log.entries = []
    assert world.check() == []


# --- all cards in turn


def test_every_card_that_the_log_knows_has_its_turn(world, monkeypatch):
    monkeypatch.setattr(checks, "CARDS_A_RUN", 3)
    for n in range(7):
        world.log.add("visit:create", f"p{n}", kind="visit")
    world.review.run()
    seen = []
    inner = world.checks.check
    world.checks.check = lambda actor, patient: seen.append(patient) or inner(actor, patient)
    for _ in range(3):
        world.checks.run()
    assert {*seen} == {ANNA, *(f"p{n}" for n in range(7))}
    assert len(seen[:8]) == len({*seen[:8]})


def test_the_daily_run_finds_what_was_done_behind_the_log(world):
    world.review.run()
    assert world.checks.run() == {"cards": 1, "findings": 0, "failed": 0}
    world.tables.tamper(world.newest, hash="AAAA")
    assert world.checks.run() == {"cards": 1, "findings": 1, "failed": 0}
    assert world.entries("audit:check-card")[-1].actor.session_id == "reconcile"


def test_a_card_that_fails_holds_up_no_other(world):
    world.log.add("visit:create", "boris", kind="visit")
    world.review.run()
    world.reader.fail_next()
    counts = world.checks.run()
    assert (counts["cards"], counts["failed"]) == (1, 1)


# --- the comparison alone


@pytest.mark.parametrize(
    ("entry", "minutes", "young"),
    [
        ("", 0, False),
        ("zz", 0, False),
        ("fffffffffffff", 0, False),
        ("own", 14, True),
        ("own", 16, False),
        ("own", -16, False),
    ],
)
def test_how_old_an_entry_is_by_its_id(world, entry, minutes, young):
    entry_id = world.gate.new_id() if entry == "own" else entry
    assert on_the_way(entry_id, world.clock() + timedelta(minutes=minutes)) is young


def test_an_entry_speaks_of_a_version_only_when_it_succeeded_with_a_hash(world):
    said = {"kind": KIND, "record": "r1", "version": 2, "new": "h"}
    assert logged_of(world.log.add("visit:create", **said)) == Logged(
        (KIND, "r1"), 2, "h", "", world.log.entries[-1].id, "clinic"
    )
    assert logged_of(world.log.add("visit:create", **said, outcome="denied")) is None
    assert logged_of(world.log.add("visit:read", **{**said, "new": ""})) is None
    assert logged_of(world.log.unreadable()) is None
    assert logged_of(world.log.unreadable(altered=True)) is None


def test_of_two_entries_for_one_version_one_must_fit():
    row = Stored((KIND, "r1"), 1, "h1", "s", "e1", newest=True)
    one, other = Logged((KIND, "r1"), 1, "h1", "s", "e1"), Logged((KIND, "r1"), 1, "h2", "s", "e2")
    assert compared([one, other], [row], (), START) == []
    assert [d.rule for d in compared([other], [row], (), START)] == ["record-altered"]


# --- rows out of form


@pytest.mark.parametrize(
    ("sk", "row"),
    [
        ("V#x#y", {}),
        ("V#x#y#zz", {}),
        ("V#x#y#1", {}),
        ("V#x#y#00000001#z", {}),
        ("R#x", {}),
        ("R#a#b", {"ver": "x"}),
        ("R#a#b", {"ver": 1, "sealed": "text"}),
        ("R#a#b", {"ver": 1, "sealed": 10**12}),
    ],
)
def test_a_row_out_of_form_is_a_row_without_an_entry(world, sk, row):
    world.tables.commit([Put(keys.Key(keys.Store.CARD, keys.patient(ANNA), sk), row)])
    assert world.check() == [("record-unlogged", sk, "0")]
    world.tables.tamper(world.first, hash="AAAA")
    assert ("record-altered", world.record, "1") in world.check()


def test_a_card_that_cannot_be_checked_keeps_no_other_from_its_turn(world, caplog):
    world.review.run()
    world.tables.commit([Put(keys.review_card("p1"), {"units": [], "members": []})])
    inner = world.reader.years

    def years(person_id):
        if person_id == ANNA:
            raise ValueError("anna-123")
        return inner(person_id)

    world.reader.years = years
    world.tables.tamper(world.first, hash="AAAA")
    assert world.checks.run() == {"cards": 0, "findings": 0, "failed": 2}  # p1 has no card
    assert "a card was not checked: ValueError" in caplog.messages
    assert "anna-123" not in caplog.text
    world.reader.years = inner
    assert world.checks.run()["findings"] == 1
