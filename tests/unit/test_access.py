"""The access decision as a table over roles, actions and kinds (ACC-5), and its invariants."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access import (
    BY_SHARE,
    CARD_SCOPE,
    CHANGES,
    FULL_ONLY,
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
from chalicelib.domain.identity import DELIVERERS, OWNERS, PARTNER_ROLES, STAFF_ROLES, Actor, PersonId, Role
from chalicelib.domain.representation import KINDS, Kind, Representation
from chalicelib.domain.shares import Share, ShareState
from chalicelib.records.registry import RECORD_TYPES, SECTIONS, record_type

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SHARED = {Action.READ, Action.LIST}
READS = SHARED | {Action.HISTORY, Action.DOWNLOAD}
WRITES = {Action.CREATE, Action.AMEND}

# What medical practice allows, written out by hand and not taken from the registry.
WRITERS: dict[str, set[Role]] = {
    "visit": {Role.DOCTOR},
    "examination-protocol": {Role.DOCTOR},
    "laboratory-order": {Role.DOCTOR, Role.NURSE},
    "laboratory-result": {Role.DOCTOR, Role.NURSE},
    "imaging-study": {Role.DOCTOR, Role.NURSE},
    "planned-study": {Role.DOCTOR, Role.NURSE},
    "referral": {Role.DOCTOR},
    "prescription": {Role.DOCTOR},
    "medication-statement": {Role.DOCTOR, Role.NURSE, Role.PATIENT},
    "allergy": {Role.DOCTOR, Role.NURSE, Role.PATIENT},
    "chronic-condition": {Role.DOCTOR, Role.NURSE, Role.PATIENT},
    "disability": {Role.DOCTOR},
    "family-history": {Role.DOCTOR, Role.NURSE, Role.PATIENT},
    "lifestyle": {Role.DOCTOR, Role.NURSE, Role.PATIENT},
    "surgery": {Role.DOCTOR},
    "implant": {Role.DOCTOR, Role.NURSE},
    "vital-sign": {Role.DOCTOR, Role.NURSE, Role.PATIENT},
    "observation-series": {Role.DOCTOR, Role.PATIENT},
    "health-status": {Role.DOCTOR, Role.NURSE, Role.PATIENT},
    "vaccination": {Role.DOCTOR, Role.NURSE},
    "vaccination-exemption": {Role.DOCTOR},
    "vaccination-factors": {Role.DOCTOR},
    "discharge-summary": {Role.DOCTOR},
    "sick-leave": {Role.DOCTOR},
    "attached-document": {Role.DOCTOR, Role.NURSE, Role.PATIENT},
    "visit-form": {Role.PATIENT},
}
EXPECTED = {
    kind: {role: READS | (WRITES if role in writers else set()) for role in (Role.DOCTOR, Role.NURSE, Role.PATIENT)}
    for kind, writers in WRITERS.items()
}
EXPECTED["prescription"][Role.DOCTOR] |= {Action.REVOKE}
for _kind, _writers in WRITERS.items():
    if Role.PATIENT in _writers:
        EXPECTED[_kind][Role.DOCTOR] |= {Action.CONFIRM}
EXPECTED["prescription"][Role.PHARMACY] = {Action.READ, Action.DISPENSE}

for _kind in ("visits", "results", "medication", "allergies", "conditions", "vaccinations", "documents"):
    EXPECTED[f"received-{_kind}"] = {
        **dict.fromkeys((Role.DOCTOR, Role.NURSE), READS | WRITES),
        Role.PATIENT: READS,
    }
DELIVERED = {Role.CLINICAL_SYSTEM, Role.LABORATORY}
OF_A_PROCESS = {"prescription", "observation-series", "visit-form"}
OF_LABORATORIES = {"laboratory-result", "vital-sign", "received-results", "received-documents"}
for _kind, _roles in EXPECTED.items():
    _roles[Role.REPRESENTATIVE] = _roles[Role.PATIENT]
    _roles[Role.INSURER] = _roles[Role.APPLICATION] = SHARED
    for _role in DELIVERED:
        _brings = _kind not in OF_A_PROCESS and (_role is Role.CLINICAL_SYSTEM or _kind in OF_LABORATORIES)
        _roles[_role] = SHARED | {Action.HISTORY} | (WRITES if _brings else set())
# Names its holder in clear: for the owner alone, who hands it on.
EXPECTED["vaccination-certificate"] = dict.fromkeys(
    (Role.PATIENT, Role.REPRESENTATIVE), READS | {Action.CREATE, Action.REVOKE}
)


def consent(**changes) -> Consent:
    made = Consent("m", ConsentState.GRANTED, Level.FULL, frozenset(), NOW - timedelta(days=1), NOW + timedelta(days=1))
    return replace(made, **changes)


def standing(**changes) -> Representation:
    made = Representation(
        "other", Kind.PARENT, active=True, full=True, sections=frozenset(), rights=KINDS[Kind.PARENT].rights, until=None
    )
    return replace(made, **changes)


def question(role: Role, action: Action, kind: str, **changes) -> Question:
    spec = record_type(kind)
    own, ward = role in OWNERS, role is Role.REPRESENTATIVE
    made = Question(
        actor=Actor(
            PersonId("anna" if role in {Role.PATIENT, Role.APPLICATION} else "other"),
            role,
            member_id="" if own else "m",
            ward_id=PersonId("anna" if ward else ""),
            scopes=frozenset({CARD_SCOPE, "system/*.cruds", "patient/*.rs"}),
            application="app" if role is Role.APPLICATION else "",
        ),
        action=action,
        patient_id=PersonId("anna"),
        section=spec.section,
        grants=spec.grants,
        card=CardState.ACTIVE,
        consent=None if own else consent(),
        confirmed_level=2,
        code_presented=role is Role.PHARMACY,
        representation=standing() if ward else None,
        delivered=role in DELIVERERS,
        leave=Leave("app", active=True, sections=frozenset(SECTIONS), until=NOW + timedelta(days=1)),
    )
    return replace(made, **changes)


@pytest.mark.requirement("ACC-5")
@pytest.mark.parametrize("kind", [spec.name for spec in RECORD_TYPES])
def test_matrix(kind: str) -> None:
    for role, action in product(Role, Action):
        allowed = action in EXPECTED[kind].get(role, set())
        assert bool(decide(question(role, action, kind), NOW)) is allowed, (role, action)


@pytest.mark.requirement("ACC-5")
def test_no_clinical_content_for_those_who_need_none() -> None:
    for role in STAFF_ROLES - {Role.DOCTOR, Role.NURSE}:
        for spec in RECORD_TYPES:
            assert not any(decide(question(role, action, spec.name), NOW) for action in Action)


roles = st.sampled_from(list(Role))
actions = st.sampled_from(list(Action))
kinds = st.sampled_from([spec.name for spec in RECORD_TYPES])
consents = st.none() | st.builds(
    consent,
    state=st.sampled_from(list(ConsentState)),
    level=st.sampled_from(list(Level)),
    sections=st.frozensets(st.sampled_from(SECTIONS)),
    valid_until=st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)


@pytest.mark.requirement("ACC-1", "ACC-2", "ACC-3", "ACC-4")
@given(role=st.sampled_from(sorted(STAFF_ROLES)), action=actions, kind=kinds, given_consent=consents)
def test_staff_never_pass_without_a_live_fitting_consent(role, action, kind, given_consent) -> None:
    asked = question(role, action, kind, consent=given_consent)
    if not decide(asked, NOW):
        return
    assert given_consent is not None
    assert given_consent.state is ConsentState.GRANTED
    assert given_consent.valid_until > NOW
    assert not given_consent.sections or asked.section in given_consent.sections
    assert given_consent.level is Level.FULL or action not in FULL_ONLY


@given(role=roles, action=actions, kind=kinds, given_consent=consents, card=st.sampled_from(list(CardState)))
def test_no_session_no_card_no_access(role, action, kind, given_consent, card) -> None:
    asked = question(role, action, kind, consent=given_consent, card=card)
    assert not decide(replace(asked, session_live=False), NOW)
    answer = decide(asked, NOW)
    if card is CardState.ERASED or (role is not Role.SYSTEM and card is CardState.NONE):
        assert not answer
    if role is not Role.SYSTEM and card is CardState.SUSPENDED and action in CHANGES - TAKING_AWAY:
        assert not answer
    if role is not Role.SYSTEM and card is CardState.MERGING and action in CHANGES:
        assert not answer


@given(role=roles, kind=kinds, given_consent=consents)
def test_a_suspended_card_is_revoked_from_as_an_open_one_is(role, kind, given_consent) -> None:
    asked = question(role, Action.REVOKE, kind, consent=given_consent)
    suspended = replace(asked, card=CardState.SUSPENDED)
    assert decide(suspended, NOW) == decide(replace(asked, card=CardState.ACTIVE), NOW)


@pytest.mark.requirement("DOC-4")
@pytest.mark.parametrize("kind", [spec.name for spec in RECORD_TYPES])
def test_a_link_reads_what_its_patient_reads_and_changes_nothing(kind: str) -> None:
    spec = record_type(kind)
    share = Share(
        "other",
        "anna",
        for_ward=False,
        state=ShareState.ACTIVE,
        until=NOW + timedelta(days=1),
        sections=frozenset({spec.section}),
        records=frozenset(),
        limited=False,
        download=True,
    )
    for action in Action:
        made = question(Role.RECIPIENT, action, kind, share=share, owner_only=bool(spec.owner_only))
        asked = replace(made, kind=kind)
        leaves = action is not Action.DOWNLOAD or not spec.owner_only
        own = bool(decide(question(Role.PATIENT, action, kind), NOW))
        assert bool(decide(asked, NOW)) is (action in BY_SHARE and leaves and own)
        assert not decide(replace(asked, session_live=False), NOW)


@pytest.mark.requirement("PRT-1")
@given(role=st.sampled_from(sorted(PARTNER_ROLES)), action=actions, kind=kinds, given_consent=consents, data=st.data())
def test_a_partner_passes_by_its_delivery_or_by_consent_and_by_its_scopes(role, action, kind, given_consent, data):
    words = data.draw(st.frozensets(st.sampled_from(["card.read", "hl7.write", "system/*.rs", "system/Observation.c"])))
    own, closed = data.draw(st.booleans()), data.draw(st.booleans())
    asked = question(role, action, kind, consent=given_consent, delivered=own, blocked=closed, code_presented=False)
    asked = replace(asked, actor=replace(asked.actor, scopes=words))
    answer = decide(asked, NOW)
    if not answer:
        return
    assert words
    assert not closed
    assert role is not Role.PHARMACY
    if answer.reason != "consent":
        assert own
        assert role in DELIVERERS
        assert action not in CHANGES or {"hl7.write", "system/Observation.c"} & words
        assert answer.reason == ("delivery" if action is Action.CREATE else "own-delivery")
        return
    assert action not in CHANGES
    assert given_consent is not None
    assert given_consent.covers(action, asked.section, NOW)


@pytest.mark.requirement("PRT-1")
@pytest.mark.parametrize(
    ("changes", "scopes", "reason"),
    [
        ({}, "patient/*.rs", "application"),
        ({}, "patient/Observation.r", "application"),
        ({}, "patient/Observation.s", "scope"),
        ({}, "system/*.rs card.read hl7.write", "scope"),
        ({"patient_id": PersonId("boris")}, "patient/*.rs", "another-card"),
        ({"confirmed_level": 1}, "patient/*.rs", "assurance-level"),
        ({"leave": None}, "patient/*.rs", "application-ended"),
        ({"leave": ("app", False, 1, 1)}, "patient/*.rs", "application-ended"),
        ({"leave": ("another", True, 1, 1)}, "patient/*.rs", "application-ended"),
        ({"leave": ("app", True, 1, 0)}, "patient/*.rs", "application-ended"),
        ({"leave": ("app", True, 0, 1)}, "patient/*.rs", "scope"),
        ({"session_live": False}, "patient/*.rs", "session-ended"),
    ],
)
def test_an_application_reads_what_its_patient_lets_it_read(changes, scopes, reason):
    if changes.get("leave"):
        app, active, sections, days = changes["leave"]
        known = frozenset(SECTIONS if sections else ())
        changes = {"leave": Leave(app, active=active, sections=known, until=NOW + timedelta(days=days))}
    asked = question(Role.APPLICATION, Action.READ, "laboratory-result", **changes)
    asked = replace(asked, actor=replace(asked.actor, scopes=frozenset(scopes.split())))
    assert decide(asked, NOW).reason == reason


@given(action=actions, kind=kinds, given_consent=consents)
def test_a_patient_opens_no_card_but_their_own(action, kind, given_consent) -> None:
    asked = question(Role.PATIENT, action, kind, consent=given_consent, patient_id=PersonId("boris"))
    assert not decide(asked, NOW)
