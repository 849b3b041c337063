"""The patients of one message, each by itself: what is taken is taken, what is left waits for a person."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.hl7 import Code, Fault, Group, Place, Reading
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    CardMergedError,
    ConflictError,
    MedkartaError,
    StaleVersionError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports.tables import Write
from chalicelib.services.hl7.matching import UNKNOWN, Matching
from chalicelib.services.hl7.opening import Opening
from chalicelib.services.hl7.taking import OtherPatientError, Sent, Taking
from chalicelib.services.hl7.tools import Tools

CONTRADICTS, REFUSED, UNFIT, MERGE_WISH = "contradicts", "refused", "unfit", "merge-wish"
TOLD = {CONTRADICTS: UNKNOWN, REFUSED: UNKNOWN}
"""What the sender learns in place of a reason that says that somebody has such a number; the queue has the reason."""
PASSING = 500
"""Errors from here on are of our stores: the sender is asked to send again."""


@dataclass(frozen=True, slots=True)
class Left:
    """A patient of a message who waits for a person, and why (a word of domain/hl7.py)."""

    group: int
    reason: str


class Groups:
    def __init__(self, tools: Tools, matching: Matching, taking: Taking, opening: Opening) -> None:
        self._t = tools
        self._matching = matching
        self._taking = taking
        self._opening = opening

    def take(self, actor: Actor, reading: Reading, message_id: str) -> tuple[list[Left], list[Fault]]:
        left, faults, told = list[Left](), list[Fault](), set[PersonId]()
        for number in range(len(reading.groups)):
            reason = self._matched(actor, reading, number, message_id, told)
            if reason:
                left.append(Left(number, reason))
                place = reading.groups[number].place or Place("PID", number + 1, 3)
                faults.append(Fault(Code.UNKNOWN_KEY, TOLD.get(reason, reason), place))
        return left, faults

    def bound(self, actor: Actor, reading: Reading, number: int, patient_id: PersonId, message_id: str) -> str:
        """As if it had been matched to this patient. Why it could not be taken; "" when it was."""
        group = reading.groups[number]
        learned = self._matching.joined(tuple(self._matching.own_numbers(actor, group.person)), patient_id)
        return self._put(actor, reading, group, patient_id, learned, message_id, set())

    def _matched(self, actor: Actor, reading: Reading, number: int, message_id: str, told: set[PersonId]) -> str:
        group = reading.groups[number]
        if group.former:
            return MERGE_WISH
        match = self._matching.of(actor, group.person)
        patient_id, numbers = match.patient_id, match.learned
        if patient_id is None and match.reason == UNKNOWN:
            patient_id = self._opening.open(actor, reading, group, f"hl7-{message_id}-{number}")
            numbers = tuple(self._matching.own_numbers(actor, group.person))
        if patient_id is None:
            return match.reason
        learned = self._matching.joined(numbers, patient_id)
        return self._put(actor, reading, group, patient_id, learned, message_id, told)

    def _put(
        self,
        actor: Actor,
        reading: Reading,
        group: Group,
        patient_id: PersonId,
        learned: list[Write],
        message_id: str,
        told: set[PersonId],
    ) -> str:
        """Reports one by one: one that the card does not take leaves the whole group waiting, and what was taken of it
        is found when it is tried again. ``told``: patients who are told of this message already.
        """
        if learned:
            self._t.tables.commit(learned)
        provenance = {
            "organisation": actor.organisation_id,
            "sent_at": reading.heading.sent_at or stamp(self._t.clock()),
            "message": message_id,
        }
        try:
            for report in group.reports:
                sent = Sent(provenance, quiet=patient_id in told)
                if self._taking.take(actor, patient_id, reading.heading.sender, report, sent):
                    told.add(patient_id)
        except OtherPatientError:
            return CONTRADICTS
        except (CardMergedError, WrongStateError):
            return REFUSED
        except (ConflictError, StaleVersionError):  # others about the same report were faster, again and again
            raise UnavailableError from None
        except MedkartaError as error:
            if error.status >= PASSING:
                raise
            return REFUSED if error.status in {403, 404, 409, 410} else UNFIT
        return ""
