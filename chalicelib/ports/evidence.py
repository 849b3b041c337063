"""What an access decision looks at: which rows, and what they say. The gate reads them in one batch.

who asks        session, own profile, membership, partner     (``presence``)
the card        its state
staff           consent, blocks, broken glass
representative  the representation
partner         its registration, consent to its system, blocks
application     its registration, the patient's leave, the patient's profile
recipient       the opening of a link, the link, the representation of whoever made it
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.access import Action, CardState, Consent, Question, readers
from chalicelib.domain.ages import BY_OWN_WORD, speaks
from chalicelib.domain.assurance import level_of, wanted_level
from chalicelib.domain.emergency import ROLES as EMERGENCY_ROLES
from chalicelib.domain.emergency import Emergency
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.representation import Representation
from chalicelib.domain.sessions import BLOCKED, of_this_epoch
from chalicelib.domain.shares import Share
from chalicelib.ports import application_rows, keys, share_rows
from chalicelib.ports.access_rows import consent_of, emergency_of, representation_of
from chalicelib.ports.application_rows import leave_of
from chalicelib.ports.share_rows import share_of
from chalicelib.ports.tables import Item, Key
from chalicelib.records.spec import RecordType

Rows = Mapping[Key, Item]


def wanted(actor: Actor, patient_id: PersonId) -> list[Key]:
    """Rows of one question about a card."""
    found = [keys.card(patient_id), *presence(actor)]
    if actor.grantee_id:
        found += [
            keys.consent(patient_id, actor.grantee_id),
            keys.barred(patient_id, actor.grantee_id),
            keys.barred(patient_id, actor.organisation_id),
        ]
    if actor.role in EMERGENCY_ROLES:
        found.append(keys.glass(patient_id, actor.member_id))
    return list(dict.fromkeys(found))


def presence(actor: Actor) -> list[Key]:
    """Rows that say whether the one who asks is still who the token says."""
    if actor.role is Role.SYSTEM:
        return []
    if actor.is_partner:
        return [keys.client(actor.person_id)]
    if actor.share is not None:
        return share_rows.wanted(actor, actor.share)
    if actor.application:
        return application_rows.wanted(actor)
    found = [keys.session(actor.person_id, actor.session_id), keys.profile(actor.person_id)]
    if actor.member_id:
        found.append(keys.member(actor.person_id, actor.member_id))
    return [*found, *standing(actor)]


def question(
    rows: Rows,
    actor: Actor,
    action: Action,
    patient_id: PersonId,
    spec: RecordType,
    record_id: str,
    now: datetime,
    *,
    code_presented: bool = False,
    delivered: bool = False,
) -> Question:
    """All that ``domain.access.decide`` looks at, from the rows that were read in one batch."""
    return Question(
        actor=actor,
        action=action,
        patient_id=patient_id,
        section=spec.section,
        grants=spec.grants,
        card=card_state(rows, patient_id),
        consent=consent(rows, actor, patient_id),
        confirmed_level=own_level(rows, actor),
        session_live=session_live(actor, rows, now),
        reaction_allowed=actor.session_id in {*spec.reactions, *spec.tasks, *readers(action)},
        code_presented=code_presented,
        blocked=blocked(rows, actor, patient_id),
        emergency=emergency(rows, actor, patient_id),
        representation=representation(rows, actor),
        share=share(rows, actor),
        delivered=actor.is_partner and (delivered or action is Action.CREATE),
        leave=leave_of(rows.get(keys.app_leave(actor.person_id, actor.application))) if actor.application else None,
        kind=spec.name,
        record_id=record_id,
        owner_only=bool(spec.owner_only),
    )


def standing(actor: Actor) -> list[Key]:
    """The row that a representative acts by."""
    return [keys.representation(actor.ward_id, actor.person_id)] if actor.role is Role.REPRESENTATIVE else []


def session_live(actor: Actor, rows: Rows, now: datetime) -> bool:
    """The session, and the membership or partner behind it, are live and say what the token says."""
    if actor.role is Role.SYSTEM:
        return True
    if actor.is_partner:
        row = rows.get(keys.client(actor.person_id), {})
        return row.get("state") == "active" and row.get("role") == actor.role.value
    if actor.share is not None:
        return share_rows.open_now(rows, actor, actor.share, now)
    if actor.application or actor.role is Role.APPLICATION:
        return application_rows.live(rows, actor, now)
    session = rows.get(keys.session(actor.person_id, actor.session_id), {})
    if session.get("state") != "active" or session.get("expires", 0) <= now.timestamp():
        return False
    if not of_this_epoch(session, rows.get(keys.profile(actor.person_id), {})):
        return False
    if session.get("role") != actor.role.value or session.get("member", "") != actor.member_id:
        return False
    if session.get("ward", "") != actor.ward_id or (actor.role is Role.REPRESENTATIVE) != bool(actor.ward_id):
        return False
    if not actor.member_id:
        return not actor.is_staff
    member = rows.get(keys.member(actor.person_id, actor.member_id), {})
    return member.get("state") == "active" and member.get("role") == actor.role.value


def session_blocked(actor: Actor, rows: Rows) -> bool:
    """The watch stopped this session (ID-11)."""
    own = actor.session_id and not actor.application
    row = rows.get(keys.session(actor.person_id, actor.session_id), {}) if own else {}
    return row.get("state") == BLOCKED


def card_state(rows: Rows, patient_id: PersonId) -> CardState:
    return CardState(rows.get(keys.card(patient_id), {}).get("state", CardState.NONE))


def consent(rows: Rows, actor: Actor, patient_id: PersonId) -> Consent | None:
    return consent_of(rows.get(keys.consent(patient_id, actor.grantee_id))) if actor.grantee_id else None


def blocked(rows: Rows, actor: Actor, patient_id: PersonId) -> bool:
    """The patient closed the card to this member of staff, or to all of the organisation."""
    closed = (keys.barred(patient_id, actor.grantee_id), keys.barred(patient_id, actor.organisation_id))
    return bool(actor.grantee_id) and any(key in rows for key in closed)


def emergency(rows: Rows, actor: Actor, patient_id: PersonId) -> Emergency | None:
    return emergency_of(rows.get(keys.glass(patient_id, actor.member_id))) if actor.role in EMERGENCY_ROLES else None


def representation(rows: Rows, actor: Actor) -> Representation | None:
    """Of who acts for somebody; for a recipient, of the representative who made the link."""
    if actor.share is not None:
        return representation_of(rows.get(keys.representation(actor.share.patient_id, actor.share.author_id)))
    if actor.role is not Role.REPRESENTATIVE:
        return None
    return representation_of(rows.get(keys.representation(actor.ward_id, actor.person_id)))


def share(rows: Rows, actor: Actor) -> Share | None:
    if actor.share is None:
        return None
    return share_of(rows.get(keys.share(actor.share.patient_id, actor.person_id)))


def restricted(rows: Rows, actor: Actor) -> bool:
    """A representative to whom a doctor closed something for the ward's safety."""
    standing = representation(rows, actor)
    return standing is not None and standing.restricted


def own_level(rows: Rows, actor: Actor) -> int:
    """How sure the identity is of who acts for themselves or for a ward."""
    return level_of(rows.get(keys.profile(actor.person_id), {}))


def level_after_claim(rows: Rows, actor: Actor, operation: str) -> int:
    """How sure the identity must be of a patient whose card a clinic opened before there was an account."""
    own = actor.role is Role.PATIENT
    return wanted_level(rows.get(keys.profile(actor.person_id), {}), operation) if own else 0


def too_young(rows: Rows, actor: Actor, operation: str, now: datetime) -> bool:
    """A patient with an account before the age at which consent is their own (domain/ages.py)."""
    own = actor.role is Role.PATIENT and operation in BY_OWN_WORD
    return own and not speaks(rows.get(keys.profile(actor.person_id), {}), now)
