"""A request with documents that staff decide: states, steps and kinds as data.

awaiting-parties ──agree (the last one)──▶ submitted ──approve──▶ approved
      │ decline                             │    ▲  └──refuse───▶ refused
      └─────────────▶ refused       ask-more▼    │supply
                                          needs-more
withdrawn: from every state that is not final, by who filed it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chalicelib.domain.identifiers import Findings, problem
from chalicelib.domain.identity import PersonId, Role
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


class Step(StrEnum):
    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    SUPPLY = "supply"
    ASK_MORE = "ask-more"
    APPROVE = "approve"
    REFUSE = "refuse"


OPEN = frozenset({CaseState.AWAITING_PARTIES, CaseState.SUBMITTED, CaseState.NEEDS_MORE})

NEXT: Mapping[tuple[CaseState, Step], CaseState] = {
    (CaseState.AWAITING_PARTIES, Step.AGREE): CaseState.SUBMITTED,
    (CaseState.AWAITING_PARTIES, Step.DECLINE): CaseState.REFUSED,
    (CaseState.SUBMITTED, Step.APPROVE): CaseState.APPROVED,
    (CaseState.SUBMITTED, Step.REFUSE): CaseState.REFUSED,
    (CaseState.SUBMITTED, Step.ASK_MORE): CaseState.NEEDS_MORE,
    (CaseState.NEEDS_MORE, Step.SUPPLY): CaseState.SUBMITTED,
    (CaseState.NEEDS_MORE, Step.REFUSE): CaseState.REFUSED,
    **{(state, Step.WITHDRAW): CaseState.WITHDRAWN for state in OPEN},
}
"""Whatever is not here is no step. ``agree`` moves on when the last party has agreed."""


def after(state: CaseState, step: Step) -> CaseState:
    """Raises WrongStateError when the step is not possible now."""
    found = NEXT.get((state, step))
    if found is None:
        raise WrongStateError(f"a case that is {state.value} does not take this step")
    return found


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
}
"""What the person is told after a step (domain/texts/cases.py), unless the kind has a notice of its own."""

PATIENTS = frozenset({Role.PATIENT})
REGISTRARS = frozenset({Role.REGISTRAR})


@dataclass(frozen=True, slots=True)
class CaseKind:
    """One kind of case. Names are stored: never rename, never reuse.

    ``form``: pydantic model as ``module:Class`` below ``chalicelib``. ``level``: how sure the system must be of who
    files it (``domain/assurance.py``). ``one_open``: a person has at most one open case of this kind. ``notices``: own
    notices by step. The effect (what a decision does) has the kind's name in ``bootstrap/cases.py``.
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

    def notice(self, step: Step) -> str:
        return self.notices.get(step) or EVENTS[step]

    @property
    def queue(self) -> str:
        return f"cases-{self.name}"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an effect makes of a form: ``content`` is sealed into the case.

    ``parties`` must agree before staff see the case; ``told`` is what each of them reads when asked, sealed under their
    own keys.
    """

    content: Mapping[str, Any]
    parties: tuple[PersonId, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)


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
