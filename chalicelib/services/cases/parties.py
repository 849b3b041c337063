"""The side of a party: somebody whom a case names and who must agree before staff see it."""

from __future__ import annotations

from chalicelib.domain.cases import CaseState, Step, after
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import NotFoundError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Store, Update, Write
from chalicelib.services.cases.tools import CaseTools


class Parties:
    def __init__(self, tools: CaseTools) -> None:
        self._t = tools

    def requests(self, actor: Actor, limit: int, after_: Item | None) -> tuple[list[Item], Item | None]:
        """Cases of others in which this person is named, with what they are asked to agree to; newest first."""
        t, person_id = self._t, actor.person_id
        permit = t.gate.permit_private(actor, person_id, "case-request", None, "case:requests")
        found = t.tables.query(
            Store.CARD, keys.patient(person_id), keys.CASE_REQUESTS, limit=limit, after=after_, newest_first=True
        )
        items = []
        for row in found.items:
            line = {"patient_id": row["patient"], "case_id": row["id"]} | {n: row[n] for n in ("kind", "state", "at")}
            items.append({**line, "told": t.content(permit, row)})
        return items, found.after

    def answer(self, actor: Actor, patient_id: PersonId, case_id: str, *, agree: bool) -> Item:
        """Agree or decline. The last one to agree hands the case to staff; one who declines ends it."""
        t, person_id = self._t, actor.person_id
        row, kind = t.case(patient_id, case_id)
        if person_id not in row["parties"]:  # looks like a case that there is not
            raise NotFoundError
        if row["parties"][person_id] != "asked":
            raise WrongStateError("this was answered already")
        step = Step.AGREE if agree else Step.DECLINE
        state = after(CaseState(row["state"]), step, kind.steps)
        said = "agreed" if agree else "declined"
        answers = {**row["parties"], person_id: said}
        if agree and "asked" in answers.values():
            state = CaseState.AWAITING_PARTIES
        writes: list[Write] = [
            t.moved(actor, row, step, state, {"parties": answers}),
            Update(keys.case_request(person_id, patient_id, case_id), {"state": said}),
        ]
        staged = [t.gate.stage(t.event(actor, row, step))]
        if state is CaseState.SUBMITTED:
            writes += [t.queued(row, kind), t.told(row, kind, step)]
        elif state is CaseState.REFUSED:
            released, undone = t.released(actor, row, kind)
            staged += released
            writes += [*t.closed({**row, "parties": answers}, kind), t.told(row, kind, step), *undone]
        t.commit(staged, writes)
        return {"case_id": case_id, "answer": said, "state": state.value}
