"""A whole log: honest ones pass, and what an owner of storage and log key can do is found. Faults 12, 18, 31, 33."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.verifier import naive
from tests.verifier.checks import at, check, codes, policy
from tests.verifier.maker import Leaf, Log, Maker, b64, honest
from verifier import consistency, fsck
from verifier.objects import Folder

pytestmark = pytest.mark.requirement("AUD-2")


@functools.cache
def one_year() -> Maker:
    return honest({2026: [30, 20]})


@functools.cache
def three_years() -> Maker:
    return honest({2025: [7], 2026: [5, 4], 2027: [6]})


# honest logs


@pytest.mark.parametrize("batches", [[], [1], [255], [256, 1], [100, 155, 2, 260]])
def test_an_honest_log_passes(batches: list[int]) -> None:
    maker = honest({2026: batches})
    report = check(maker, maker.objects(), quorum=2)
    assert (report.exit_code, report.findings) == (0, [])
    assert report.facts["years"][0]["size"] == report.facts["years"][0]["checked"] == sum(batches) + 1
    assert set(report.facts["years"][0]["witnesses"]) == set(maker.witnesses)


def test_several_years_pass_together_and_each_alone() -> None:
    maker = three_years()
    assert check(maker, maker.objects(), quorum=2).findings == []
    for year in ("2025", "2026", "2027"):
        alone = check(maker, maker.objects(), year=year)
        assert (alone.exit_code, codes(alone, "broken"), codes(alone, "alarm")) == (0, set(), set())
        assert [found["year"] for found in alone.facts["years"]] == [year]


def test_a_log_that_has_not_begun_passes() -> None:
    maker = Maker()
    maker.log(2026)
    report = check(maker, maker.objects(), quorum=2)
    assert (report.findings, report.facts["years"][0]["size"]) == ([], 0)


def test_a_folder_is_read_as_objects_in_memory_are(tmp_path: Path) -> None:
    maker = three_years()
    for name, data in maker.objects().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert fsck.check(Folder(tmp_path), policy(maker)).exit_code == 0
    link, pointer = tmp_path / "2026" / "aside", tmp_path / "2026" / "checkpoint"
    pointer.rename(link)
    pointer.symlink_to(link)
    report = fsck.check(Folder(tmp_path), policy(maker))
    assert "object-unreadable" in at(report, "2026/checkpoint")
    assert at(report, "2026/aside") == {"object-strange"}


def link(log: Log, place: int) -> tuple[str, str]:
    """Name and hash of a segment, as the next one holds them."""
    name, data = list(log.segments().items())[place]
    return name, hashlib.sha256(data).hexdigest()


# fault 12: history rewritten with the log's key


def drop(log: Log) -> list[Leaf]:
    return [*log.leaves[:10], *log.leaves[11:]]


def alter(log: Log) -> list[Leaf]:
    return [*log.leaves[:10], log.leaves[10].edited(com=b64(bytes(32))), *log.leaves[11:]]


def reorder(log: Log) -> list[Leaf]:
    return [*log.leaves[:10], log.leaves[11], log.leaves[10], *log.leaves[12:]]


def duplicate(log: Log) -> list[Leaf]:
    return [*log.leaves, log.leaves[5]]


def drop_last(log: Log) -> list[Leaf]:
    return log.leaves[:-1]


def drop_two(log: Log) -> list[Leaf]:
    return log.leaves[:-2]


@pytest.mark.parametrize("change", [drop, alter, reorder, duplicate, drop_last])
def test_history_rewritten_with_the_log_key(change: Callable[[Log], list[Leaf]]) -> None:
    maker = one_year()
    log, kept = maker.logs[2026], maker.logs[2026].note(51).decode()
    rewritten = log.forged(change(log))
    objects = rewritten.objects(witnessed=False)
    alone = check(maker, objects)
    if change is not drop_last:  # a log without its last entry is a log: only others who saw more can tell
        assert alone.exit_code == 2
    assert "note-quorum" in at(check(maker, objects, quorum=1), "2026/checkpoint")
    if change is not duplicate:  # which begins with the old log
        assert codes(check(maker, objects, old=[kept])) & {"old-cut", "old-other"}
    size = len(rewritten.leaves)
    proof = [b64(h) for h in naive.consistency(min(51, size), rewritten.hashes)]
    found = consistency.check(kept, rewritten.note(size).decode(), proof, policy(maker))
    assert (found.exit_code == 2) == (change is not duplicate)


def test_a_rewritten_log_that_hides_all_traces_is_caught_by_a_kept_checkpoint_alone() -> None:
    """The attacker owns every key but those of witnesses: chains, links and counters are made anew."""
    maker = honest({2026: [12]})
    kept = maker.logs[2026].note(13).decode()
    other = Maker()
    other.key, other.ca = maker.key, maker.ca
    other.witnesses = maker.witnesses
    writer = other.writer()
    other.log(2026).commit([other.entry(writer, 2026, "anna") for _ in range(20)])
    objects = other.logs[2026].objects(witnessed=False)
    assert check(maker, objects).exit_code == 0
    assert "note-quorum" in codes(check(maker, objects, quorum=1))
    assert codes(check(maker, objects, old=[kept])) == {"old-other"}


# fault 18: bad leaves, signed


def own(log: Log) -> list[int]:
    """Places of one person's chain."""
    tag = log.maker.tags["boris", log.year]
    return [i for i, leaf in enumerate(log.leaves) if json.loads(leaf.envelope)["tag"] == tag]


BAD_LEAVES: dict[str, tuple[str, Callable[[Log, int], Leaf]]] = {
    "number jumps": ("chain-number", lambda log, i: log.leaves[i].edited(n=99)),
    "link skips one": (
        "chain-link",
        lambda log, i: log.leaves[i].edited(prev=json.loads(log.leaves[own(log)[-2]].envelope)["prev"]),
    ),
    "place of the one before": ("chain-index", lambda log, i: log.leaves[i].edited(pi=0)),
    "commitment exchanged": ("writer-signature", lambda log, i: log.leaves[i].edited(com=b64(bytes(32)))),
    "hash of the sealed body exchanged": ("writer-signature", lambda log, i: log.leaves[i].edited(ct=b64(bytes(32)))),
    "time back": ("time-back", lambda log, i: log.leaves[i].edited(t=1)),
    "log in the middle": ("year-before-place", lambda log, i: log.leaves[i].edited(log=log.before)),
    "not canonical": (
        "entry-malformed",
        lambda log, i: replace(log.leaves[i], envelope=log.leaves[i].envelope.replace(b'"n":', b'"n": ', 1)),
    ),
    "key twice": (
        "entry-malformed",
        lambda log, i: replace(log.leaves[i], envelope=log.leaves[i].envelope.replace(b'"v":1', b'"v":1,"v":1')),
    ),
    "extra field": ("entry-malformed", lambda log, i: log.leaves[i].edited(x=1)),
    "other version": ("entry-malformed", lambda log, i: log.leaves[i].edited(v=2)),
    "version as truth": ("entry-malformed", lambda log, i: log.leaves[i].edited(v=True)),
    "number as text": ("entry-malformed", lambda log, i: log.leaves[i].edited(n="3")),
    "number as truth": ("entry-malformed", lambda log, i: log.leaves[i].edited(n=True)),
    "time after the last year": ("entry-malformed", lambda log, i: log.leaves[i].edited(t=2**53 - 1)),
    "id of another kind": ("entry-malformed", lambda log, i: log.leaves[i].edited(id="7")),
    "writer without a signature": (
        "entry-malformed",
        lambda log, i: log.leaves[i].edited(w={"id": b64(bytes(32)), "n": 1}),
    ),
    "long tag": ("entry-malformed", lambda log, i: log.leaves[i].edited(tag="x" * 65)),
    "4,096 bytes, by the certificate": (
        "entry-malformed",
        lambda log, i: log.leaves[i].edited(w={**json.loads(log.leaves[i].envelope)["w"], "cert": b64(bytes(3072))}),
    ),
    "certificate in a later entry": (
        "certificate-place",
        lambda log, i: log.leaves[i].edited(
            w={**json.loads(log.leaves[i].envelope)["w"], "cert": log.writers()[0]["cert"]}
        ),
    ),
    "random bytes": ("entry-malformed", lambda log, i: replace(log.leaves[i], envelope=bytes(range(256)))),
}


@pytest.mark.parametrize("name", BAD_LEAVES)
def test_a_bad_leaf_is_refused_though_the_log_signs_it(name: str) -> None:
    maker = one_year()
    log, (code, make) = maker.logs[2026], BAD_LEAVES[name]
    index = own(log)[-1]
    leaves = [*log.leaves[:index], make(log, index), *log.leaves[index + 1 :]]
    report = fsck_of_leaves(maker, leaves)
    assert code in at(report, f"2026/leaf/{index}")
    assert report.exit_code == 2


def fsck_of_leaves(maker: Maker, leaves: list[Leaf]) -> Any:
    """Tiles and checkpoint of any leaves at all. They have no segments, which is said, but is not the point."""
    log = Log(maker, 2026, maker.logs[2026].before, leaves, [len(leaves)])
    objects = {f"2026/{name}": data for name, data in log.tiles().items()}
    return check(maker, {**objects, "2026/checkpoint": log.note(len(leaves))})


def test_a_leaf_that_was_signed_for_another_year_is_refused() -> None:
    maker = honest({2025: [2]})
    maker.log(2026).commit([maker.entry(maker.writer(), 2025, "anna")])
    assert at(check(maker, maker.objects()), "2026/leaf/0") == {"writer-signature"}


def test_an_uncertified_writer_with_right_signatures_is_refused() -> None:
    """Fault 31: the certificate is of another authority, stands at no first leaf, or is of another writer."""
    maker = honest({2026: [5]})
    writer = maker.writer(certified=False)
    maker.log(2026).commit([maker.entry(writer, 2026, "anna"), maker.entry(writer, 2026, "anna")])
    assert at(check(maker, maker.objects()), "2026/leaf/6") == {"certificate-wrong"}

    maker = honest({2026: [5]})
    log, stranger = maker.log(2026), maker.writer()
    log.met.add(stranger.id)  # the log is made to believe that its certificate is there
    log.commit([maker.entry(stranger, 2026, "anna")])
    assert at(check(maker, maker.objects()), "2026/leaf/6") == {"writer-uncertified"}

    maker = honest({2026: [5]})
    borrowed = replace(maker.entry(maker.writer(), 2026), certificate=maker.writer().certificate)
    maker.log(2026).commit([borrowed])
    assert at(check(maker, maker.objects()), "2026/leaf/6") == {"certificate-wrong"}


def test_a_counter_used_twice_is_refused() -> None:
    maker = honest({2026: [5]})
    writer = maker.writer()
    entries = [maker.entry(writer, 2026, "anna")]
    writer.counter = 0
    maker.log(2026).commit([*entries, maker.entry(writer, 2026, "anna")])
    report = check(maker, maker.objects())
    assert at(report, "2026/leaf/7") == {"writer-counter-twice"}
    assert report.exit_code == 2


@pytest.mark.parametrize(("skipped", "shown"), [([1], "1"), ([0], "0"), ([1, 2, 5], "1-2, 5")])
def test_entries_dropped_before_the_log_are_an_alarm(skipped: list[int], shown: str) -> None:
    maker = honest({2026: [5]})
    writer = maker.writer()
    entries = [maker.entry(writer, 2026, "anna") for _ in range(7)]
    maker.log(2026).commit([entry for entry in entries if entry.w["n"] not in skipped])
    report = check(maker, maker.objects())
    assert (report.exit_code, codes(report)) == (1, {"writer-gap"})
    [gap] = [f for f in report.findings if f.code == "writer-gap"]
    assert (gap.values["counters"], gap.values["count"]) == (shown, len(skipped))


def test_a_writer_may_live_over_new_year() -> None:
    maker = honest({2025: [3]})
    writer = maker.writer()
    maker.log(2025).commit([maker.entry(writer, 2025)])
    maker.log(2026).commit([maker.entry(writer, 2026)])
    lost = maker.entry(writer, 2026)
    maker.log(2026).commit([maker.entry(writer, 2026)])
    assert lost.w["n"] == 2
    report = check(maker, maker.objects())
    assert (codes(report), report.exit_code) == ({"writer-gap"}, 1)
    alone = check(maker, maker.objects(), year="2026")
    assert (codes(alone), alone.exit_code) == ({"writer-elsewhere", "year-before-unchecked"}, 0)


def test_an_entry_in_the_logs_of_two_years_is_found() -> None:
    maker = honest({2025: [3]})
    twice = {"id": json.loads(maker.logs[2025].leaves[1].envelope)["id"]}
    maker.log(2026).commit([maker.sealed_entry(maker.writer(), 2026, "sys", twice)])
    assert at(check(maker, maker.objects()), "2026/leaf/0") == {"entry-twice"}


# fault 33: the year before


def test_a_hidden_year_is_found() -> None:
    maker = three_years()
    objects = {name: data for name, data in maker.objects().items() if not name.startswith("2026/")}
    assert "year-before-absent" in at(check(maker, objects), "2027/leaf/0")
    kept = maker.logs[2026].note(10).decode()
    assert "old-year-absent" in at(check(maker, objects, old=[kept]), "old/1")


@pytest.mark.parametrize(("change", "code"), [(drop_two, "year-before-cut"), (alter, "year-before-other")])
def test_an_old_year_cut_or_rewritten_is_found_from_the_next(change: Callable[[Log], list[Leaf]], code: str) -> None:
    maker = honest({2025: [12], 2026: [2]})
    old = maker.logs[2025]
    objects = maker.objects()
    objects = {name: data for name, data in objects.items() if not name.startswith("2025/")}
    report = check(maker, {**objects, **old.forged(change(old)).objects()})
    assert code in at(report, "2025/checkpoint")
    assert report.exit_code == 2


def test_an_old_year_may_grow_after_the_next_has_begun() -> None:
    maker = honest({2025: [3], 2026: [3]})
    maker.log(2025).commit([maker.entry(maker.writer(), 2025)])
    assert check(maker, maker.objects()).findings == check(one_year(), one_year().objects()).findings


@pytest.mark.parametrize(
    "before",
    [
        {"origin": "", "root": b64(naive.root([])), "size": 0},
        {"origin": "other.example/2026", "root": b64(bytes(32)), "size": 1},
        {"origin": "log.medkarta.example/2027", "root": b64(bytes(32)), "size": 1},
        {"origin": "log.medkarta.example/2025", "root": b64(bytes(32)), "size": 0},
        {"origin": "log.medkarta.example/2024", "root": b64(bytes(32)), "size": 5},
    ],
)
def test_a_log_that_lies_about_the_year_before_is_refused(before: dict[str, Any]) -> None:
    maker = honest({2025: [3]})
    maker.logs[2026] = Log(maker, 2026, before)
    maker.log(2026).commit([maker.entry(maker.writer(), 2026)])
    assert at(check(maker, maker.objects()), "2026/leaf/0") == {"year-before-wrong"}
