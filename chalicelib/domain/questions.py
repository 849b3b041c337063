"""The words of an access decision: what is asked, what a patient said, what is answered (domain/access.py decides)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.applications import Leave
from chalicelib.domain.emergency import Emergency
from chalicelib.domain.identity import OWNERS, Actor, PatientId, Role
from chalicelib.domain.representation import Representation, Right
from chalicelib.domain.shares import Share


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
    """A patient's word to one member of staff or partner's system (ACC-2..ACC-4). No ``sections`` mean every one."""

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
    ``delivered``: the record was brought by the partner who asks, or is being brought. ``leave``: the patient's to the
    application that asks.
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
    delivered: bool = False
    leave: Leave | None = None
    kind: str = ""
    record_id: str = ""
    owner_only: bool = False
