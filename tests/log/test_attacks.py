"""An administrator of the database or the bucket at work (faults 9, 10, 16, 28, 12 in part)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.audit.alarms import ForkError
from chalicelib.audit.entry import b64, canonical
from chalicelib.audit.envelopes import Segment
from chalicelib.audit.logstore import Head
from chalicelib.audit.notes import key_id
from chalicelib.audit.writer import Writer
from chalicelib.ports import keys
from chalicelib.ports.tables import Key, Put, Store
from tests.log.world import YEAR, LogWorld, SoftKey, chain_of, row

pytestmark = pytest.mark.requirement("AUD-2")


def grown() -> tuple[LogWorld, Head, Head]:
    """A log, its head now, and its head of two batches ago."""
    world = LogWorld(witness=True)
    world.sequencer().run(YEAR, world.rows(100))
    old = world.store.head(YEAR)
    world.sequencer().run(YEAR, world.rows(100))
    world.sequencer().run(YEAR, world.rows(100))
    now = world.store.head(YEAR)
    assert old is not None
    assert now is not None
    return world, now, old


def set_head(world: LogWorld, head: Head) -> None:
    world.tables.commit([Put(keys.log_head(YEAR), head.item(), None)])


@pytest.mark.parametrize(
    "forged",
    [
        lambda now, old: old,
        lambda now, old: replace(now, root=old.root),
        lambda now, old: replace(now, size=299),
        lambda now, old: replace(old, ver=now.ver + 1, applied=now.ver + 1),
        lambda now, old: replace(old, applied=old.ver - 1),
        lambda now, old: replace(now, applied=0, segsha="0" * 64),
        lambda now, old: replace(now, ver=now.ver + 1, seg=old.seg, segsha=old.segsha),
    ],
    ids=["older", "other root", "other size", "older, higher version", "older, unapplied", "other segment", "again"],
)
def test_a_head_that_is_put_back_or_altered_stops_the_sequencer(
    forged: Callable[[Head, Head], Head], record_property: Any
) -> None:
    world, now, old = grown()
    signed = len(world.log_key.signed_texts)
    set_head(world, forged(now, old))
    with pytest.raises(ForkError):
        world.sequencer().run(YEAR, world.rows(3))
    assert len(world.log_key.signed_texts) == signed  # nothing is signed any more
    set_head(world, now)
    world.sequencer().run(YEAR, world.rows(3))
    record_property("faults", 1)


def test_a_head_that_is_gone_is_not_a_new_log(record_property: Any) -> None:
    world, _, _ = grown()
    del world.tables._rows[keys.log_head(YEAR)]
    with pytest.raises(ForkError, match="head is gone"):
        world.sequencer().run(YEAR, world.rows(3))
    record_property("faults", 1)


def test_a_head_that_cannot_be_read(record_property: Any) -> None:
    world, _, _ = grown()
    world.tables.tamper(keys.log_head(YEAR), size="many")
    with pytest.raises(ForkError):
        world.sequencer().run(YEAR, world.rows(3))
    record_property("faults", 1)


def test_a_pointer_that_is_put_back_stops_the_sequencer(record_property: Any) -> None:
    world, _, _ = grown()
    versions = world.edge.kept[f"{YEAR}/checkpoint"]
    versions.append(versions[0])
    with pytest.raises(ForkError):
        world.sequencer().run(YEAR, world.rows(1))
    record_property("faults", 1)


def _by_another_key(world: LogWorld) -> bytes:
    note = world.store.pointer(YEAR)[0]
    text = note.split("\n\n")[0] + "\n"
    line = note.split("\n\n")[1].split("\n")[0].rsplit(" ", 1)[0]
    other = b64(key_id(world.log_key.public) + world.ca.sign(text.encode()))
    return f"{text}\n{line} {other}\n".encode()


@pytest.mark.parametrize(
    "scribble", [_by_another_key, lambda _: b"", lambda _: b"\xff\x00", lambda _: b"a\n\n\xe2\x80\x94 b ====\n"]
)
def test_a_pointer_that_the_log_has_not_signed_is_as_good_as_none(
    scribble: Callable[[LogWorld], bytes], record_property: Any
) -> None:
    world, _, _ = grown()
    world.edge.kept[f"{YEAR}/checkpoint"].append(scribble(world))
    world.sequencer().run(YEAR, world.rows(3))
    world.check()
    record_property("faults", 1)


@pytest.mark.parametrize("name", ["9" * 20, "x", "00000000000000000001.x"])
def test_junk_among_the_checkpoints_does_not_stop_the_log(name: str, record_property: Any) -> None:
    world, _, _ = grown()
    world.locked.put_new(f"{YEAR}/checkpoints/{name}", b"junk")
    world.sequencer().run(YEAR, world.rows(3))
    del world.locked.kept[f"{YEAR}/checkpoints/{name}"]
    world.check()
    record_property("faults", 1)


def test_junk_among_the_heads_and_a_head_of_the_future(record_property: Any) -> None:
    world, _, _ = grown()
    for year in ("junk", "2099"):
        world.tables.commit([Put(Key(Store.AUDIT_INDEX, keys.LOG_HEADS, year), Head().item())])
    assert world.intake().renew() == 0
    world.sequencer().run(YEAR, world.rows(3))
    world.check()
    record_property("faults", 2)


@pytest.mark.parametrize(
    "forged",
    [{"leaf": "A" * 43 + "="}, {"n": 10**9}, {"n": "x"}, {"n": -1}, {"n": 10**15}, {"seq": -5}, {"n": 0}, {"leaf": 7}],
    ids=str,
)
def test_a_forged_hint_leads_nobody_astray(forged: dict[str, Any], record_property: Any) -> None:
    world, _, _ = grown()
    for person in world.people:
        world.tables.tamper(keys.log_hint(world.subjects.of(person, YEAR).tag), **forged)
    world.sequencer().run(YEAR, world.rows(30))
    world.check()
    record_property("faults", len(world.people))


@pytest.mark.parametrize("forged", [{"leaf": "A" * 43 + "="}, {"seq": 10**6}, {"env": "{}"}, {"env": "x"}], ids=str)
def test_a_forged_end_of_a_chain_stops_the_sequencer(forged: dict[str, Any], record_property: Any) -> None:
    world, _, _ = grown()
    person = world.people[0]
    last = chain_of(world, person)[-1]
    world.tables.tamper(Key(Store.AUDIT_INDEX, last["pk"], last["sk"]), **forged)
    with pytest.raises(ForkError):
        world.sequencer().run(YEAR, [row(world.item(person))])
    record_property("faults", 1)


def test_a_chain_that_was_shortened_is_noticed_by_who_has_seen_more(record_property: Any) -> None:
    """Newest row gone and the hint put back: the next entry would take the number of one that is hidden."""
    world = LogWorld()
    person, sequencer = world.people[0], world.sequencer()
    sequencer.run(YEAR, [row(world.item(person)) for _ in range(4)])
    last = chain_of(world, person)[-1]
    del world.tables._rows[Key(Store.AUDIT_INDEX, last["pk"], last["sk"])]
    before = chain_of(world, person)[-1]
    hint = {"n": 2, "leaf": before["leaf"], "seq": before["seq"]}
    world.tables.tamper(keys.log_hint(world.subjects.of(person, YEAR).tag), **hint)
    with pytest.raises(ForkError, match="a chain of 4 entries has 3"):
        sequencer.run(YEAR, [row(world.item(person))])
    record_property("faults", 1)


@pytest.mark.parametrize("times", [1, 5, 12])
def test_delete_markers_do_not_hide_a_later_checkpoint(times: int, record_property: Any) -> None:
    """Head and pointer are put back, and the later checkpoints lie under delete markers, as many as one likes."""
    world, now, old = grown()
    signed = len(world.log_key.signed_texts)
    later = [name for name in world.locked.kept if "/checkpoints/" in name and int(name.rsplit("/", 1)[1]) > old.size]
    assert len(later) == 2
    for name in later:
        for _ in range(times):
            world.locked.mark_deleted(name)
    set_head(world, replace(old, ver=now.ver + 1, applied=now.ver + 1))
    versions = world.edge.kept[f"{YEAR}/checkpoint"]
    versions.append(versions[0])
    with pytest.raises(ForkError):
        world.sequencer().run(YEAR, world.rows(100))
    assert len(world.log_key.signed_texts) == signed
    record_property("faults", times)


@pytest.mark.parametrize("how", ["marker", "second version"])
def test_a_checkpoint_that_was_deleted_or_put_twice_is_an_alarm(how: str, record_property: Any) -> None:
    world, now, _ = grown()
    name = f"{YEAR}/checkpoints/{now.size:020d}"
    if how == "marker":
        world.locked.mark_deleted(name)
    else:
        world.locked.kept[name].append(b"another")
    signed = len(world.log_key.signed_texts)
    with pytest.raises(ForkError):
        world.sequencer().run(YEAR, world.rows(1))
    assert len(world.log_key.signed_texts) == signed
    record_property("faults", 1)


def _plant(world: LogWorld, now: Head, envelope: bytes, sealed: bytes, t: int) -> None:
    """A head that says "commit this": database and bucket in one hand."""
    tip = world.sequencer()._tip(YEAR, now).grown([envelope])[0]
    header = {
        "v": 1,
        "origin": f"audit.test.example/{YEAR}",
        "start": now.size,
        "end": now.size + 1,
        "t": t,
        "prev_root": b64(now.root),
        "root": b64(tip.edge.root()),
        "prev_seg": now.segsha,
        "prev_key": now.seg,
    }
    packed = Segment(header, [(envelope, sealed)]).packed()
    digest = hashlib.sha256(packed).hexdigest()
    name = f"segment/{now.size:020d}-{now.size + 1:020d}-{digest[:16]}"
    world.locked.overwrite(f"{YEAR}/{name}", packed)
    set_head(world, Head(now.ver + 1, now.ver, now.size + 1, tip.edge.root(), t, name, digest))


@pytest.mark.parametrize(
    ("stranger", "place", "later", "said"),
    [
        (True, {}, 0, "no certified writer"),
        (False, {"n": 777}, 0, "no such end"),
        (False, {"pi": 3}, 0, "no sequencer built"),
        (False, {"prev": "A" * 43 + "="}, 0, "no sequencer built"),
        (False, {"log": {"origin": "", "root": "", "size": 0}}, 0, "no sequencer built"),
        (False, {"x": 1}, 0, "no sequencer built"),
        (False, {}, 9 * 10**12, "another time"),
        (False, {}, -(10**12), "another time"),
    ],
)
def test_a_planted_segment_is_not_signed(
    stranger: bool,  # noqa: FBT001
    place: dict[str, Any],
    later: int,
    said: str,
    record_property: Any,
) -> None:
    world, now, _ = grown()
    unknown = Writer(SoftKey(ec.generate_private_key(ec.SECP256R1())))
    person = world.people[0]
    entry = row(world.item(person, writer=unknown if stranger else world.writers[0]))
    last = chain_of(world, person)[-1]
    right = {"n": int(last["sk"]) + 1, "prev": last["leaf"], "pi": last["seq"], "t": now.t + later}
    _plant(world, now, entry.envelope({**right, **place}, certified=stranger), entry.sealed, now.t + later)
    signed = len(world.log_key.signed_texts)
    with pytest.raises(ForkError, match=said):
        world.sequencer().run(YEAR, [])
    assert len(world.log_key.signed_texts) == signed
    record_property("faults", 1)


def test_a_planted_segment_with_an_entry_that_is_there_already_is_not_signed(record_property: Any) -> None:
    world, now, _ = grown()
    person = world.people[0]
    chain = chain_of(world, person)
    again = json.loads(chain[0]["env"])
    place = {"n": len(chain), "prev": chain[-1]["leaf"], "pi": chain[-1]["seq"], "t": now.t}
    again["w"].pop("cert", None)
    again.pop("log", None)
    _plant(world, now, canonical({**again, **place}), bytes(chain[0]["ct"]), now.t)
    with pytest.raises(ForkError, match="already"):
        world.sequencer().run(YEAR, [])
    record_property("faults", 1)


def test_an_index_row_that_is_deleted_shows_as_a_doubled_entry(record_property: Any) -> None:
    world, _, _ = grown()
    [entry_id] = world.ids()[3:4]
    sealed = {json.loads(row["env"])["id"]: row for person in world.people for row in chain_of(world, person)}
    assert entry_id in sealed
    rows = world.rows(1)
    world.sequencer().run(YEAR, rows)
    del world.tables._rows[keys.log_entry(rows[0].signed.id)]
    world.sequencer().run(YEAR, rows)
    assert "entry-twice" in {finding.code for finding in world.fsck(1).findings}
    record_property("faults", 1)


def test_a_chain_that_is_deleted_from_the_index_shows_as_a_second_beginning(record_property: Any) -> None:
    world, _, _ = grown()
    person = world.people[0]
    tag = world.subjects.of(person, YEAR).tag
    for key in [key for key in world.tables._rows if key.pk in {keys.log_chain(tag), f"H#{tag}"}]:
        del world.tables._rows[key]
    world.sequencer().run(YEAR, [row(world.item(person))])
    assert "chain-number" in {finding.code for finding in world.fsck(1).findings}
    record_property("faults", 1)
