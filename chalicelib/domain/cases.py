"""A request with documents that staff decide: states, steps and kinds as data.

awaiting-parties ──agree (the last one)──▶ submitted ──approve──▶ approved
      │ decline                             │    ▲  └──refuse───▶ refused
      └─────────────▶ refused       ask-more▼    │supply
                                          needs-more
withdrawn: from every state that is not final, by who filed it

A kind that an organisation fulfils (DOC-5: copies, transfer) has a term and goes another way, ``FULFILMENT``:

submitted ──accept──▶ accepted ──prepare──▶ preparing ──finish──▶ ready ──receive──▶ received
    └────────refuse────────┴────────refuse───────┴──────send──────▶ sent ──receive──▶ received
withdrawn: by who filed it, until it is sent
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.identifiers import Findings, problem
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.texts.said import Said
from chalicelib.errors import WrongStateError


class CaseState(StrEnum):
    """Values are stored: never rename, never reuse."""

    AWAITING_PARTIES = "awaiting-parties"
    SUBMITTED = "submitted"
    NEEDS_MORE = "needs-more"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    PREPARING = "preparing"
    READY = "ready"
    SENT = "sent"
    RECEIVED = "received"


class Step(StrEnum):
    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    SUPPLY = "supply"
    ASK_MORE = "ask-more"
    APPROVE = "approve"
    REFUSE = "refuse"
    ACCEPT = "accept"
    PREPARE = "prepare"
    FINISH = "finish"
    SEND = "send"
    RECEIVE = "receive"


REVIEWED = frozenset({CaseState.AWAITING_PARTIES, CaseState.SUBMITTED, CaseState.NEEDS_MORE})
"""States in which a case waits for a decision, or for what it needs to be decided."""
AT_WORK = frozenset({CaseState.ACCEPTED, CaseState.PREPARING, CaseState.READY, CaseState.SENT})
"""States in which an organisation fulfils one."""
DONE = frozenset({CaseState.READY, CaseState.SENT})
"""Those in which it is out of the organisation's hands."""
OPEN = REVIEWED | AT_WORK
LINED_UP = AT_WORK | {CaseState.SUBMITTED}
"""States in which a case stands in a work list."""

NEXT: Mapping[tuple[CaseState, Step], CaseState] = {
    (CaseState.AWAITING_PARTIES, Step.AGREE): CaseState.SUBMITTED,
    (CaseState.AWAITING_PARTIES, Step.DECLINE): CaseState.REFUSED,
    (CaseState.SUBMITTED, Step.APPROVE): CaseState.APPROVED,
    (CaseState.SUBMITTED, Step.REFUSE): CaseState.REFUSED,
    (CaseState.SUBMITTED, Step.ASK_MORE): CaseState.NEEDS_MORE,
    (CaseState.NEEDS_MORE, Step.SUPPLY): CaseState.SUBMITTED,
    (CaseState.NEEDS_MORE, Step.REFUSE): CaseState.REFUSED,
    **{(state, Step.WITHDRAW): CaseState.WITHDRAWN for state in REVIEWED},
}
"""Whatever is not here is no step. ``agree`` moves on when the last party has agreed."""

_BEFORE_SENT = (CaseState.SUBMITTED, CaseState.ACCEPTED, CaseState.PREPARING)

FULFILMENT: Mapping[tuple[CaseState, Step], CaseState] = {
    (CaseState.SUBMITTED, Step.ACCEPT): CaseState.ACCEPTED,
    (CaseState.ACCEPTED, Step.PREPARE): CaseState.PREPARING,
    (CaseState.PREPARING, Step.FINISH): CaseState.READY,
    (CaseState.PREPARING, Step.SEND): CaseState.SENT,
    (CaseState.READY, Step.RECEIVE): CaseState.RECEIVED,
    (CaseState.SENT, Step.RECEIVE): CaseState.RECEIVED,
    (CaseState.READY, Step.WITHDRAW): CaseState.WITHDRAWN,
    **{(state, Step.REFUSE): CaseState.REFUSED for state in _BEFORE_SENT},
    **{(state, Step.WITHDRAW): CaseState.WITHDRAWN for state in _BEFORE_SENT},
}
COMPLETES = frozenset({Step.APPROVE, Step.FINISH, Step.SEND})
"""Steps by which staff do what was asked for: the effect of the kind is part of them."""


def after(state: CaseState, step: Step, steps: Mapping[tuple[CaseState, Step], CaseState] = NEXT) -> CaseState:
    """Raises WrongStateError when the step is not possible now. ``steps``: of the kind."""
    found = steps.get((state, step))
    if found is None:
        raise WrongStateError(f"a case that is {state.value} does not take this step")
    return found


def overdue(row: Mapping[str, Any], now: datetime) -> bool:
    """An open case that is past its day, and still in the hands of the organisation."""
    waits = row["state"] in OPEN - DONE
    return waits and "due" in row and str(row["due"]) <= stamp(now)


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for documents: from ``least`` to ``most`` uploads."""

    name: str
    label: Said
    least: int = 1
    most: int = 5


EVENTS: Mapping[Step, str] = {
    Step.AGREE: "case_parties_agreed",
    Step.DECLINE: "case_party_declined",
    Step.ASK_MORE: "case_needs_more",
    Step.APPROVE: "case_approved",
    Step.REFUSE: "case_refused",
    Step.ACCEPT: "case_accepted",
    Step.PREPARE: "case_preparing",
    Step.FINISH: "case_ready",
    Step.SEND: "case_sent",
    Step.RECEIVE: "case_received",
}
"""What the person is told after a step (domain/texts/cases.py), unless the kind has a notice of its own."""

PATIENTS = frozenset({Role.PATIENT})
REGISTRARS = frozenset({Role.REGISTRAR})


@dataclass(frozen=True, slots=True)
class CaseKind:
    """One kind of case. Names are stored: never rename, never reuse.

    ``form``: pydantic model as ``module:Class`` below ``chalicelib``. ``level``: how sure the system must be of who
    files it (``domain/assurance.py``). ``one_open``: a person has at most one open case of this kind. ``notices``: own
    notices by step. ``steps``: NEXT, or FULFILMENT for what one organisation does within a ``term``; its effect names
    that organisation, whose registrars alone see the case. The effect (what a decision does) has the kind's name in
    ``bootstrap/``.
    """

    name: str
    label: Said
    form: str
    slots: tuple[Slot, ...] = ()
    filed_by: frozenset[Role] = PATIENTS
    decided_by: frozenset[Role] = REGISTRARS
    level: int = 1
    one_open: bool = True
    notices: Mapping[Step, str] = field(default_factory=dict)
    steps: Mapping[tuple[CaseState, Step], CaseState] = field(default_factory=lambda: NEXT)
    term: timedelta | None = None

    def notice(self, step: Step) -> str:
        return self.notices.get(step) or EVENTS[step]

    @property
    def queue(self) -> str:
        return f"cases-{self.name}"

    def queue_of(self, organisation: str) -> str:
        """The work list: one for everybody, or an organisation's own where it is to be done within a term."""
        return f"{self.queue}-{organisation}" if self.term else self.queue


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an effect makes of a form: ``content`` is sealed into the case.

    ``parties`` must agree before staff see the case; ``told`` is what each of them reads when asked, sealed under their
    own keys. ``organisation``: who is asked to do it, for a kind with a term.
    """

    content: Mapping[str, Any]
    parties: tuple[PersonId, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    organisation: str = ""


MAX_PARTIES = 5


def check_documents(
    slots: Sequence[Slot], given: Mapping[str, Sequence[str]], *, whole: bool = True
) -> dict[str, list[str]]:
    """Uploads by slot. Raises InvalidFieldsError with every slot that has too few, too many, or is none of these.

    ``whole`` is False for documents that are brought later: then a slot may be left out.
    """
    found, known = Findings(), {slot.name: slot for slot in slots}
    used: set[str] = set()
    for name, uploads in given.items():
        found.check(_slot, known.get(name), uploads, used, f"/documents/{name}")
        used |= set(uploads)
    for slot in slots if whole else ():
        if slot.name not in given and slot.least:
            found.check(_slot, slot, (), used, f"/documents/{slot.name}")
    if not whole and not used:
        found.check(_slot, None, (), used, "/documents")
    found.close()
    return {name: list(uploads) for name, uploads in given.items()}


def _slot(slot: Slot | None, uploads: Sequence[str], used: set[str], at: str) -> None:
    if slot is None:
        raise problem(at, "unknown", "there is no such place for documents")
    if not slot.least <= len(uploads) <= slot.most:
        raise problem(at, "count", f"from {slot.least} to {slot.most} files")
    if len(set(uploads)) < len(uploads) or used & set(uploads):
        raise problem(at, "repeated", "a file is named twice")
