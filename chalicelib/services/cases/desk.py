"""The staff's side of a case: the queue, a look at everything beside each other, the decision."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.cases import AT_WORK, COMPLETES, CaseKind, CaseState, Step, after, overdue
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Event, Sealed, keys
from chalicelib.ports.tables import Item, Store, Write
from chalicelib.ports.upload_rows import check_clean, clean_one, rows_of
from chalicelib.services.cases.tools import CaseTools, shown
from chalicelib.services.gate import Staged

DECISIONS = {
    "approve": Step.APPROVE,
    "refuse": Step.REFUSE,
    "ask-more": Step.ASK_MORE,
    "accept": Step.ACCEPT,
    "prepare": Step.PREPARE,
    "finish": Step.FINISH,
    "send": Step.SEND,
    "hand-over": Step.RECEIVE,
}
UNDER_REVIEW = frozenset({CaseState.SUBMITTED, CaseState.NEEDS_MORE}) | AT_WORK
LINE = ("kind", "at", "state", "due", "filed_at")


class Desk:
    def __init__(self, tools: CaseTools) -> None:
        self._t = tools

    def waiting(self, actor: Actor, kind: CaseKind, limit: int, after_: Item | None) -> tuple[list[Item], Item | None]:
        """Cases of one kind in the order in which they came; of a kind with a term those of one's own organisation."""
        self._may(actor, kind, "case:queue")
        self._t.gate.record(Event(actor, "case:queue", SYS, details={"kind": kind.name}))
        listing = f"QUEUE#{kind.queue_of(actor.organisation_id)}"
        found = self._t.tables.query(Store.CARD, listing, limit=limit, after=after_)
        now, items = self._t.clock(), []
        for row in found.items:
            line = {name: row[name] for name in LINE if name in row}
            late = {"overdue": overdue(row, now)} if "due" in row else {}
            items.append({"case_id": row["sk"], "patient_id": row["patient"], **line, **late})
        return items, found.after

    def show(self, actor: Actor, patient_id: PersonId, case_id: str) -> Item:
        """Form, documents and what the effect sets beside them; open cases alone."""
        t = self._t
        row, kind = self._case(actor, patient_id, case_id, "case:review")
        permit = t.gate.permit_private(actor, patient_id, "case", case_id, "case:review", details={"kind": kind.name})
        content = t.content(permit, row)
        found = shown(row, rows_of(t.tables, patient_id, row["documents"]), t.clock())
        beside = t.effects[kind.name].compare(actor, row, content)
        return {**found, "patient_id": patient_id, "form": content, "words": t.words(permit, row), "beside": beside}

    def document(self, actor: Actor, patient_id: PersonId, case_id: str, upload_id: str) -> tuple[str, bytes]:
        """Type and bytes of one document that this case names, while it is under review."""
        t = self._t
        row, _ = self._case(actor, patient_id, case_id, "case:document")
        upload = clean_one(t.tables, patient_id, row["documents"], upload_id)
        permit = t.gate.permit_private(actor, patient_id, "scan", upload_id, "case:document", details={"case": case_id})
        return upload["type"], t.vault.open(permit, Sealed(upload_id, 1, t.documents.get(upload["place"])))

    def decide(
        self,
        actor: Actor,
        patient_id: PersonId,
        case_id: str,
        version: int,
        *,
        decision: str,
        reason: str = "",
        words: str = "",
    ) -> Item:
        """One step of staff (DECISIONS); the case's change, its notice and its effect in one transaction.

        Raises StaleVersionError, WrongStateError (also while a document is being checked), AccessDeniedError for one
        who has a part in it, and what the effect raises.
        """
        t, step = self._t, DECISIONS[decision]
        row, kind = self._case(actor, patient_id, case_id, "case:decide")
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        state = after(CaseState(row["state"]), step, kind.steps)
        if step in COMPLETES:
            self._check_not_merged(row)
            check_clean(t.tables, patient_id, row["documents"])
        staged: list[Staged] = []
        writes: list[Write] = []
        if step in COMPLETES or step is Step.REFUSE:
            staged, writes = self._effect(actor, row, kind, step)
        said, more = self._said(actor, row, words)
        own: list[Write] = [t.moved(actor, row, step, state, more, reason=reason), t.told(row, kind, step)]
        own += t.lined_up(row, kind, state)
        entry = t.gate.stage(t.event(actor, row, step, reason=reason))
        try:
            t.gate.commit([entry, *said, *staged], [*own, *writes])
        except ConflictError as error:
            if 0 <= error.index < len(own):
                raise StaleVersionError from None
            raise
        return {"case_id": case_id, "state": state.value, "version": version + 1}

    # --- pieces

    def _may(self, actor: Actor, kind: CaseKind, operation: str) -> None:
        if actor.role not in kind.decided_by:
            self._t.gate.refuse(actor, operation, "role")
            raise AccessDeniedError

    def _case(self, actor: Actor, patient_id: PersonId, case_id: str, operation: str) -> tuple[Item, CaseKind]:
        """A case under review, for staff who decide its kind and have no part in it, nor in who files it."""
        row, kind = self._t.case(patient_id, case_id)
        self._may(actor, kind, operation)
        if row.get("organisation", actor.organisation_id) != actor.organisation_id:
            self._t.gate.refuse(actor, operation, "scope")
            raise NotFoundError
        own = actor.person_id in {row["patient"], row["by"], *row["parties"]}
        if own or self._t.tables.get(keys.representation(patient_id, actor.person_id)) is not None:
            self._t.gate.refuse(actor, operation, "own-case")
            raise AccessDeniedError("one's own case is decided by somebody else")
        if row["state"] not in UNDER_REVIEW:
            raise WrongStateError(f"the case is {row['state']}")
        return row, kind

    def _check_not_merged(self, row: Item) -> None:
        """Nobody is given anything on a card that is closed (SPC-5): such a case is refused, and filed anew."""
        people = [row["patient"], *(p for p, said in row["parties"].items() if said == "agreed")]
        profiles = self._t.tables.get_many([keys.profile(PersonId(one)) for one in people])
        if any("merged_into" in profile for profile in profiles.values()):
            raise WrongStateError("the card of somebody in this case has gone into another one")

    def _effect(self, actor: Actor, row: Item, kind: CaseKind, step: Step) -> tuple[list[Staged], list[Write]]:
        t = self._t
        permit = t.gate.permit_private(actor, PersonId(row["patient"]), "case", row["id"], "case:decide")
        content, effect = t.content(permit, row), t.effects[kind.name]
        act = effect.approve if step in COMPLETES else effect.refuse
        return act(actor, row, content)

    def _said(self, actor: Actor, row: Item, words: str) -> tuple[list[Staged], dict[str, Any]]:
        """Words to the person, sealed under their keys at the version that this step makes."""
        if not words:
            return [], {}
        t, version = self._t, int(row["ver"]) + 1
        staged = t.gate.stage_private(
            actor, PersonId(row["patient"]), "case", row["id"], "case:words", resource_version=version
        )
        return [staged], {"words": t.vault.seal(staged.seal_with, version, words.encode()), "words_ver": version}
