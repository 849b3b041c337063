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
  9. a live consent covers role, level, section and action, and
     the patient has not closed the card to who asks             -> allow (consent)
 10. a doctor who broke the glass over this card, for an hour    -> allow (emergency)
 11. otherwise                                                   -> deny (consent-missing, blocked)
Sources: ACC-1..ACC-8, DOC-4; design section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.assurance import NEEDED, OWN_CARD
from chalicelib.domain.emergency import PURPOSE, Emergency
from chalicelib.domain.identity import OWNERS, Actor, PatientId, Role
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


class Action(StrEnum):
    """What is done to a record. Values are stored in audit entries: never rename, never reuse."""

    READ = "read"
    LIST = "list"
    HISTORY = "history"
    CREATE = "create"
    AMEND = "amend"
    DOWNLOAD = "download"
    DISPENSE = "dispense"
    REVOKE = "revoke"
    CONFIRM = "confirm"
    """A doctor stands by what a patient reported."""


class Level(StrEnum):
    """ACC-3: full = view, download, send on; limited = view of summaries, no download."""

    FULL = "full"
    LIMITED = "limited"


class ConsentState(StrEnum):
    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"


class CardState(StrEnum):
    NONE = "none"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"
    MERGING = "merging"
    """Its records are being carried into another card (SPC-5): read, and not written."""
    MERGED = "merged"
    """It goes on under another id; whoever names this one is led there."""


CLOSED = frozenset({CardState.NONE, CardState.ERASED, CardState.MERGED})
READ_ONLY = frozenset({CardState.SUSPENDED, CardState.MERGING})

Grants = Mapping[Action, Collection[Role]]

CHANGES = frozenset({Action.CREATE, Action.AMEND, Action.DISPENSE, Action.REVOKE, Action.CONFIRM})
TAKING_AWAY = frozenset({Action.REVOKE})
"""On a suspended card too: it ends what others may rely on, and makes nothing. While records are carried into another
card it waits, for a carrier that has read the record already would bring it there as it was."""
FULL_ONLY = CHANGES | {Action.DOWNLOAD, Action.HISTORY}
IN_EMERGENCY = frozenset({Action.READ, Action.LIST, Action.HISTORY, Action.CREATE})
"""Everything is read and what was done is written down; nothing leaves the system and nothing old is changed."""
READERS = frozenset({"export"})
"""Tasks of the system that read every kind, and change none."""
EXPORTERS = OWNERS | {Role.DOCTOR}
"""Who may order a whole card, or sections of it, as one document (DOC-1): nobody takes it away by a link."""
BY_SHARE = frozenset({Action.READ, Action.LIST, Action.DOWNLOAD})
"""What a link may open at all: the card as it is now, nothing of its history, and no change."""
RIGHTS: Mapping[Action, Right] = dict.fromkeys(Action, Right.RECORDS) | dict.fromkeys(CHANGES, Right.REPORT)
"""What a representative needs for an action; which kinds of record it opens at all, the grants say."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A patient's word to one member of staff or insurer (ACC-2..ACC-4). ``sections`` empty means every section."""

    grantee: str
    state: ConsentState
    level: Level
    sections: frozenset[str]
    valid_from: datetime
    valid_until: datetime
    purpose: str = ""

    def live(self, now: datetime) -> bool:
        return self.state is ConsentState.GRANTED and self.valid_from <= now < self.valid_until

    def stands(self, now: datetime) -> bool:
        """A consent that is live, or a request that has not lapsed: a new one would cross it."""
        return self.live(now) or (self.state is ConsentState.REQUESTED and now < self.valid_until)

    def covers(self, action: Action, section: str, now: datetime) -> bool:
        in_scope = not self.sections or section in self.sections
        allowed = self.level is Level.FULL or action not in FULL_ONLY
        return self.live(now) and in_scope and allowed


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcome with a stable reason word, and the purpose of the access, that go into the audit entry."""

    allowed: bool
    reason: str
    summary_only: bool = False
    purpose: str = ""

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True)
class Question:
    """Everything the decision looks at. Read in one go, decided without I/O.

    ``confirmed_level``: of who acts for themselves or for a ward. ``blocked``: the patient closed the card to who asks.
    ``kind``, ``record_id``: what is asked for, where a link names single records. ``owner_only``: the kind has fields
    for its owner alone, which its printed document shows. ``representation``: of who asks, or of who made the link.
    """

    actor: Actor
    action: Action
    patient_id: PatientId
    section: str
    grants: Grants
    card: CardState
    consent: Consent | None = None
    confirmed_level: int = 1
    session_live: bool = True
    reaction_allowed: bool = False
    code_presented: bool = False
    blocked: bool = False
    emergency: Emergency | None = None
    representation: Representation | None = None
    share: Share | None = None
    kind: str = ""
    record_id: str = ""
    owner_only: bool = False


CARD_SCOPE = "card.read"
"""What a partner's token must say to read by consent."""
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


_BY_ROLE: Mapping[Role, Callable[[Question, datetime], Decision]] = {
    Role.PATIENT: _own_card,
    Role.REPRESENTATIVE: _for_ward,
    Role.RECIPIENT: _by_share,
}
"""Who acts by something else than consent."""


def _by_consent(question: Question, now: datetime) -> Decision:
    """Staff and partners: a code of one record, else what the patient said, and an emergency after it."""
    if question.code_presented:
        return Decision(allowed=True, reason="code")
    consent, emergency = question.consent, question.emergency
    if question.actor.is_partner and CARD_SCOPE not in question.actor.scopes:
        return Decision(allowed=False, reason="scope")
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
    if reason in {"session-ended", "representation-ended"}:
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
