"""Who may do what: the access decision as one pure function (docs/access.md shows it as a table).

The rules, first match wins:
  1. the session or membership is not live                       -> deny (session-ended)
  2. the role may never do this to this kind                     -> deny (role)
  3. the card is erased or not open for this action (suspended:
     read, and revoked from; merging: read)                      -> deny (card)
  4. the system, for a reaction that the record type names       -> allow (reaction), unless it is erased or merged
  5. the patient on their own card, identity confirmed           -> allow (own-card)
  6. a representative within what they may do for their one ward -> allow (representation)
  7. a link that lives, within what was shared, as far as
     whoever made it might still share it                      -> allow (share)
  8. a partner who presents the code of that one record          -> allow (code)
  9. a partner that brings records: the patient has not closed the
     card to it, and the record is its own delivery             -> allow (delivery, own-delivery)
 10. an application within what the patient let it read         -> allow (application)
 11. a live consent covers role, level, section and action, and
     the patient has not closed the card to who asks             -> allow (consent)
 12. a doctor who broke the glass over this card, for an hour    -> allow (emergency)
 13. otherwise                                                   -> deny (consent-missing, blocked)
A delivery discloses nothing, so it needs no consent; whatever else a partner reads, it reads by the patient's consent
to its system, and it changes nothing but what it delivered. What a token says of types of resource (domain/smart.py) is
judged by the edge, type by type; here a token must speak of such an action at all.
Sources: ACC-1..ACC-8, DOC-4, PRT-1; design section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import smart
from chalicelib.domain.assurance import NEEDED, OWN_CARD
from chalicelib.domain.emergency import PURPOSE
from chalicelib.domain.identity import DELIVERERS, OWNERS, PARTNER_ROLES, Actor, PatientId, Role
from chalicelib.domain.questions import (
    BY_SHARE,
    CHANGES,
    CLOSED,
    EXPORTERS,
    FULL_ONLY,
    IN_EMERGENCY,
    READ_ONLY,
    READERS,
    RIGHTS,
    TAKING_AWAY,
    Action,
    CardState,
    Consent,
    ConsentState,
    Decision,
    Grants,
    Level,
    Question,
)
from chalicelib.domain.representation import Representation, Right
from chalicelib.domain.shares import Share
from chalicelib.errors import (
    AccessDeniedError,
    AssuranceLevelError,
    CardStateError,
    ConsentRequiredError,
    ErasedError,
    MedkartaError,
    NotFoundError,
    SessionEndedError,
    ShareClosedError,
)

__all__ = [
    "BY_SHARE",
    "CARD_SCOPE",
    "CHANGES",
    "CLOSED",
    "DELIVERY_SCOPES",
    "EXPORTERS",
    "FULL_ONLY",
    "IN_EMERGENCY",
    "LETTERS",
    "READERS",
    "READ_ONLY",
    "REQUIRED_LEVEL",
    "RIGHTS",
    "TAKING_AWAY",
    "Action",
    "CardState",
    "Consent",
    "ConsentState",
    "Decision",
    "Grants",
    "Level",
    "Permit",
    "Question",
    "decide",
    "readers",
    "refusal",
    "share_ended",
]

CARD_SCOPE = "card.read"
"""What a partner's token must say to read by consent, where it says nothing of types of resource."""
DELIVERY_SCOPES = frozenset({"hl7.write", "files.write", "transfer.write"})
"""Ways to bring records that know no types of resource."""
LETTERS: Mapping[Action, str] = {
    Action.READ: "r",
    Action.HISTORY: "r",
    Action.LIST: "rs",
    Action.CREATE: "c",
    Action.AMEND: "ud",
}
"""Of scopes about resources (domain/smart.py): one of these a token must have for an action."""
REQUIRED_LEVEL = NEEDED[OWN_CARD]  # ID-7: no access to the card below a confirmed identity


def readers(action: Action) -> frozenset[str]:
    """Tasks of the system that may do this to every kind."""
    return frozenset() if action in CHANGES else READERS


def decide(question: Question, now: datetime) -> Decision:
    """Answer one access question; see the rules on top of this module."""
    actor, action = question.actor, question.action
    if not question.session_live:
        return Decision(allowed=False, reason="session-ended")
    if actor.role is Role.SYSTEM:
        if question.card in {CardState.ERASED, CardState.MERGED}:
            return Decision(allowed=False, reason="card")
        return Decision(question.reaction_allowed, "reaction" if question.reaction_allowed else "role")
    if not _ever(question):
        return Decision(allowed=False, reason="role")
    if question.card in CLOSED:
        return Decision(allowed=False, reason="card")
    if question.card in READ_ONLY and action in CHANGES and not _takes_away(question):
        return Decision(allowed=False, reason="card")
    return _BY_ROLE.get(actor.role, _by_consent)(question, now)


def _takes_away(question: Question) -> bool:
    return question.card is CardState.SUSPENDED and question.action in TAKING_AWAY


def _ever(question: Question) -> bool:
    """Whether the role may ever do this to this kind. A link opens what its patient could open, to read."""
    role, action = question.actor.role, question.action
    if role is Role.RECIPIENT:
        return action in BY_SHARE and Role.PATIENT in question.grants.get(action, ())
    return role in question.grants.get(action, ())


def _own_card(question: Question, _now: datetime) -> Decision:
    if question.actor.person_id != question.patient_id:
        return Decision(allowed=False, reason="another-card")
    if question.confirmed_level < REQUIRED_LEVEL:
        return Decision(allowed=False, reason="assurance-level")
    return Decision(allowed=True, reason="own-card")


def _for_ward(question: Question, now: datetime) -> Decision:
    if question.actor.ward_id != question.patient_id:
        return Decision(allowed=False, reason="another-card")
    standing = question.representation
    if standing is None or standing.person_id != question.actor.person_id or not standing.live(now):
        return Decision(allowed=False, reason="representation-ended")
    if question.confirmed_level < REQUIRED_LEVEL:
        return Decision(allowed=False, reason="assurance-level")
    full = standing.full or question.action not in FULL_ONLY
    if not (full and standing.holds(RIGHTS[question.action]) and standing.opens(question.section, now)):
        return Decision(allowed=False, reason="representation-scope")
    return Decision(allowed=True, reason="representation", summary_only=not standing.full)


def _by_share(question: Question, now: datetime) -> Decision:
    """Who came by a link: what was shared, and no more than whoever made it may open themselves at this moment."""
    share, standing = question.share, question.representation
    ended = share_ended(question.card, share, standing, now)
    if ended or share is None or share.share_id != question.actor.person_id:
        return Decision(allowed=False, reason=ended or "share-ended")
    limited = share.limited or (share.for_ward and standing is not None and not standing.full)
    may_leave = share.download and not limited and not question.owner_only
    covered = share.covers(question.section, question.kind, question.record_id)
    if not covered or (question.action is Action.DOWNLOAD and not may_leave):
        return Decision(allowed=False, reason="share-scope")
    if share.for_ward and standing is not None and not standing.opens(question.section, now):
        return Decision(allowed=False, reason="representation-scope")
    return Decision(allowed=True, reason="share", summary_only=limited, purpose=share.purpose)


def share_ended(card: CardState, share: Share | None, standing: Representation | None, now: datetime) -> str:
    """Why a link opens nothing at all, as the reason of a refusal; "" while it lives.

    ``standing``: of the representative who made it; at 15 their right ends, and the link with it.
    """
    if card in CLOSED:
        return "card"
    if share is None or not share.live(now):
        return "share-ended"
    acts = standing is not None and standing.person_id == share.author_id and standing.has(Right.CONSENT, now)
    return "representation-ended" if share.for_ward and not acts else ""


def _by_partner(question: Question, now: datetime) -> Decision:
    """A code of one record; what it brings and has brought; all else by consent, to read. A pharmacy has codes."""
    actor, action = question.actor, question.action
    if question.code_presented:
        return Decision(allowed=True, reason="code")
    if not _speaks_of(actor, action, smart.SYSTEM):
        return Decision(allowed=False, reason="scope")
    if question.blocked:
        return Decision(allowed=False, reason="blocked")
    if question.delivered and actor.role in DELIVERERS:
        return Decision(allowed=True, reason="delivery" if action is Action.CREATE else "own-delivery")
    if action in CHANGES:
        return Decision(allowed=False, reason="another-delivery")
    consent = None if actor.role is Role.PHARMACY else question.consent
    if consent is not None and consent.covers(action, question.section, now):
        return Decision(True, "consent", summary_only=consent.level is Level.LIMITED, purpose=consent.purpose)
    return Decision(allowed=False, reason="consent-missing")


def _by_application(question: Question, now: datetime) -> Decision:
    """A program that the patient let in: their own card, to read, and the sections that they let it read."""
    actor, leave = question.actor, question.leave
    if actor.person_id != question.patient_id:
        return Decision(allowed=False, reason="another-card")
    if question.confirmed_level < REQUIRED_LEVEL:
        return Decision(allowed=False, reason="assurance-level")
    if leave is None or not leave.live(actor.application, now):
        return Decision(allowed=False, reason="application-ended")
    if question.section not in leave.sections or not _speaks_of(actor, question.action, smart.PATIENT):
        return Decision(allowed=False, reason="scope")
    return Decision(allowed=True, reason="application")


def _speaks_of(actor: Actor, action: Action, context: str) -> bool:
    """Whether a token says that it may do such a thing, to whatever type of resource."""
    letters = LETTERS.get(action, "")
    if any(scope.context == context and set(letters) & set(scope.letters) for scope in smart.scopes_of(actor.scopes)):
        return True
    if context == smart.PATIENT:
        return False
    return bool(actor.scopes & DELIVERY_SCOPES) or (action not in CHANGES and CARD_SCOPE in actor.scopes)


_BY_ROLE: Mapping[Role, Callable[[Question, datetime], Decision]] = {
    Role.PATIENT: _own_card,
    Role.REPRESENTATIVE: _for_ward,
    Role.RECIPIENT: _by_share,
    Role.APPLICATION: _by_application,
    **dict.fromkeys(PARTNER_ROLES, _by_partner),
}
"""Who acts by something else than consent."""


def _by_consent(question: Question, now: datetime) -> Decision:
    """Staff: what the patient said, and an emergency after it."""
    consent, emergency = question.consent, question.emergency
    if consent is not None and not question.blocked and consent.covers(question.action, question.section, now):
        return Decision(True, "consent", summary_only=consent.level is Level.LIMITED, purpose=consent.purpose)
    if emergency is not None and emergency.live(question.actor, now) and question.action in IN_EMERGENCY:
        return Decision(allowed=True, reason="emergency", purpose=PURPOSE)
    return Decision(allowed=False, reason="blocked" if question.blocked else "consent-missing")


def refusal(question: Question, reason: str) -> MedkartaError:
    """The answer to a refusal. Another's card looks like an unknown one (reference: peers, section 4)."""
    actor = question.actor
    own = actor.card_id == question.patient_id
    if actor.role is Role.RECIPIENT and reason in {"card", "representation-ended", "share-ended"}:
        return ShareClosedError()
    if reason in {"session-ended", "representation-ended", "application-ended"}:
        return SessionEndedError()
    if reason == "another-card":
        return NotFoundError()
    if reason == "assurance-level":
        return AssuranceLevelError()
    if reason == "card" and actor.role is Role.SYSTEM:
        return ErasedError()
    if reason == "card" and own:
        return ErasedError() if question.card is CardState.ERASED else CardStateError()
    if reason == "card" and actor.role in OWNERS:
        return NotFoundError()
    if reason == "card" and question.card in READ_ONLY:
        return CardStateError()
    if reason in {"card", "consent-missing", "blocked"} and actor.is_staff:
        return ConsentRequiredError()
    return AccessDeniedError()


@dataclass(frozen=True, slots=True)
class Permit:
    """Proof that the gate said yes and the audit log has it.

    Plaintext and ciphertext can only be had in exchange for one; only ``services/gate.py`` makes one
    (``tests/architecture/test_doors.py``). ``record_id`` is None for a list: any record of that kind of that
    patient, as the audit entry says. ``writes`` tells a permit to seal from a permit to open: neither does for both.
    ``linked``: kinds of the card that whoever asked may list; links to records of others are hidden (domain/links.py).
    """

    patient_id: PatientId
    kind: str
    record_id: str | None
    entry_id: str
    writes: bool = False
    summary_only: bool = False
    linked: Container[str] = frozenset()
