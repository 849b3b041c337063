"""What the gate's answers leave behind: the entry of each, and what an owner is told of a refusal (ACC-6)."""

from __future__ import annotations

from chalicelib.domain.access import Action, CardState, Decision, Question, refusal
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import ConflictError, ErasedError, MedkartaError
from chalicelib.ports import Event, share_rows
from chalicelib.ports.access_rows import consent_request
from chalicelib.ports.rows import refused_attempt
from chalicelib.ports.tables import Write
from chalicelib.services.ledger import for_whom
from chalicelib.services.presence import Presence


class Answers(Presence):
    def _asked(self, question: Question, decision: Decision) -> Event:
        """The entry of one question and its answer."""
        actor = question.actor
        return for_whom(
            Event(
                actor=actor,
                action=f"{question.kind}:{question.action.value}",
                subject=self._chain(actor, PersonId(question.patient_id), question.card),
                outcome="success" if decision else "denied",
                resource_type=question.kind,
                resource_id=question.record_id,
                reason=decision.reason,
                purpose=decision.purpose,
                details=_by_what(actor),
            )
        )

    def _chain(self, actor: Actor, patient_id: PersonId, card: CardState) -> PersonId:
        """The patient's; but nothing is stored in the name of whom we do not know, or do not know any more."""
        if card is CardState.ERASED:
            return self._own_subject(actor, erased=patient_id)
        return self._own_subject(actor) if card is CardState.NONE else patient_id

    def _entered(self, event: Event, action: Action) -> str:
        """The entry of a reading; by a link together with the line that its maker sees, in one transaction."""
        share = event.actor.share
        if share is None:
            return self._audit.append(event)
        entry_id = self._audit.new_id()
        at = self._clock()
        read = share_rows.line(event.actor, share, action.value, at, entry_id, event.resource_type, event.resource_id)
        self._audit.commit([event], [read], [entry_id])
        return entry_id

    def _refused(self, question: Question, event: Event) -> MedkartaError:
        """Store the refusal, tell the owner once a day per actor, and say which error it is."""
        writes = self._telling(question, event)
        try:
            if writes:
                self._audit.commit([event], writes)
            else:
                self.record(event)
        except (ConflictError, ErasedError):  # the owner has been told today, or the request stands already
            self.record(event)
        return refusal(question, event.reason)

    def _telling(self, question: Question, event: Event) -> list[Write]:
        actor, patient_id = question.actor, question.patient_id
        own = actor.card_id == patient_id and not event.reason.startswith("representation-")
        if event.subject != patient_id or own or event.reason in {"session-ended", "share-ended"}:
            return []
        now = self._clock()
        if event.reason == "consent-missing" and actor.is_staff and question.consent is None:
            return consent_request(actor, patient_id, now, self._audit.new_id())
        return [refused_attempt(actor, patient_id, now, self._audit.new_id())]


def _by_what(actor: Actor) -> dict[str, str | int]:
    """The opening of a link, or the program, by which somebody came."""
    if actor.share:
        return {"opening": actor.share.opening_id}
    return {"application": actor.application} if actor.application else {}
