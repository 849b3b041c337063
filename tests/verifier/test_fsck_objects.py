"""Fault 11: no stored object can be changed by one byte, cut or lengthened without being named."""

from __future__ import annotations

import functools
import hashlib
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import tried
from tests.verifier import naive
from tests.verifier.checks import at, check
from tests.verifier.maker import START, Leaf, Maker, honest

pytestmark = pytest.mark.requirement("AUD-2")


@functools.cache
def stored() -> tuple[Maker, dict[str, bytes]]:
    """Two years, one with full tiles, narrower tiles from before, and a segment that was never committed."""
    maker = honest({2025: [3], 2026: [200, 57, 1]})
    log = maker.logs[2026]
    first, data = next(iter(log.segments().items()))
    entry = maker.entry(maker.writer(), 2026)
    leaf = Leaf(entry.envelope({"n": 0, "pi": -1, "prev": "", "t": START[2026]}, first=True), entry.sealed)
    name, orphan = log.segment(200, 201, (first, hashlib.sha256(data).hexdigest()), [leaf])
    log.extra[name] = orphan
    objects = maker.objects()
    assert check(maker, objects, quorum=2).exit_code == 0
    return maker, objects


def named(name: str, data: bytes) -> None:
    maker, objects = stored()
    report = check(maker, {**objects, name: data}, quorum=2)
    assert at(report, name) - {"segment-orphan"}, f"{name} was changed and is not named"
    assert report.exit_code >= 1


def changed(data: bytes, place: int, by: int) -> bytes:
    return data[:place] + bytes([data[place] ^ by]) + data[place + 1 :]


@given(st.data())
@settings(max_examples=tried(30), deadline=None)
def test_any_byte_of_any_object(data: st.DataObject) -> None:
    _, objects = stored()
    name = data.draw(st.sampled_from(sorted(objects)))
    place, by = data.draw(st.integers(0, len(objects[name]) - 1)), data.draw(st.integers(1, 255))
    named(name, changed(objects[name], place, by))


def test_each_object_changed_cut_and_lengthened() -> None:
    _, objects = stored()
    assert {"2026/tile/0/000", "2026/tile/0/001.p/3", "2026/tile/1/000.p/1", "2026/tile/entries/000"} <= set(objects)
    for name, data in objects.items():
        place = secrets.randbelow(len(data))
        named(name, changed(data, place, 1 << secrets.randbelow(8)))
        named(name, data[:-1])
        named(name, data + b"\n")


def test_each_byte_of_a_checkpoint() -> None:
    """Also of a cosignature line: another name or key id there makes it a line of nobody, which is an alarm."""
    maker, _ = stored()
    small = honest({2026: [1]}, witnesses=2)
    objects = small.objects()
    for name in ("2026/checkpoint", "2026/checkpoints/00000000000000000002"):
        for place in range(len(objects[name])):
            report = check(small, {**objects, name: changed(objects[name], place, 1)}, quorum=1)
            assert at(report, name), place
            assert report.exit_code >= 1
    assert maker is not small


def test_two_objects_changed_at_once_are_both_named() -> None:
    maker, objects = stored()
    for pair in (("2026/tile/0/000", "2025/checkpoint"), ("2026/tile/entries/000", "2026/tile/1/000.p/1")):
        report = check(maker, {**objects, **{name: changed(objects[name], 9, 1) for name in pair}})
        assert all(at(report, name) for name in pair)


def test_what_lies_unlocked_is_named_rather_than_what_is_locked() -> None:
    """An attacker who alters an entry in the bundle and its hash in the tile."""
    maker, objects = stored()
    bundle, tile = "2026/tile/entries/001.p/3", "2026/tile/0/001.p/3"
    altered = changed(objects[bundle], 40, 1)
    leaf = altered[2 : 2 + int.from_bytes(altered[:2], "big")]
    report = check(maker, {**objects, bundle: altered, tile: naive.leaf(leaf) + objects[tile][32:]}, quorum=2)
    assert {f.place for f in report.findings if f.level == "broken"} == {bundle, tile}


def test_one_bad_object_accuses_no_other() -> None:
    maker, objects = stored()
    segment = next(name for name in objects if "2026/segment/" in name)
    for name in ("2026/tile/0/000", "2026/tile/entries/000", "2026/tile/entries/001.p/3", segment):
        report = check(maker, {**objects, name: changed(objects[name], len(objects[name]) // 2, 4)}, quorum=2)
        assert {f.place for f in report.findings if f.level != "info"} == {name}
