"""Fault 40: the browser's verifier and the one in Python say the same of every bundle: verdict, findings, facts."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from tests.portal.cases import Case, of_tables
from tests.portal.changes import at_random
from tests.portal.node import ask

pytestmark = [pytest.mark.requirement("AUD-3"), pytest.mark.xdist_group("portal")]
RANDOM, SEED = 480, 20261125
ASIDE = {"internal", "crypto-missing"}  # no bundle should lead to them


@functools.cache
def checked() -> list[tuple[Case, dict[str, Any], dict[str, Any]]]:
    """Each case, as Python and as JavaScript see it; one process of Node.js for all."""
    cases = [*of_tables(), *at_random(RANDOM, SEED)]
    answers = ask(case.question() for case in cases)
    return [(case, case.by_python(), answer) for case, answer in zip(cases, answers, strict=True)]


def codes(verdict: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in verdict["findings"]}


def test_both_verifiers_say_the_same() -> None:
    differ = []
    for case, python, answer in checked():
        said = {name: answer.get("ok", {}).get(name) for name in python}
        if said != json.loads(json.dumps(python)):
            differ.append(
                f"{case.name}: Python {_short(python)}, JavaScript {_short(said) if 'ok' in answer else answer}"
            )
    assert not differ, "\n".join(differ)


def _short(verdict: dict[str, Any]) -> str:
    return f"{verdict['exitCode']} {[(f['code'], f['place'], f['values']) for f in verdict['findings']][:5]}"


def test_the_bundles_are_of_every_kind() -> None:
    """The agreement says something: every verdict and every code is among them."""
    [levels] = ask([{"do": "codes"}])
    verdicts = [python for _, python, _ in checked()]
    assert {verdict["exitCode"] for verdict in verdicts} == {0, 1, 2, 3}
    seen = {code for verdict in verdicts for code in codes(verdict)}
    reasons = {str(f["values"].get("why")) for verdict in verdicts for f in verdict["findings"]}
    assert set(levels["ok"]["levels"]) - seen - reasons == ASIDE
    by_chance = [python for case, python, _ in checked()[-RANDOM:]]
    assert len({code for verdict in by_chance for code in codes(verdict)}) > 30


def test_what_is_shown_to_the_patient_is_what_was_logged() -> None:
    case, _, answer = checked()[0]
    bundle = json.loads(case.bundle)
    listed = [entry for chain in bundle["chains"] for entry in chain["entries"]]
    shown = answer["ok"]["entries"]
    assert [entry["body"] for entry in shown] == [json.loads(entry["body"]) for entry in listed]
    assert [(entry["id"], entry["time"]) for entry in shown] == [
        (envelope["id"], envelope["t"]) for envelope in (json.loads(entry["env"]) for entry in listed)
    ]


def test_a_text_that_was_not_logged_is_not_shown() -> None:
    [(_, _, answer)] = [found for found in checked() if found[0].name == "text altered"]
    assert [entry["body"] for entry in answer["ok"]["entries"] if entry["place"] == "2026/entry/3"] == [None]
