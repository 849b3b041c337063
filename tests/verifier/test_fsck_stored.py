"""A whole log as it is stored: objects cut, lost, doubled, strange; kept checkpoints. Faults 11 and 12."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.verifier.checks import at, check, codes
from tests.verifier.maker import START, Leaf, Log, Maker, b64, honest, jcs
from tests.verifier.test_fsck import link, one_year

pytestmark = pytest.mark.requirement("AUD-2")


def test_a_tail_that_was_cut_shows_by_what_is_still_locked() -> None:
    maker = one_year()
    log = maker.logs[2026]
    shorter = replace(log.copy(), leaves=log.leaves[:50], cuts=[30, 50]).objects()
    full = log.objects()
    locked = {name: full[name] for name in full if name.endswith("/checkpoints/00000000000000000051")}
    assert at(check(maker, {**shorter, **locked}), next(iter(locked))) == {"checkpoint-ahead"}
    segments = {name: data for name, data in full.items() if "/segment/" in name}
    report = check(maker, {**shorter, **segments})
    assert (report.exit_code, codes(report)) == (1, {"segment-ahead"})
    tiles = {name: full[name] for name in full if name.endswith(".p/51")}
    report = check(maker, {**shorter, **tiles})
    assert (report.exit_code, codes(report)) == (1, {"object-ahead"})


def test_each_missing_object_is_named() -> None:
    maker = honest({2025: [257], 2026: [3]})
    objects = maker.objects()
    current = [name for name in objects if ".p/" not in name and "checkpoints/" not in name]
    current += ["2025/tile/0/001.p/2", "2025/tile/1/000.p/1", "2025/tile/entries/001.p/2", "2026/tile/entries/000.p/4"]
    current += ["2025/checkpoints/00000000000000000258", "2026/checkpoints/00000000000000000004"]
    for name in current:
        report = check(maker, {other: data for other, data in objects.items() if other != name})
        assert at(report, name) & {"object-missing", "segment-missing"} or (
            "/segment/" in name and "segment-missing" in codes(report)
        ), name
        assert report.exit_code == 2


def test_bundles_lost_whole_are_made_good_by_segments_and_the_reverse() -> None:
    maker = one_year()
    objects = {name: data for name, data in maker.objects().items() if "/entries/" not in name}
    report = check(maker, objects)
    assert codes(report) == {"object-missing"}
    assert report.facts["years"][0]["checked"] == 51
    objects = {name: data for name, data in maker.objects().items() if "/segment/" not in name}
    assert codes(check(maker, objects)) == {"segment-missing"}
    objects = {name: data for name, data in objects.items() if "/entries/" not in name}
    assert "leaves-missing" in codes(check(maker, objects))


def test_a_checkpoint_under_another_name_is_refused() -> None:
    maker = one_year()
    log = maker.logs[2026]
    objects = {**maker.objects(), "2026/checkpoints/00000000000000000050": log.note(30)}
    assert at(check(maker, objects), "2026/checkpoints/00000000000000000050") == {"checkpoint-name"}


def test_a_second_tree_of_one_size_is_found() -> None:
    maker = one_year()
    log = maker.logs[2026]
    other = replace(log.copy(), leaves=log.leaves[::-1]).note(50)
    objects = {**maker.objects(), "2026/checkpoints/00000000000000000050": other}
    assert at(check(maker, objects), "2026/checkpoints/00000000000000000050") == {"root"}


def test_a_newest_checkpoint_of_another_tree_is_found() -> None:
    """Signed by the log and its witnesses, and of the right size: the entries do not give that root."""
    maker = one_year()
    log = maker.logs[2026]
    other = replace(log.copy(), leaves=log.leaves[::-1]).note(51)
    assert at(check(maker, {**maker.objects(), "2026/checkpoint": other}, quorum=2), "2026/checkpoint") == {"root"}


def test_without_a_good_newest_checkpoint_the_rest_is_checked_all_the_same() -> None:
    maker = one_year()
    objects = {name: data for name, data in maker.objects().items() if name != "2026/checkpoint"}
    report = check(maker, objects)
    assert (codes(report), report.facts["years"][0]["checked"]) == ({"object-missing"}, 51)
    bare = {name: data for name, data in objects.items() if "checkpoints/" not in name}
    stranger = Maker()
    unsigned = Log(stranger, 2026, maker.logs[2026].before, maker.logs[2026].leaves).note(51)
    report = check(maker, {**bare, "2026/checkpoint": unsigned})
    assert {"note-unsigned", "object-missing"} == codes(report)
    assert report.facts["years"][0]["checked"] == 51
    for junk in (b"", b"\xff", b"junk"):
        assert codes(check(maker, {**bare, "2026/checkpoint": junk})) >= {"year-unreadable", "note-malformed"}


def test_a_kept_checkpoint_that_nobody_signed_proves_nothing_and_is_refused() -> None:
    maker = one_year()
    stranger = Maker()
    stranger.log(2026).commit([stranger.entry(stranger.writer(), 2026)])
    notes = [stranger.logs[2026].note(1).decode(), "junk", "", maker.logs[2026].note(30).decode()]
    report = check(maker, maker.objects(), old=notes)
    assert [f.place for f in report.findings if f.level == "broken"] == ["old/1", "old/2", "old/3"]


def test_sealed_bodies_are_those_that_were_committed() -> None:
    maker = one_year()
    log = maker.logs[2026]
    swapped = [*log.leaves[:3], replace(log.leaves[3], sealed=log.leaves[4].sealed), *log.leaves[4:]]
    objects = replace(log.copy(), leaves=swapped).objects()
    report = check(maker, objects)
    [name] = [name for name in objects if "segment/00000000000000000000-" in name]
    assert at(report, name) == {"segment-sealed"}


def test_an_uncommitted_segment_is_harmless_and_said() -> None:
    maker = one_year()
    log = maker.logs[2026]
    entry = maker.entry(maker.writer(), 2026)
    leaf = Leaf(entry.envelope({"n": 0, "pi": -1, "prev": "", "t": START[2026]}, first=True), entry.sealed)
    name, data = log.segment(30, 31, link(log, 0), [leaf])
    report = check(maker, {**maker.objects(), f"2026/{name}": data})
    assert (report.exit_code, at(report, f"2026/{name}")) == (0, {"segment-orphan"})


def test_segments_must_lead_to_each_other_and_to_the_tree() -> None:
    maker = one_year()
    log = maker.logs[2026]
    objects = {name: data for name, data in maker.objects().items() if "segment/00000000000000000050-" not in name}
    for before, known, codes_ in (
        (("", ""), log.leaves, {"segment-link"}),
        (link(log, 0), log.leaves, {"segment-missing"}),
        ((link(log, 1)[0], "0" * 64), log.leaves, {"segment-link"}),
        (link(log, 1), log.leaves[::-1], {"segment-root"}),
    ):
        name, data = replace(log.copy(), leaves=known).segment(50, 51, before, [log.leaves[50]])
        assert codes_ <= codes(check(maker, {**objects, f"2026/{name}": data}))


def header(**changes: Any) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [jcs({**json.loads(lines[0]), **changes}), *lines[1:]]


def another_leaf(lines: list[bytes]) -> list[bytes]:
    """A well-formed entry that is not the log's: the id is another."""
    line = json.loads(lines[1])
    envelope = {**json.loads(line["e"]), "id": "01900000-0000-7000-8000-000000000000"}
    return [lines[0], jcs({**line, "e": jcs(envelope).decode()}), *lines[2:]]


SEGMENTS: dict[str, tuple[str, Callable[[list[bytes]], list[bytes]]]] = {
    "of another log": ("segment-header", header(origin="other.example/2026")),
    "start": ("segment-header", header(start=29)),
    "end": ("segment-header", header(end=51)),
    "time of none of its entries": ("segment-time", header(t=1)),
    "root": ("segment-root", header(root=b64(bytes(32)))),
    "root before": ("segment-root", header(prev_root=b64(bytes(32)))),
    "header not canonical": ("json-not-canonical", lambda lines: [b" " + lines[0], *lines[1:]]),
    "field missing": ("field-wrong", lambda lines: [jcs({"v": 1}), *lines[1:]]),
    "entry missing": ("segment-count", lambda lines: lines[:-1]),
    "entry too many": ("segment-count", lambda lines: [*lines, lines[-1]]),
    "line of another kind": ("segment-line", lambda lines: [*lines[:-1], b"[]"]),
    "entry of another log": ("segment-leaf", another_leaf),
}


@pytest.mark.parametrize("name", SEGMENTS)
def test_a_wrong_segment_under_its_right_hash_is_named(name: str) -> None:
    maker, (code, change) = one_year(), SEGMENTS[name]
    log = maker.logs[2026]
    segments = list(log.segments().items())
    data = gzip.compress(b"\n".join(change(gzip.decompress(segments[1][1]).split(b"\n"))), mtime=0)
    wrong = f"{segments[1][0][:-16]}{hashlib.sha256(data).hexdigest()[:16]}"
    last, newest = log.segment(50, 51, (wrong, hashlib.sha256(data).hexdigest()), log.leaves[50:])
    kept = {name: data for name, data in maker.objects().items() if "/segment/" not in name}
    chain = {segments[0][0]: segments[0][1], wrong: data, last: newest}
    report = check(maker, {**kept, **{f"2026/{name}": data for name, data in chain.items()}})
    assert code in at(report, f"2026/{wrong}")
    assert report.exit_code == 2


def test_a_segment_packed_otherwise_under_the_same_name_is_named() -> None:
    """The newest one, which no later segment holds to its hash."""
    maker = one_year()
    name, data = list(maker.logs[2026].segments().items())[-1]
    other = gzip.compress(gzip.decompress(data), mtime=1)
    report = check(maker, {**maker.objects(), f"2026/{name}": other})
    assert at(report, f"2026/{name}") == {"segment-hash"}


def test_strange_objects_are_named() -> None:
    maker = one_year()
    strange = {
        "readme.txt",
        "2026/notes",
        "2026/tile/0/000.p/0",
        "2026/tile/0/000.p/256",
        "2026/tile/0/x000/000",
        "2026/tile/00/000",
        "2026/tile/9/000",
        "2026/checkpoints/51",
        "2026/segment/1-2-ab",
        "2026/segment/00000000000000000005-00000000000000000005-0123456789abcdef",
        "26/checkpoint",
        "2026",
    }
    report = check(maker, {**maker.objects(), **dict.fromkeys(strange, b"x")})
    assert {f.place for f in report.findings if f.code == "object-strange"} == strange
    assert report.exit_code == 1


def test_all_findings_are_collected_and_a_flood_hides_none() -> None:
    maker = honest({2026: [300]})
    leaves = [leaf.edited(com=b64(bytes(32))) for leaf in maker.logs[2026].leaves]
    report = check(maker, maker.logs[2026].forged(leaves).objects(), quorum=0)
    assert report.counts["writer-signature"] == 301
    assert report.left_off()["writer-signature"] == 101
    assert len([f for f in report.findings if f.code == "writer-signature"]) == 200
    assert "chain-link" in codes(report)


def test_an_empty_export_is_no_good_log() -> None:
    assert codes(check(one_year(), {})) == {"year-absent"}
    assert codes(check(one_year(), one_year().objects(), year="2024")) == {"year-absent"}
