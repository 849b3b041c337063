"""What lies in the outbox and what does not belong there (faults 24, 25, 29, 30, 36, 37, 38)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chalicelib.audit.alarms import ForkError
from chalicelib.audit.entry import b64, unseal
from chalicelib.audit.intake import Change
from chalicelib.audit.publishing import witnessed_at
from chalicelib.audit.writer import Writer
from chalicelib.domain.identity import SYS
from chalicelib.errors import UnavailableError
from chalicelib.handlers.events import _change
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Key, Put, Store
from chalicelib.storage.values import decode
from tests.log.world import YEAR, LogWorld, SoftKey, chain_of

pytestmark = pytest.mark.requirement("AUD-2")

TTL = ("Service", "dynamodb.amazonaws.com")


def inserted(*items: dict[str, Any]) -> list[Change]:
    return [Change("INSERT", new=item) for item in items]


def store(world: LogWorld, item: dict[str, Any]) -> Key:
    key = Key(Store.AUDIT_OUTBOX, item["pk"], item["sk"])
    world.tables.commit([Put(key, {n: v for n, v in item.items() if n not in {"pk", "sk"}})])
    return key


def own(world: LogWorld) -> list[dict[str, Any]]:
    """Bodies of what the sequencer itself said, oldest first."""
    subject = world.tables.get(keys.audit_subject(SYS, YEAR)) or {}
    private = X25519PrivateKey.from_private_bytes(world.kms.wrapped[subject["wrapped"]][0])
    return [json.loads(unseal(bytes(row["ct"]), private, row["id"], subject["tag"])) for row in chain_of(world, SYS)]


def incidents(world: LogWorld) -> list[str]:
    return sorted(body["reason"] for body in own(world) if body["action"] == "audit:incident")


def test_every_way_to_tamper_with_the_outbox_is_an_incident_once(record_property: Any) -> None:
    world = LogWorld()
    items = [world.item() for _ in range(4)]
    altered = {**items[0], "com": b64(b"evil")}
    forged = {**world.item(writer=Writer(SoftKey(ec.generate_private_key(ec.SECP256R1()))))}
    world.written.remove(forged["sk"])
    junk = {"pk": "OB#y", "sk": "junk", "ct": 7, "x": [{"deep": b"\x00"}], "\ud800": "\ud800"}
    changes = [
        *inserted(*items),
        Change("MODIFY", old=items[0], new=altered),
        Change("REMOVE", old=items[1]),
        *inserted(forged, junk),
    ]
    assert world.intake().changes(changes) == 4 + 4
    assert world.intake().changes(changes) == 0  # a replay, by another environment
    assert incidents(world) == ["alien-row", "alien-row", "outbox-modify", "outbox-remove"]
    world.check(own=1 + 4)
    record_property("faults", 4)


def test_what_was_removed_before_it_was_sequenced_is_logged_all_the_same(record_property: Any) -> None:
    """The insert was lost with the stream, say; the removal still shows the row."""
    world = LogWorld()
    item = world.item()
    world.intake().changes([Change("REMOVE", old=item)])
    assert incidents(world) == ["outbox-remove"]
    world.check(own=2)
    record_property("faults", 1)


@pytest.mark.parametrize(
    ("by", "found"),
    [
        (TTL, []),
        (("Service", "dynamodb.amazonaws.com.evil.example"), ["outbox-remove"]),
        (("service", "dynamodb.amazonaws.com"), ["outbox-remove"]),
        (("AssumedRole", "dynamodb.amazonaws.com"), ["outbox-remove"]),
        (("Service", "dynamodb"), ["outbox-remove"]),
        (("", ""), ["outbox-remove"]),
    ],
)
def test_only_time_to_live_itself_may_remove(by: tuple[str, str], found: list[str], record_property: Any) -> None:
    world = LogWorld()
    item = world.item()
    world.intake().changes([*inserted(item), Change("REMOVE", old=item, by=by)])
    assert incidents(world) == found
    record_property("faults", len(found))


def test_the_sweep_finds_what_the_stream_never_brought(record_property: Any) -> None:
    world = LogWorld()
    for _ in range(6):
        store(world, world.item())
    assert world.intake().sweep(timedelta(minutes=5)) == 0  # the stream may still bring them
    world.clock.advance(minutes=1)
    assert world.intake().sweep(timedelta(minutes=5)) == 6
    assert world.intake().sweep(timedelta(minutes=5)) == 0
    world.check()
    record_property("faults", 6)


def test_a_row_that_is_gone_with_the_stream_shows_as_a_missing_number(record_property: Any) -> None:
    world = LogWorld()
    writer = world.writers[0]
    stored = [store(world, world.item(writer=writer)) for _ in range(6)]
    world.tables.commit([Delete(stored[3])])
    world.written.remove(stored[3].sk)
    world.clock.advance(minutes=1)
    world.intake().sweep(timedelta(minutes=5))
    world.check(alarms=["writer-gap"])
    assert world.intake().gaps(timedelta(hours=48)) == 0  # it may still be on its way
    world.clock.advance(minutes=15)
    assert world.intake().gaps(timedelta(hours=48)) == 1
    assert world.intake().gaps(timedelta(hours=48)) == 0
    assert incidents(world) == ["writer-gap"]
    assert own(world)[-1]["details"]["key"] == writer.id
    record_property("faults", 1)


def test_the_first_rows_of_a_writer_that_are_gone_show_too(record_property: Any) -> None:
    world = LogWorld()
    writer = world.writers[0]
    stored = [store(world, world.item(writer=writer)) for _ in range(3)]
    for key in stored[:2]:
        world.tables.commit([Delete(key)])
        world.written.remove(key.sk)
    world.clock.advance(minutes=1)
    world.intake().sweep(timedelta(minutes=5))
    world.clock.advance(minutes=15)
    assert world.intake().gaps(timedelta(hours=48)) == 2
    world.check(own=3, alarms=["writer-gap"])
    record_property("faults", 2)


def test_a_row_of_a_slow_clock_is_found_by_the_long_sweep(record_property: Any) -> None:
    world = LogWorld()
    world.clock.advance(minutes=-50)
    late = world.item()
    world.clock.advance(minutes=50)
    store(world, late)
    assert world.intake().sweep(timedelta(minutes=5)) == 0
    assert world.intake().sweep(timedelta(hours=48)) == 1
    world.check()
    record_property("faults", 1)


def test_junk_in_the_way_of_the_sweep_holds_up_nothing(record_property: Any) -> None:
    world = LogWorld()
    good = [world.item() for _ in range(5)]
    for item in good:
        store(world, item)
    minute = good[0]["pk"].rsplit("#", 1)[0]
    for n, junk in enumerate([{}, {"ct": b"x"}, {"ct": "text", "wn": 1}, {**good[0], "wsig": "AA=="}]):
        row = {name: value for name, value in junk.items() if name not in {"pk", "sk"}}
        world.tables.commit([Put(Key(Store.AUDIT_OUTBOX, f"{minute}#{n}", f"junk{n}"), row)])
    world.clock.advance(minutes=1)
    assert world.intake().sweep(timedelta(minutes=5)) == 5 + 4
    assert world.intake().sweep(timedelta(minutes=5)) == 0
    assert incidents(world) == ["alien-row"] * 4
    world.check(own=5)
    record_property("faults", 4)


def test_a_replayed_incident_leaves_no_gap_in_the_numbers_of_the_sequencer(record_property: Any) -> None:
    world = LogWorld()
    intake = world.intake()
    for n in range(3):
        junk = {"pk": "OB#y", "sk": f"junk{n}"}
        for _ in range(3):
            intake.changes([*inserted(junk, world.item())])
    world.check(own=1 + 3)
    record_property("faults", 9)


def test_an_entry_that_is_too_large_is_an_incident_and_not_a_stuck_shard(record_property: Any) -> None:
    world = LogWorld()
    large = world.item(details={"text": "x" * 70_000})
    world.written.remove(large["sk"])
    world.intake().changes(inserted(large, world.item()))
    assert incidents(world) == ["oversized-row"]
    world.check(own=2, alarms=["writer-gap"] if world.written else [])
    record_property("faults", 1)


def test_a_clock_that_is_wrong_by_years_opens_no_log_of_the_future(record_property: Any) -> None:
    world = LogWorld()
    later = world.item(year=YEAR + 70)
    world.written.remove(later["sk"])
    world.intake().changes(inserted(world.item(), later))
    assert world.store.years() == [YEAR]
    assert incidents(world) == ["wrong-year"]
    record_property("faults", 1)


def test_two_shards_deliver_interleaved_late_and_again(record_property: Any) -> None:
    world = LogWorld()
    items = [world.item() for _ in range(60)]
    first, second = world.intake(), world.intake()
    for start in range(0, 60, 10):
        even, odd = items[start : start + 10 : 2], items[start + 1 : start + 10 : 2]
        first.changes(inserted(*even))
        if start:
            second.changes(inserted(*items[start - 9 : start + 1 : 2]))
        if start % 20:
            first.changes(inserted(*odd))
    second.changes(inserted(*items))
    world.check()
    record_property("faults", 12)


def test_a_fork_passes_through_the_intake(record_property: Any) -> None:
    world = LogWorld()
    world.intake().changes(inserted(world.item()))
    world.tables.tamper(keys.log_head(YEAR), size=0)
    with pytest.raises(ForkError):
        world.intake().changes(inserted(world.item()))
    record_property("faults", 1)


KINDS: dict[str, Any] = {
    "a fraction": {"N": "1.5"},
    "a large number": {"N": "1E+37"},
    "nothing": {"NULL": True},
    "texts": {"SS": ["b", "a"]},
    "numbers": {"NS": ["1.5"]},
    "binaries": {"BS": ["AAAA"]},
    "deep": {"L": [{"M": {"x": {"NULL": True}, "y": {"N": "0.1"}}}]},
    "no kind": {},
    "a surrogate": {"S": "\ud800"},
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("kind", ["INSERT", "MODIFY", "REMOVE", "WHAT"])
def test_no_kind_of_attribute_holds_up_the_shard(name: str, kind: str, record_property: Any) -> None:
    """Retries never end here: a record that raises would stop the stream until it is a day old."""
    world = LogWorld()
    image = {"pk": {"S": "OB#1"}, "sk": {"S": "id"}, "x": KINDS[name], "ct": KINDS[name]}
    record = {"eventName": kind, "dynamodb": {"NewImage": image, "OldImage": image}}
    good = world.item()
    assert world.intake().changes([_change(record), *inserted(good)]) >= 2
    assert world.intake().changes([_change(record), *inserted(good)]) == 0
    assert good["sk"] in world.ids()
    record_property("faults", 1)


@pytest.mark.parametrize("name", [name for name in KINDS if name != "no kind"])
def test_stream_and_sweep_see_the_same_in_a_strange_row(name: str) -> None:
    """So that one row is one incident, by whichever way it is found first."""
    seen = decode({"x": KINDS[name]}, strict=False)
    as_api = {"x": {"BS": [b"\x00\x00\x00"]} if name == "binaries" else KINDS[name]}
    assert decode(as_api, strict=False) == seen


FIELDS = ("pk", "sk", "y", "tag", "com", "ct", "wid", "wn", "wsig", "wcert")
VALUES: list[Any] = [None, True, 1, -1, 2**60, 2**70, "", "\ud800", "x" * 70_000, b"", [], {}, [b"x"], "é", "=", 1.5]


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_stands_in_a_field_is_an_incident(field: str, record_property: Any) -> None:
    world = LogWorld()
    item = world.item()
    for value in VALUES:
        if field != "pk":
            assert world.intake().changes(inserted({**item, field: value})) in {1, 2}, value
        else:
            world.intake().changes(inserted({**item, field: value}))
    world.intake().changes(inserted({name: value for name, value in item.items() if name != field}, item))
    codes = {f.code for f in world.fsck().findings if f.level != "info"}
    assert codes <= {"quorum-none"}
    assert item["sk"] in world.ids()
    record_property("faults", len(VALUES) + 1)


@pytest.mark.parametrize("field", ["wsig", "wcert", "com", "wid"])
def test_base64_in_another_form_is_no_entry(field: str, record_property: Any) -> None:
    """A copy with other left-over bits holds by its signature and would spoil the log for ever."""
    world = LogWorld()
    item = world.item()
    text = item[field]
    end = len(text) - text.count("=") - 1
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = letters[letters.index(text[end]) ^ 1]
    copy = {**item, "pk": item["pk"] + "x", field: text[:end] + other + text[end + 1 :]}
    world.intake().changes(inserted(copy, item, copy))
    assert incidents(world) == ["alien-row"]
    world.check(own=2)
    record_property("faults", 1)


def test_what_time_to_live_takes_before_it_was_sequenced_is_logged(record_property: Any) -> None:
    world = LogWorld()
    item = world.item()
    assert world.intake().changes([Change("REMOVE", old=item, by=TTL)]) == 1
    assert incidents(world) == []
    world.check()
    record_property("faults", 1)


def test_a_log_that_stood_still_for_weeks_loses_nothing(record_property: Any) -> None:
    world = LogWorld()
    store(world, world.item())
    world.clock.advance(minutes=2)
    assert world.intake().sweep_all(timedelta(hours=48)) == 1
    for _ in range(20):
        world.clock.advance(days=1)
        store(world, world.item())
    world.clock.advance(days=1)
    assert world.intake().sweep_all(timedelta(hours=48)) == 20
    world.check()
    record_property("faults", 20)


def test_a_long_sweep_goes_on_where_it_was_stopped(record_property: Any) -> None:
    world = LogWorld()
    world.intake().sweep_all(timedelta(hours=1))
    for _ in range(6):
        world.clock.advance(hours=12)
        store(world, world.item())
    world.clock.advance(hours=1)
    world.log_key.down = True
    with pytest.raises(UnavailableError):
        world.intake().sweep_all(timedelta(hours=1))
    world.log_key.down = False
    world.intake().sweep_all(timedelta(hours=1))
    world.check()
    record_property("faults", 1)


def test_an_old_year_without_a_cosignature_is_cosigned_after_all(record_property: Any) -> None:
    world = LogWorld(witness=True)
    assert world.witness is not None
    world.intake().changes(inserted(world.item()))
    world.clock.now = world.clock.now.replace(year=YEAR + 1)
    world.intake().changes(inserted(world.item()))
    world.witness.away = True
    world.intake().changes(inserted(world.item(year=YEAR)))
    assert witnessed_at(world.store.pointer(YEAR)[0]) == 0
    world.witness.away = False
    world.intake().renew()
    assert witnessed_at(world.store.pointer(YEAR)[0]) > 0
    record_property("faults", 1)
