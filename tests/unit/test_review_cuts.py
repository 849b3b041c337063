"""The log may be cut into runs of the review anywhere: what is found is the same."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.findings import RULES, Finding, joined
from chalicelib.domain.review import Facts
from chalicelib.domain.thresholds import CARDS_AN_HOUR
from tests.effort import tried
from tests.journal_fakes import Log
from tests.unit.test_review_rules import found

pytestmark = pytest.mark.requirement("AUD-4")

steps = st.lists(
    st.tuples(
        st.sampled_from(["read", "read", "denied", "sign-in", "visit:create", "emergency", "consent:request", "bulk"]),
        st.sampled_from(["anna", "boris", "vera"]),
        st.sampled_from(["doc", "nina"]),
        st.sampled_from([0, 1, 4, 25, 300]),
        st.sampled_from(["192.0.2.7", "198.51.100.1", "203.0.113.5"]),
    ),
    min_size=1,
    max_size=40,
)


def written(script) -> Log:
    log = Log()
    for what, patient, actor, minutes, ip in script:
        write(log, what, patient, actor, minutes, ip)
    return log


def write(log, what, patient, actor, minutes, ip) -> None:
    match what:
        case "read":
            log.read(patient, actor, after=minutes)
        case "emergency":
            log.read(patient, actor, purpose="emergency", after=minutes)
        case "denied":
            for _ in range(2):
                log.read(patient, actor, outcome="denied", after=minutes / 4)
        case "sign-in":
            log.signed_in(ip, f"s-{actor}", actor, after=minutes)
        case "bulk":
            for n in range(CARDS_AN_HOUR // 2 + 1):
                log.read(f"{patient}{n}", actor)
        case action:
            log.add(action, patient, actor, after=minutes)


@settings(max_examples=tried(60), deadline=None)
@given(steps, st.lists(st.integers(0, 400), max_size=6))
def test_cutting_the_log_into_runs_changes_no_finding(script, cuts):
    acts = written(script).acts
    facts = Facts(staff={"clinic": frozenset({"vera", "vera3"})}, family={"doc": "x", "boris": "x"})
    whole = found(acts, facts)
    kept: dict = {}
    parts: list[Finding] = []
    edges = sorted({0, len(acts), *(cut % (len(acts) + 1) for cut in cuts)})
    for start, end in pairwise(edges):
        parts += found(acts[start:end], facts, kept).values()
    assert joined(parts) == whole


@settings(max_examples=tried(40), deadline=None)
@given(steps)
def test_evidence_is_of_the_log_and_every_rule_is_known(script):
    acts = written(script).acts
    ids = {act.id for act in acts}
    for finding in found(acts).values():
        assert set(finding.entries) <= ids
        assert finding.rule in RULES
        assert finding.count >= 1
        assert finding.first <= finding.last
