"""The browser says of two checkpoints what the verifier says that shares no code with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.portal.node import ask
from tests.verifier import naive
from tests.verifier.checks import policy
from tests.verifier.maker import Maker, b64, honest
from verifier import consistency

pytestmark = pytest.mark.requirement("AUD-2", "AUD-3")

SIZE = 21


def question(maker: Maker, old: str, now: str, proof: list[Any]) -> dict[str, Any]:
    given = json.dumps(maker.policy())
    return {"do": "growth", "policy": given, "origin": maker.logs[2026].origin, "old": old, "now": now, "proof": proof}


def test_every_proof_of_a_log_that_grew_holds_and_no_other_one() -> None:
    maker = honest({2026: [SIZE]})
    log, right = maker.logs[2026], policy(maker)
    now = log.note(SIZE).decode()
    proofs = {old: [b64(part) for part in naive.consistency(old, log.hashes[:SIZE])] for old in range(1, SIZE + 1)}
    asked, wanted = [], []
    for old in range(1, SIZE):
        for of, proof in proofs.items():
            note = log.note(old).decode()
            asked.append(question(maker, note, now, proof))
            holds = consistency.check(note, now, proof, right).exit_code == 0
            assert holds or of != old
            wanted.append("grown" if holds else "unproved")
    assert [answer["ok"] for answer in ask(asked)] == wanted


def test_a_log_that_became_shorter_another_one_and_junk_are_told() -> None:
    maker = honest({2026: [3, 5]})
    log = maker.logs[2026]
    old, now, forged = log.note(3).decode(), log.note(8).decode(), log.forged(log.leaves[::-1])
    proof = [b64(part) for part in naive.consistency(3, log.hashes)]
    asked = [
        question(maker, now, old, []),
        question(maker, now, now, []),
        question(maker, forged.note(8).decode(), now, []),
        question(maker, forged.note(3).decode(), now, proof),
        question(maker, old, now, []),
        question(maker, old, now, ["AA=="]),
        question(maker, old, now, ["not base64"]),
        question(maker, log.note(0).decode(), now, []),
    ]
    said = [answer["ok"] for answer in ask(asked)]
    assert said == ["older", "same", "other", "unproved", "unproved", "unproved", "unproved", "grown"]
    (altered,) = ask([question(maker, old.replace("3\n", "4\n", 1), now, proof)])
    assert altered == {"error": "note-signature"}
