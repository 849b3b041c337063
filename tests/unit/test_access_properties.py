"""The access decision over random questions: deny by default, and less said never opens more (ACC-1 .. ACC-8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access import (
    BY_SHARE,
    CARD_SCOPE,
    CHANGES,
    FULL_ONLY,
    IN_EMERGENCY,
    TAKING_AWAY,
    Action,
    CardState,
    Consent,
    ConsentState,
    Level,
    Question,
    decide,
)
from chalicelib.domain.applications import Leave
from chalicelib.domain.emergency import Emergency
from chalicelib.domain.identity import DELIVERERS, PARTNER_ROLES, STAFF_ROLES, Actor, PersonId, Role
from chalicelib.domain.representation import Kind, Representation, Right
from chalicelib.domain.shares import Share, ShareState
from chalicelib.records.registry import RECORD_TYPES, SECTIONS

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MOMENTS = st.sampled_from([NOW - timedelta(hours=1), NOW, NOW + timedelta(seconds=1), NOW + timedelta(days=30)])
PEOPLE = st.sampled_from([PersonId("anna"), PersonId("other"), PersonId("")])
SOME = st.frozensets(st.sampled_from(SECTIONS), max_size=3)

consents = st.builds(
    Consent,
    grantee=st.just("m"),
    state=st.sampled_from(ConsentState),
    level=st.sampled_from(Level),
    sections=SOME,
    valid_from=MOMENTS,
    valid_until=MOMENTS,
    purpose=st.just("treatment"),
)
standings = st.builds(
    Representation,
    person_id=PEOPLE,
    kind=st.sampled_from(Kind),
    active=st.booleans(),
    full=st.booleans(),
    sections=SOME,
    rights=st.frozensets(st.sampled_from(Right)),
    until=st.none() | MOMENTS,
    hidden=SOME,
)
shares = st.builds(
    Share,
    share_id=PEOPLE,
    author_id=PEOPLE,
    for_ward=st.booleans(),
    state=st.sampled_from([ShareState.ACTIVE, ShareState.REVOKED, ShareState.LOCKED]),
    until=MOMENTS,
    sections=SOME,
    records=st.frozensets(st.tuples(st.sampled_from([spec.name for spec in RECORD_TYPES]), st.just("r")), max_size=3),
    limited=st.booleans(),
    download=st.booleans(),
)
leaves = st.builds(Leave, application=st.sampled_from(["", "app"]), active=st.booleans(), sections=SOME, until=MOMENTS)
actors = st.builds(
    Actor,
    person_id=PEOPLE,
    role=st.sampled_from(Role),
    session_id=st.sampled_from(["s", "issue_document"]),
    member_id=st.sampled_from(["m", "n", ""]),
    scopes=st.sampled_from([frozenset(), frozenset({CARD_SCOPE}), frozenset({"system/*.cruds", "patient/*.rs"})]),
    application=st.sampled_from(["", "app"]),
    ward_id=PEOPLE,
)


@st.composite
def questions(draw) -> Question:
    spec = draw(st.sampled_from(RECORD_TYPES))
    return Question(
        actor=draw(actors),
        action=draw(st.sampled_from(Action)),
        patient_id=PersonId("anna"),
        section=spec.section,
        grants=spec.grants,
        card=draw(st.sampled_from(CardState)),
        consent=draw(st.none() | consents),
        confirmed_level=draw(st.integers(1, 3)),
        session_live=draw(st.booleans()),
        reaction_allowed=draw(st.booleans()),
        code_presented=draw(st.booleans()),
        blocked=draw(st.booleans()),
        emergency=draw(st.none() | st.builds(Emergency, member_id=st.sampled_from(["m", "n"]), until=MOMENTS)),
        representation=draw(st.none() | standings),
        share=draw(st.none() | shares),
        delivered=draw(st.booleans()),
        leave=draw(st.none() | leaves),
        kind=spec.name,
        record_id=draw(st.sampled_from(["", "r"])),
        owner_only=bool(spec.owner_only),
    )


@pytest.mark.requirement("ACC-1", "ACC-5", "ACC-7", "ACC-8")
@given(question=questions())
def test_whoever_is_let_in_has_a_ground_that_holds(question: Question) -> None:
    answer = decide(question, NOW)
    if not answer:
        return
    actor, action = question.actor, question.action
    assert question.session_live
    assert question.card not in {CardState.ERASED, CardState.MERGED}
    match answer.reason:
        case "reaction":
            assert (actor.role, question.reaction_allowed) == (Role.SYSTEM, True)
        case "own-card":
            assert (actor.role, actor.person_id) == (Role.PATIENT, question.patient_id)
            assert question.confirmed_level >= 2
        case "representation" | "share" | "application":
            {"representation": _represented, "share": _held, "application": _let_in}[answer.reason](question)
        case "code":
            assert question.code_presented
            assert actor.role in STAFF_ROLES | PARTNER_ROLES
        case "consent":
            assert actor.role in STAFF_ROLES | PARTNER_ROLES
            assert not question.blocked
            assert question.consent is not None
            assert question.consent.covers(action, question.section, NOW)
        case "delivery" | "own-delivery":
            assert (question.delivered, question.blocked) == (True, False)
            assert actor.role in DELIVERERS
        case "emergency":
            assert (actor.role, answer.purpose) == (Role.DOCTOR, "emergency")
            assert action in IN_EMERGENCY
            assert question.emergency is not None
            assert question.emergency.until > NOW
        case other:
            pytest.fail(f"let in for no known reason: {other}")
    if actor.role is not Role.SYSTEM:
        _allowed_at_all(question)


def _allowed_at_all(question: Question) -> None:
    actor, action = question.actor, question.action
    assert (Role.PATIENT if actor.role is Role.RECIPIENT else actor.role) in question.grants[action]
    assert action not in CHANGES or question.card is not CardState.MERGING
    assert action not in CHANGES - TAKING_AWAY or question.card is not CardState.SUSPENDED


def _represented(question: Question) -> None:
    standing = question.representation
    assert (question.actor.role, question.actor.ward_id) == (Role.REPRESENTATIVE, question.patient_id)
    assert standing is not None
    assert standing.person_id == question.actor.person_id
    assert standing.live(NOW)
    assert standing.opens(question.section, NOW)
    assert question.confirmed_level >= 2


def _let_in(question: Question) -> None:
    leave = question.leave
    assert (question.actor.role, question.actor.person_id) == (Role.APPLICATION, question.patient_id)
    assert leave is not None
    assert leave.live(question.actor.application, NOW)
    assert question.section in leave.sections
    assert question.confirmed_level >= 2


def _held(question: Question) -> None:
    """A link that lives and names what is asked for, and the right of whoever made it."""
    share, standing = question.share, question.representation
    assert question.actor.role is Role.RECIPIENT
    assert question.action in BY_SHARE
    assert share is not None
    assert (share.share_id, share.state) == (question.actor.person_id, ShareState.ACTIVE)
    assert share.until > NOW
    assert question.section in share.sections or (question.kind, question.record_id) in share.records
    if question.action is Action.DOWNLOAD:
        assert share.download
        assert not share.limited
        assert not question.owner_only
    if share.for_ward:
        assert standing is not None
        assert (standing.person_id, standing.active) == (share.author_id, True)
        assert standing.has(Right.CONSENT, NOW)
        assert standing.opens(question.section, NOW)
        assert standing.full or decide(question, NOW).summary_only


@given(question=questions())
def test_without_a_ground_nobody_is_let_in(question: Question) -> None:
    bare = replace(
        question,
        consent=None,
        emergency=None,
        representation=None,
        share=None,
        code_presented=False,
        reaction_allowed=False,
        delivered=False,
        leave=None,
    )
    assert not decide(bare, NOW) or decide(bare, NOW).reason == "own-card"


@pytest.mark.requirement("ACC-3", "ACC-4")
@given(question=questions(), section=st.sampled_from(SECTIONS), later=MOMENTS)
def test_less_said_never_opens_more(question: Question, section: str, later: datetime) -> None:
    consent, standing = question.consent, question.representation
    narrower = []
    if consent is not None:
        narrower += [
            replace(question, consent=replace(consent, level=Level.LIMITED)),
            replace(question, consent=replace(consent, sections=(consent.sections or frozenset(SECTIONS)) - {section})),
            replace(question, consent=replace(consent, valid_until=min(consent.valid_until, later))),
            replace(question, consent=replace(consent, state=ConsentState.REVOKED)),
            replace(question, consent=None),
            replace(question, blocked=True),
        ]
        if not narrower[1].consent.sections:  # the empty set means every section: nothing is left to say yes to
            narrower.pop(1)
    if standing is not None:
        narrower += [
            replace(question, representation=replace(standing, full=False)),
            replace(question, representation=replace(standing, hidden=standing.hidden | {section})),
            replace(question, representation=replace(standing, until=min(standing.until or later, later))),
            replace(question, representation=replace(standing, rights=frozenset())),
            replace(question, representation=replace(standing, active=False)),
            replace(question, representation=None),
        ]
    if question.share is not None:
        share = question.share
        narrower += [
            replace(question, share=replace(share, limited=True)),
            replace(question, share=replace(share, download=False)),
            replace(question, share=replace(share, sections=share.sections - {section})),
            replace(question, share=replace(share, records=frozenset())),
            replace(question, share=replace(share, until=min(share.until, later))),
            replace(question, share=replace(share, state=ShareState.REVOKED)),
            replace(question, share=replace(share, for_ward=True)),
            replace(question, share=None),
        ]
    if question.leave is not None:
        leave = question.leave
        narrower += [
            replace(question, leave=replace(leave, sections=leave.sections - {section})),
            replace(question, leave=replace(leave, until=min(leave.until, later))),
            replace(question, leave=replace(leave, active=False)),
            replace(question, leave=None),
        ]
    narrower += [replace(question, delivered=False)]
    narrower += [replace(question, actor=replace(question.actor, scopes=frozenset()))]
    narrower += [replace(question, emergency=None), replace(question, session_live=False)]
    before = decide(question, NOW)
    for less in narrower:
        after = decide(less, NOW)
        assert before or not after
        if before and after and after.reason == before.reason and before.summary_only:
            assert after.summary_only
        if after and after.summary_only:
            assert question.action not in FULL_ONLY
