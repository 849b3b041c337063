"""The rules of the review: what each finds and what it leaves alone, and that runs may be cut anywhere."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.acts import Act, Hours, act_of, network_of
from chalicelib.domain.findings import EVIDENCE, RULES, Finding, joined
from chalicelib.domain.memory import NOTHING
from chalicelib.domain.review import COUNTERS, Facts, judged, tally
from chalicelib.domain.thresholds import CARDS_AN_HOUR, CARDS_AN_HOUR_PARTNER, REFUSALS
from chalicelib.ports.journal import LogEntry
from tests.fakes import START
from tests.journal_fakes import Log

pytestmark = pytest.mark.requirement("AUD-4")

NOON = START  # 12:00 in Moscow
NO_FACTS = Facts()


def mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def found(acts: list[Act], facts: Facts = NO_FACTS, kept: dict | None = None) -> dict[str, Finding]:
    kept = {} if kept is None else kept
    findings = []
    for act in acts:
        new, changed = judged(act, facts, kept, mark)
        findings += new
        kept.update({place: json.loads(json.dumps(row, sort_keys=True)) for place, row in changed.items()})
    return joined(findings)


def rules(log: Log, facts: Facts = NO_FACTS) -> list[str]:
    return sorted(finding.rule for finding in found(log.acts, facts).values())


@pytest.fixture
def log() -> Log:
    return Log()


# --- one rule after another


def test_ordinary_work_finds_nothing(log):
    log.consented()
    log.read(after=1)
    log.add("visit:create", after=5)
    log.add("visit:read", "anna", "anna", role="patient", org="", member="")
    log.read("boris", "system", role="system", org="", dept="")
    assert rules(log) == []


def test_more_cards_in_an_hour_than_visits_can_need(log):
    patients = [f"p{n}" for n in range(CARDS_AN_HOUR + 3)]
    log.consented(*patients)
    for patient in patients[:CARDS_AN_HOUR]:
        log.read(patient)
    log.read(patients[0])  # again: not another card
    assert rules(log) == []
    for patient in patients[CARDS_AN_HOUR:]:
        log.read(patient)
    (finding,) = found(log.acts).values()
    assert (finding.rule, finding.count, finding.actor, finding.patient) == (
        "bulk-reading", CARDS_AN_HOUR + 3, "doc", "",
    )  # fmt: skip
    assert len(finding.entries) == 3
    assert finding.window == "2026-03-02T09"


def test_the_count_of_cards_begins_anew_with_the_hour_and_is_higher_for_a_pharmacy(log):
    for n in range(CARDS_AN_HOUR + 5):
        log.read(f"p{n}", "shop", role="pharmacy", after=1)
    assert rules(log) == []
    patients = [f"q{n}" for n in range(2 * CARDS_AN_HOUR)]
    log.consented(*patients)
    for n, patient in enumerate(patients):
        log.read(patient, after=60 if n == CARDS_AN_HOUR else 0)
    assert rules(log) == []
    for n in range(CARDS_AN_HOUR_PARTNER + 1):
        log.read(f"r{n}", "shop", role="pharmacy")
    assert rules(log) == ["bulk-reading"]


@pytest.mark.parametrize(
    ("at", "zone", "department", "closed"),
    [
        ("2026-03-02T03:59:59Z", "Europe/Moscow", "therapy", True),  # 06:59 there
        ("2026-03-02T04:00:00Z", "Europe/Moscow", "therapy", False),
        ("2026-03-02T17:59:59Z", "Europe/Moscow", "therapy", False),
        ("2026-03-02T18:00:00Z", "Europe/Moscow", "therapy", True),
        ("2026-03-02T18:00:00Z", "Europe/Moscow", "emergency", False),
        ("2026-03-01T20:00:00Z", "Asia/Kamchatka", "therapy", False),  # eight in the morning
        ("2026-03-02T09:00:00Z", "Asia/Kamchatka", "therapy", True),
    ],
)
def test_working_hours_are_those_of_the_place(log, at, zone, department, closed):
    hours = Hours.of({"hours": {"zone": zone}})
    assert hours.closed(datetime.fromisoformat(at), department) is closed


def test_an_organisation_may_say_its_hours_in_part_or_wrongly():
    hours = Hours.of({"hours": {"first": 8, "zone": "Mars/Olympus", "exempt": ["night"]}})
    assert (hours.first, hours.end, hours.zone, hours.exempt) == (8, 21, "Europe/Moscow", {"night"})
    assert Hours.of(None) == Hours.of({}) == Hours()


def test_reading_at_night_is_one_finding_a_night(log):
    log.consented("anna", "boris")
    log.read(after=9 * 60)  # 21:00
    log.read("boris", after=4 * 60)  # 01:00
    log.read(after=5 * 60)  # 06:00
    log.read(after=16 * 60)  # 22:00 of the next day
    one, other = found(log.acts).values()
    assert (one.rule, one.count, one.window, one.patient) == ("out-of-hours", 3, "2026-03-02", "")
    assert (other.count, other.window) == (1, "2026-03-03")


def test_a_card_that_the_department_never_touched(log):
    log.read("anna")
    assert rules(log) == ["outside-department"]


@pytest.mark.parametrize(
    ("binder", "after", "expected"), [("desk", 24 * 60, True), ("desk", 24 * 60 + 1, False), ("other", 1, False)]
)
def test_a_consent_on_paper_from_who_bound_the_patient(log, binder, after, expected):
    """Nobody answers for whom a clinic has just put on its list: the officer looks at the scan."""
    desk = {"role": "registrar", "dept": "reception"}
    first = log.add("patient:bind", actor=binder, **desk)
    log.add("patient:bind", "boris", "desk", **desk)
    paper = log.add("consent:paper", actor="desk", after=after, record="m-doc", **desk)
    log.read(after=1)  # the log has a consent
    assert [(one.rule, one.patient, one.entries) for one in found(log.acts).values() if one.rule != "out-of-hours"] == (
        [("bound-on-paper", "anna", (first.id, paper.id))] if expected else []
    )


@pytest.mark.parametrize("bridge", ["asked", "granted", "department wrote"])
def test_a_consent_or_an_own_entry_of_the_department_explains_a_reading(log, bridge):
    match bridge:
        case "asked":
            log.add("consent:request")
        case "granted":
            log.add("consent:granted", "anna", "anna", role="patient", org="", record="m-doc")
        case "department wrote":
            log.add("visit:create", actor="colleague")
    log.read()
    assert rules(log) == []


@pytest.mark.parametrize(
    "not_enough",
    [
        {"action": "consent:request", "actor": "other"},
        {"action": "visit:create", "actor": "other", "dept": "surgery"},
        {"action": "visit:create", "actor": "other", "outcome": "denied"},
        {"action": "consent:request", "outcome": "denied"},
    ],
)
def test_what_does_not_explain_a_reading(log, not_enough):
    log.add(**not_enough)
    log.read()
    assert rules(log) == ["outside-department"]


def test_after_a_revocation_a_reading_is_unexplained(log):
    log.consented()
    log.add("consent:revoked", "anna", "anna", role="patient", org="", record="m-doc")
    log.read()
    assert rules(log) == ["outside-department"]


def test_a_colleague_is_told(log):
    log.consented()
    log.read()
    facts = Facts(staff={"clinic": frozenset({"anna", "doc"}), "other": frozenset({"boris"})})
    (finding,) = found(log.acts, facts).values()
    assert (finding.rule, finding.patient) == ("colleague", "anna")
    assert RULES["colleague"].tells == "patient"


def test_the_same_family_tag_is_a_hint_and_absence_is_none(log):
    log.consented()
    log.read()
    assert rules(log, Facts(family={"doc": "aB", "anna": "aB"})) == ["possible-relative"]
    assert rules(log, Facts(family={"doc": "aB", "anna": "aC"})) == []
    assert rules(log, Facts(family={"doc": "", "anna": ""})) == []
    assert rules(log, Facts(family={"doc": "aB"})) == []


def test_a_series_of_refusals_within_ten_minutes(log):
    for n in range(REFUSALS - 1):
        log.read(f"p{n}", outcome="denied", after=2)
    assert rules(log) == []
    log.add("patient:look-up", "sys", outcome="error", after=2)
    (finding,) = found(log.acts).values()
    assert (finding.rule, finding.count, len(finding.entries)) == ("refusals", REFUSALS, REFUSALS)
    log.read("p9", outcome="denied", after=1)
    (finding,) = found(log.acts).values()
    assert finding.count == REFUSALS + 1


def test_refusals_far_apart_or_of_several_people_or_of_the_system_are_no_series(log):
    for n in range(3 * REFUSALS):
        log.read(f"p{n}", f"doc{n % 4}", outcome="denied", after=1)
        log.add("session:create", "anna", "system", role="system", outcome="denied")
    assert rules(log) == []
    for n in range(REFUSALS):
        log.read(f"p{n}", outcome="denied", after=3)
    assert rules(log) == []


def test_every_emergency_is_found_and_told(log):
    log.consented()
    log.read(purpose="emergency")
    log.add("card:break-glass", "boris", purpose="")
    both = found(log.acts).values()
    assert [(f.rule, f.patient) for f in both] == [("break-glass", "anna"), ("break-glass", "boris")]
    assert RULES["break-glass"].tells == "patient"


def test_a_new_network_counts_when_cards_are_read_from_it(log):
    log.consented()
    log.signed_in("192.0.2.7", "s1")
    log.read(session="s1")
    log.signed_in("192.0.2.200", "s2")  # the same /24
    log.read(session="s2")
    assert rules(log) == []
    strange = log.signed_in("203.0.113.9", "s3")
    assert rules(log) == []
    log.read(session="s3")
    log.read(session="s3")
    log.read(session="s2")
    (finding,) = found(log.acts).values()
    assert (finding.rule, finding.count, finding.entries[0]) == (
        "new-network",
        3,
        strange.id,
    )  # the sign-in and two readings
    log.signed_in("203.0.113.10", "s4")
    log.read(session="s4")
    assert len(found(log.acts)) == 1


def test_a_network_is_forgotten_after_ninety_days_and_a_change_of_role_is_a_sign_in(log):
    log.consented()
    log.signed_in("192.0.2.7", "s1")
    log.add(
        "session:role",
        "doc",
        "doc",
        role="patient",
        ip="198.51.100.1",
        session="s2",
        details={"role": "doctor"},
        after=1,
    )
    log.read(session="s2")
    assert rules(log) == ["new-network"]
    log.signed_in("198.51.100.1", "s3", after=60 * 24 * 90)
    log.read(session="s3")
    assert rules(log) == ["new-network"]
    log.signed_in("192.0.2.7", "s4", after=60 * 24)
    log.read(session="s4")
    assert rules(log) == ["new-network", "new-network"]


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("", ""),
        ("localhost", ""),
    ],
)
def test_networks(ip, network):
    assert network_of(ip) == network


def entry(**changes) -> LogEntry:
    given_ = {"year": 2026, "seq": 5, "tag": "t1", "number": 0, "id": "e5", "at": NOON, "person_id": "anna"}
    return LogEntry(**(given_ | {"body": None} | changes))


def test_an_unreadable_entry_is_a_finding_unless_its_keys_were_destroyed():
    act = act_of(entry())
    (finding,) = found([act]).values()
    assert (finding.rule, finding.patient, finding.entries) == ("unreadable-entry", "anna", ("e5",))
    for erased in ("anna", "t1"):
        assert found([act], Facts(erased=frozenset({erased}))) == {}
    assert [f.rule for f in found([act_of(entry(person_id=""))]).values()] == ["unreadable-entry"]


@pytest.mark.parametrize("body", [{}, {"actor": None}, {"actor": {"id": "x"}, "resource": 5}])
def test_a_body_that_does_not_say_who_did_what_is_unreadable(body):
    assert [f.rule for f in found([act_of(entry(body=body))]).values()] == ["unreadable-entry"]


def test_an_altered_entry_is_named_as_such():
    assert [f.rule for f in found([act_of(entry(altered=True))]).values()] == ["altered-entry"]


def test_each_incident_of_the_sequencer_is_a_finding(log):
    log.add("audit:incident", "sys", "system", role="system", org="", outcome="error", reason="writer-gap")
    log.add("audit:incident", "sys", "system", role="system", org="", outcome="error", reason="alien-row")
    both = found(log.acts).values()
    assert [(f.rule, f.about["reason"], f.actor, f.organisation) for f in both] == [
        ("incident", "writer-gap", "", ""),
        ("incident", "alien-row", "", ""),
    ]


def test_two_chains_of_one_person_in_one_year():
    first = Act("e1", NOON, 2026, "t1", 0, "anna", seq=0)
    second = replace(first, id="e2", tag="t2", seq=1)
    next_year = replace(first, id="e3", tag="t3", year=2027)
    other = replace(first, id="e4", tag="t4", person="boris", seq=2)
    (finding,) = found([first, second, next_year, other]).values()
    assert (finding.rule, finding.patient, finding.entries) == ("split-chain", "anna", ("e2",))


def test_findings_hold_ids_and_no_more_than_a_few(log):
    log.consented()
    log.read(after=12 * 60)
    for _ in range(3 * EVIDENCE):
        log.read()
    (finding,) = found(log.acts).values()
    assert len(finding.entries) == EVIDENCE
    assert finding.count == 3 * EVIDENCE + 1


def test_ids_follow_from_rule_actor_patient_and_window_alone():
    one = Finding("colleague", "2026-03-02", NOON, NOON, "doc", "clinic", "anna", ("e1",))
    assert one.id == replace(one, entries=("e9",), count=7, organisation="", last=NOON + timedelta(days=1)).id
    for change in ({"rule": "refusals"}, {"window": "x"}, {"actor": "x"}, {"patient": "x"}):
        assert replace(one, **change).id != one.id
    assert one.id.isalnum()
    assert len(one.id) == 32


@pytest.mark.requirement("SPC-8")
def test_no_place_tells_whose_chain_a_tag_is(log):
    """After an erasure the tag of a chain is a random word; what the review remembers must not name its owner."""
    log.signed_in("192.0.2.7", "s1", "anna")
    log.consented()
    log.read("anna")
    kept: dict = {}
    found(log.acts, NO_FACTS, kept)
    assert kept["chain", "2026#anna"] == {"begun": 1}
    assert kept.pop(("numbers", "tag-anna-2026")) == {"n": 2, "seq": 2}
    assert "tag-anna" not in json.dumps([[*place, row] for place, row in kept.items()])


def test_no_place_tells_whose_card_was_read_or_from_where(log):
    log.signed_in("192.0.2.7", "session-1")
    log.read("anna", session="session-1")
    kept: dict = {}
    found(log.acts, NO_FACTS, kept)
    actor = json.dumps(kept["actor", "doc"])
    for secret in ("anna", "192.0.2", "session-1"):
        assert secret not in actor


def test_counters_of_the_report(log):
    hours = Hours()
    assert tally(act_of(log.read()), hours) == {"reads": 1}
    assert tally(act_of(log.add("visit:amend")), hours) == {"changes": 1}
    assert tally(act_of(log.read(outcome="denied")), hours) == {"refusals": 1}
    assert tally(act_of(log.add("visit:download", purpose="emergency")), hours) == {
        "reads": 1,
        "exports": 1,
        "break_glass": 1,
    }
    assert tally(act_of(log.read(after=12 * 60)), hours) == {"reads": 1, "out_of_hours": 1}
    assert tally(act_of(log.add("visit:read", "anna", "anna", role="patient", org="")), hours) == {}
    assert tally(act_of(entry()), hours) == {}
    assert set(COUNTERS) >= {"reads", "changes", "refusals", "exports", "break_glass", "out_of_hours"}


def test_nothing_but_its_number_is_kept_of_an_act_that_no_rule_needs(log):
    for _ in range(2):
        log.add("visit:read", "anna", "anna", role="patient", org="", member="")
    kept: dict = {}
    assert found(log.acts, NO_FACTS, kept) == {}
    assert kept == {("chain", "2026#anna"): {"begun": 1}, ("numbers", "tag-anna-2026"): {"n": 1, "seq": 1}}
    assert NOTHING == {}
