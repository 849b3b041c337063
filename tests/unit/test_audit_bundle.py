"""A patient's bundle: it verifies, and nothing that the tables' owner does hides from it who looked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Put
from tests.log.world import NAME, Crash, crash_at, row
from tests.unit.journal_world import ANNA, BORIS, NONCE, JournalWorld, patient_of, permit
from tests.unit.test_audit_reader import FORGERIES, written


@pytest.fixture
def world() -> JournalWorld:
    return JournalWorld()


def ordered(world: JournalWorld, years: tuple[int, ...] = (2026,)) -> dict[int, str]:
    """The patient's own request in each year's chain."""
    made = {}
    for year in years:
        item = world.log.item(ANNA, actor=patient_of(), action="journal:request", year=year, details={"nonce": NONCE})
        world.run([row(item)])
        made[year] = item["sk"]
    return made


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_a_bundle_verifies_with_the_stand_alone_verifier(world: JournalWorld) -> None:
    written(world, 3)
    written(world, 2, BORIS)
    requests = ordered(world)
    written(world, 2)  # newer than the request: not in the bundle
    bundle = world.reader.bundle(permit(), requests, NONCE)
    assert bundle is not None
    assert [len(chain["entries"]) for chain in bundle["chains"]] == [4]
    assert {json.loads(e["body"])["patient"] for e in bundle["chains"][0]["entries"]} == {ANNA}
    report = world.verdict(bundle, NONCE)
    assert report.findings == [] or all(f.level == "info" for f in report.findings), report.findings
    assert any(f.level != "info" for f in world.verdict(bundle, "m" * 20).findings)


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_a_bundle_over_two_years_has_both_chains(world: JournalWorld) -> None:
    world.clock.now = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
    world.write(ANNA, 2)
    world.clock.advance(hours=5)
    world.write(ANNA, 1)
    requests = ordered(world, (2026, 2027))
    bundle = world.reader.bundle(permit(), requests, NONCE)
    assert bundle is not None
    assert [chain["origin"] for chain in bundle["chains"]] == [f"{NAME}/2026", f"{NAME}/2027"]
    assert all(f.level == "info" for f in world.verdict(bundle, NONCE).findings)
    assert world.reader.years(ANNA) == [2026, 2027]


@pytest.mark.requirement("AUD-3")
def test_a_bundle_waits_until_the_request_is_published(world: JournalWorld) -> None:
    written(world, 1)
    item = world.log.item(ANNA, actor=patient_of(), action="journal:request", details={"nonce": NONCE})
    requests = {2026: item["sk"]}
    assert not world.reader.ready(ANNA, requests)
    with pytest.raises(Crash):
        world.log.sequencer(crash_at("signed")).run(2026, [row(item)])
    assert not world.reader.ready(ANNA, requests)
    assert world.reader.bundle(permit(), requests, NONCE) is None
    world.run([row(item)])
    assert world.reader.ready(ANNA, requests)
    assert world.reader.bundle(permit(), requests, NONCE) is not None


@pytest.mark.requirement("AUD-2", "AUD-3")
@pytest.mark.parametrize("forgery", [*FORGERIES, "taken out", "all taken out"])
def test_what_the_index_has_lost_stands_in_the_bundle_from_the_locked_segments(
    world: JournalWorld, forgery: str
) -> None:
    """So who owns the tables cannot hide from a patient who looked."""
    for n in range(2):
        world.write(ANNA, 3, resource_type="visit", resource_id=f"a{n}")
        written(world, 2, BORIS)
    requests = ordered(world)
    whole = world.reader.bundle(permit(), requests, NONCE)
    if forgery in FORGERIES:
        world.tables.tamper(world.link(1), **FORGERIES[forgery](world.links()))
    else:
        numbers = [1] if forgery == "taken out" else range(len(world.links()))
        world.tables.commit([Delete(world.link(number)) for number in numbers])
    bundle = world.reader.bundle(permit(), requests, NONCE)
    assert bundle == whole
    assert [f.code for f in world.verdict(bundle, NONCE).findings if f.level != "info"] == []


SEGMENT_FAULTS: dict[str, Any] = {
    "deleted": lambda bucket, name: bucket.mark_deleted(name),
    "altered": lambda bucket, name: bucket.overwrite(name, b"x"),
    "of another name": lambda bucket, name: bucket.overwrite(name + "x", bucket.kept.pop(name)[0]),
    "no segment": lambda bucket, name: (
        bucket.overwrite(name[:-16] + sha256(b"x").hexdigest()[:16], b"x"),
        bucket.kept.pop(name),
    ),
}


@pytest.mark.requirement("AUD-2", "AUD-3")
@pytest.mark.parametrize("fault", SEGMENT_FAULTS)
def test_what_neither_index_nor_segment_has_shows_in_the_bundle(world: JournalWorld, fault: str) -> None:
    written(world, 3)
    requests = ordered(world)
    [name] = [n for n in world.log.locked.kept if n.startswith("2026/segment/" + f"{2:020d}-")]
    SEGMENT_FAULTS[fault](world.log.locked, name)
    world.tables.tamper(world.link(1), ct=b"x")
    bundle = world.reader.bundle(permit(), requests, NONCE)
    assert {f.code for f in world.verdict(bundle, NONCE).findings if f.level != "info"} == {"body-missing"}
    world.tables.commit([Delete(world.link(1))])
    bundle = world.reader.bundle(permit(), requests, NONCE)
    assert "chain-number" in {f.code for f in world.verdict(bundle, NONCE).findings}


@pytest.mark.requirement("AUD-2")
def test_the_segment_is_found_over_the_edge_of_a_block(world: JournalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.audit.committed.DIGITS", 1)
    for _ in range(4):
        world.write(ANNA, 7)
    requests = ordered(world)
    whole = world.reader.bundle(permit(), requests, NONCE)
    world.tables.commit([Delete(world.link(number)) for number in range(len(world.links()))])
    assert world.reader.bundle(permit(), requests, NONCE) == whole


# --- a subject that was exchanged


def stored(world: JournalWorld) -> dict[str, Any]:
    row = world.tables.get(keys.audit_subject(ANNA, 2026)) or {}
    return {name: value for name, value in row.items() if name not in {"pk", "sk"}}


def exchanged(world: JournalWorld, row: dict[str, Any]) -> None:
    world.tables.commit([Put(keys.audit_subject(ANNA, 2026), row, None)])
    world.log.subjects.forget()


@pytest.mark.requirement("AUD-2", "AUD-3")
@pytest.mark.parametrize("served", ["the first", "the second"])
def test_a_subject_that_is_exchanged_hides_no_access(world: JournalWorld, served: str) -> None:
    """Who owns the tables has a second key pair made, for staff, and puts the first one back for the patient."""
    written(world, 2)
    first = stored(world)
    world.tables.commit([Delete(keys.audit_subject(ANNA, 2026))])
    world.log.subjects.forget()
    world.write(ANNA, 1, action="visit:read", resource_id="seen")
    second = stored(world)
    assert first["tag"] == second["tag"]
    assert first["public"] != second["public"]
    exchanged(world, first if served == "the first" else second)
    bundle = world.reader.bundle(permit(), ordered(world), NONCE)
    assert bundle is not None
    report = world.verdict(bundle, NONCE)
    hidden = {"2026/entry/2"} if served == "the first" else {"2026/entry/0", "2026/entry/1"}
    assert {f.place for f in report.findings if f.code == "body-missing"} == hidden
    assert {f.code for f in report.findings if f.level != "info"} == {"body-missing"}
    assert report.exit_code == 1
    assert {e.altered for e in world.reader.chain(permit(), 2026, limit=9)} == {False}
    assert {e.number for e in world.reader.chain(permit(), 2026, limit=9) if e.body is None} == {
        int(place.rpartition("/")[2]) for place in hidden
    }


@pytest.mark.requirement("AUD-3")
def test_a_year_that_was_erased_is_left_out(world: JournalWorld) -> None:
    written(world, 1)
    requests = ordered(world)
    world.erase(ANNA)
    assert world.reader.ready(ANNA, requests)
    bundle = world.reader.bundle(permit(), requests, NONCE)
    assert bundle is not None
    assert (bundle["chains"], bundle["certs"]) == ([], {})
