"""Any input at all ends in a report, or in a plain refusal of the call: never in an exception."""

from __future__ import annotations

import contextlib
import copy
import functools
import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import tried
from tests.verifier import maker as made
from tests.verifier.checks import check, codes, policy
from tests.verifier.maker import Leaf, Maker, honest
from verifier import canonical, consistency, patient, segments, texts
from verifier.notes import VerifierKey
from verifier.policy import Policy
from verifier.report import Flaw, Report

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=9) | st.floats() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
DEEP = "[" * 100_000


@functools.cache
def small() -> tuple[Maker, Policy]:
    maker = honest({2025: [3], 2026: [4]})
    return maker, policy(maker)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    found = copy.deepcopy(value)
    target = found
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = by
    return found


def texts_of(report: Report) -> list[str]:
    return [finding.sentence(language) for finding in report.findings for language in texts.LANGUAGES]


@given(st.data())
@settings(max_examples=tried(300), deadline=None)
def test_a_bundle_with_junk_in_any_place(data: st.DataObject) -> None:
    maker, right = small()
    bundle = maker.bundle("anna", "N")
    path, by = data.draw(st.sampled_from(places(bundle))), data.draw(JUNK)
    report = patient.check(replaced(bundle, path, by), right, "N", 5)
    assert report.exit_code == 2
    texts_of(report)


@given(st.data())
@settings(max_examples=tried(200), deadline=None)
def test_a_policy_with_junk_in_any_place(data: st.DataObject) -> None:
    right = small()[0].policy()
    path, by = data.draw(st.sampled_from(places(right))), data.draw(JUNK)
    with contextlib.suppress(Flaw):
        Policy.parse(replaced(right, path, by))


@given(st.binary(max_size=300) | JUNK.map(lambda value: json.dumps(value).encode()))
def test_a_policy_of_any_bytes(raw: bytes) -> None:
    with pytest.raises(Flaw):
        Policy.read(raw)


@pytest.mark.parametrize(
    "change",
    [
        {"quorum": 3},
        {"quorum": -1},
        {"quorum": True},
        {"quorum": "1"},
        {"witnesses": ["name+00000000+AAAA"]},
        {"witnesses": None},
        {"writer_ca": []},
        {"writer_ca": ["AAAA"]},
        {"log": {"name": "a b", "keys": ["AAAA"]}},
        {"log": {"name": "a", "keys": []}},
        {"log": {"name": "a", "keys": ["AAAA"]}},
        {"more": 1},
    ],
)
def test_an_unusable_policy_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Flaw):
        Policy.parse({**small()[0].policy(), **change})


def test_a_witness_counts_once() -> None:
    right = small()[0].policy(1)
    key = right["witnesses"][0]
    with pytest.raises(Flaw, match="twice"):
        Policy.parse({**right, "witnesses": [key, key]})
    witness = VerifierKey.parse(key)
    with pytest.raises(Flaw, match="twice"):  # one key under two names
        Policy.parse({**right, "witnesses": [key, VerifierKey("other", witness.kind, witness.public).text()]})
    log_key = made.b64(made.spki(small()[0].key))
    with pytest.raises(Flaw, match="policy-key"):  # an ECDSA key cosigns nothing
        Policy.parse({**right, "witnesses": [f"log+00000000+{log_key}"]})


@given(st.text() | st.text(alphabet="\u2014 \n+/=aA0", max_size=60), st.text(), JUNK)
def test_checkpoints_of_any_text(old: str, new: str, proof: object) -> None:
    maker, right = small()
    good = maker.logs[2026].note(5).decode()
    for report in (consistency.check(old, new, proof, right), consistency.check(good, good, proof, right)):
        assert proof == [] or report.exit_code == 2
        texts_of(report)


@given(st.data())
@settings(max_examples=tried(100), deadline=None)
def test_an_export_with_junk_for_objects_and_names(data: st.DataObject) -> None:
    maker, _ = small()
    objects = maker.objects()
    names = st.sampled_from(sorted(objects)) | st.text(max_size=20) | st.just("2026/tile/5/x999/x999/999")
    junk = st.binary(max_size=300) | st.binary(max_size=300).map(gzip.compress) | st.sampled_from([DEEP.encode(), b""])
    junk = junk | st.sampled_from(sorted(objects)).map(objects.__getitem__)
    changes = data.draw(st.dictionaries(names, junk, min_size=1, max_size=8))
    report = check(maker, {**objects, **changes})
    same = all(objects.get(name) == value for name, value in changes.items())
    assert (report.exit_code == 0) == same
    texts_of(report)


@given(st.data())
@settings(max_examples=tried(150), deadline=None)
def test_leaves_of_any_json_that_the_log_signs(data: st.DataObject) -> None:
    maker, right = small()
    log = maker.logs[2026]
    index = data.draw(st.integers(0, len(log.leaves) - 1))
    envelope = json.loads(log.leaves[index].envelope)
    path, by = data.draw(st.sampled_from(places(envelope))), data.draw(JUNK)
    raw = json.dumps(replaced(envelope, path, by), sort_keys=True, separators=(",", ":")).encode()
    leaves = [*log.leaves[:index], Leaf(raw, b"", log.leaves[index].body), *log.leaves[index + 1 :]]
    forged = made.Log(maker, 2026, log.before, leaves, [len(leaves)])
    objects = {f"2026/{name}": value for name, value in forged.tiles().items()}
    report = check(maker, {**objects, "2026/checkpoint": forged.note(5)})
    assert report.exit_code == 2
    texts_of(report)
    bundle = maker.bundle("anna", "N")
    place = data.draw(st.integers(0, len(bundle["chains"][1]["entries"]) - 1))
    bundle["chains"][1]["entries"][place]["env"] = raw.decode()
    texts_of(patient.check(bundle, right, "N"))


def test_a_checkpoint_of_a_monstrous_size_ends_soon() -> None:
    maker, _ = small()
    log = maker.logs[2026]
    text = f"{log.origin}\n{10**17}\n{made.b64(bytes(32))}\n"
    key_id = made.sha(made.spki(maker.key))[:4]
    note = f"{text}\n\u2014 {log.origin} {made.b64(key_id + maker.key.sign(text.encode(), made.ECDSA))}\n".encode()
    report = check(maker, {**maker.objects(), "2026/checkpoint": note})
    assert {"leaves-missing", "segment-missing", "object-missing"} <= codes(report)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "MAX_SEGMENT", 2**20)
    maker, _ = small()
    bomb = gzip.compress(bytes(2**24))
    name = f"2026/segment/{0:020d}-{9:020d}-{made.sha(bomb).hex()[:16]}"
    report = check(maker, {**maker.objects(), name: bomb})
    assert next(f.code for f in report.findings if f.place == name) == "too-large"


@pytest.mark.parametrize("tail", [b"x", gzip.compress(b"{}", mtime=0)])
def test_a_segment_is_one_gzip_member_and_nothing_more(tail: bytes) -> None:
    with pytest.raises(Flaw):
        segments.unpack(gzip.compress(b"{}") + tail)
    with pytest.raises(Flaw):
        segments.unpack(gzip.compress(b"{}")[:-1])


def test_foreign_text_cannot_steer_a_terminal() -> None:
    shown = texts.safe("\x1b[31m\u202eabc\n" + "x" * 1000)
    assert shown.isprintable()
    assert len(shown) < 220
    with pytest.raises(Flaw):
        canonical.parse(DEEP.encode())
