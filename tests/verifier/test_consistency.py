"""Two checkpoints of one log."""

from __future__ import annotations

import pytest

from tests.verifier import naive
from tests.verifier.checks import codes, policy
from tests.verifier.maker import Maker, b64, honest
from verifier import consistency

pytestmark = pytest.mark.requirement("AUD-2")


def proof(maker: Maker, old: int) -> list[str]:
    return [b64(h) for h in naive.consistency(old, maker.logs[2026].hashes)]


def test_a_log_that_grew_is_consistent_with_each_of_its_checkpoints() -> None:
    maker = honest({2026: [3, 4, 5]})
    new = maker.logs[2026].note(13).decode()
    for old in (3, 7, 12, 13):
        report = consistency.check(maker.logs[2026].note(old).decode(), new, proof(maker, old), policy(maker))
        assert (report.exit_code, report.facts["old"], report.facts["new"]) == (0, old, 13)
    assert consistency.check(maker.logs[2026].note(0).decode(), new, [], policy(maker)).exit_code == 0


def test_what_is_not_consistent_is_refused() -> None:
    maker, other = honest({2026: [3, 4], 2027: [9]}), honest({2026: [9]})
    log, right = maker.logs[2026], policy(maker)
    new, old = log.note(8).decode(), log.note(3).decode()
    foreign = other.logs[2026]
    forged = log.forged(log.leaves[::-1])
    next_year = maker.logs[2027].note(9).decode()
    for one, two, path, code in (
        (old, new, proof(maker, 4), "proof"),
        (old, new, [], "proof"),
        (new, old, proof(maker, 3), "proof"),
        (log.note(0).decode(), new, proof(maker, 3), "proof"),
        (forged.note(3).decode(), new, proof(maker, 3), "proof"),
        (old, foreign.note(8).decode(), proof(maker, 3), "note-signature"),
        (old, next_year, proof(maker, 3), "note-origin"),
        (old, log.note(8, witnessed=False).decode(), proof(maker, 3), "note-quorum"),
        (old, "", proof(maker, 3), "note-malformed"),
        (old, new.replace("/2026", "/26"), proof(maker, 3), "note-origin"),
        (old, new, {"proof": []}, "proof-malformed"),
        (old, new, [1], "proof-malformed"),
        (old, new, ["AA=="], "proof-malformed"),
    ):
        report = consistency.check(one, two, path, right)
        expected = {code, "note-unsigned"} if code == "note-signature" else {code}
        assert codes(report) & expected
        assert report.exit_code == 2


def test_the_old_checkpoint_needs_no_witness() -> None:
    maker = honest({2026: [3, 4]})
    log = maker.logs[2026]
    old = log.note(3, witnessed=False).decode()
    report = consistency.check(old, log.note(8).decode(), proof(maker, 3), policy(maker))
    assert report.exit_code == 0
