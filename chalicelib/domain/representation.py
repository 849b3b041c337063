"""Acting for somebody else: which representations there are, what each may do, and when it ends (ACC-8).

A right is computed from the relation and its dates with every request and never copied into a session (reference:
peers, section 3, row 11). Nobody acts for two people at once: a representative's session is bound to one ward.

Never, whatever the kind: factors and sessions of the account, erasure, other representatives (no sub-delegation),
emergency access. No route of theirs has a ``Right``, so no table can open them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.ages import CONSENT_AGE, DEFAULT_ZONE, birthday


class Kind(StrEnum):
    """What a representation rests on. Values are stored: never rename, never reuse."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    COURT = "court"
    GRANTED = "granted"


class Right(StrEnum):
    """What may be done for the ward. Stored for granted ones; declared by routes (``Endpoint.right``)."""

    RECORDS = "records"
    REPORT = "report"
    CONSENT = "consent"
    JOURNAL = "journal"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class KindRule:
    """``rights``: at most. ``by_age``: ends when the ward's own consent begins; otherwise at its own date or never."""

    rights: frozenset[Right]
    by_age: bool


EVERYTHING = frozenset(Right)

KINDS: Mapping[Kind, KindRule] = {
    Kind.PARENT: KindRule(EVERYTHING, by_age=True),
    Kind.GUARDIAN: KindRule(EVERYTHING, by_age=True),
    # An adult whom a court found incapable (Civil Code, article 29) does not grow out of it.
    Kind.COURT: KindRule(EVERYTHING, by_age=False),
    # A young person's own word: reading and reporting, never consent in their name.
    Kind.GRANTED: KindRule(frozenset({Right.RECORDS, Right.REPORT, Right.APPLY}), by_age=False),
}

LATER_CONSENT: Mapping[str, int] = {"narcology": 16}
"""Sections in which the ward's own consent begins later than at CONSENT_AGE: 323-FZ, article 54, part 2."""

RESTRICTED = ("hidden", "restriction", "restriction_ver", "restricted_by")
"""Attributes of the row of a representation that a doctor narrowed or ended."""

MAX_GRANT = timedelta(days=365)

TOLD: Mapping[str, Right] = {
    "access_refused": Right.JOURNAL,
    "appointment_booked": Right.APPLY,
    "appointment_cancelled": Right.APPLY,
    "appointment_missed": Right.APPLY,
    "appointment_moved": Right.APPLY,
    "offer_lapsed": Right.APPLY,
    "offer_withdrawn": Right.APPLY,
    "payment_changed": Right.RECORDS,
    "transfer_accepted": Right.JOURNAL,
    "transfer_given": Right.JOURNAL,
    "transfer_received": Right.RECORDS,
    "slot_offered": Right.APPLY,
    "visit_displaced": Right.APPLY,
    "visit_restored": Right.APPLY,
    "visit_unanswered": Right.APPLY,
    "waiting_ended": Right.APPLY,
    "calendar_made": Right.APPLY,
    "card_opened": Right.RECORDS,
    "card_refused": Right.RECORDS,
    "consent_expiring": Right.CONSENT,
    "consent_requested": Right.CONSENT,
    "emergency_opened": Right.JOURNAL,
    "emergency_unjustified": Right.JOURNAL,
    "finding_about_card": Right.JOURNAL,
    "first_account_made": Right.RECORDS,
    "first_account_opened": Right.RECORDS,
    "finding_confirmed": Right.JOURNAL,
    "import_delivered": Right.RECORDS,
    "message_received": Right.RECORDS,
    "intake_due": Right.RECORDS,
    "new_record": Right.RECORDS,
    "prescription_dispensed": Right.RECORDS,
    "prescription_dispensing_reversed": Right.RECORDS,
    "prescription_expiring": Right.RECORDS,
    "prescription_revoked": Right.RECORDS,
    "result_corrected": Right.RECORDS,
    "result_withdrawn": Right.RECORDS,
    "test_overdue": Right.RECORDS,
    "test_soon": Right.RECORDS,
    "vaccination_due": Right.RECORDS,
    "visit_ahead": Right.RECORDS,
    "visit_soon": Right.RECORDS,
    "vital_sign_attention": Right.RECORDS,
    "vital_sign_urgent": Right.RECORDS,
    "vital_sign_withdrawn": Right.RECORDS,
    "share_locked": Right.CONSENT,
    "share_made": Right.CONSENT,
    "share_opened": Right.CONSENT,
}
"""Notices about a card that live representatives get too, and the right without which they do not: a notice must not
tell what its owner could not read. What is not here is about the account: theirs alone.
"""


@dataclass(frozen=True, slots=True)
class Representation:
    """One person's standing for one patient, as stored. ``sections`` empty means every section but ``hidden``.

    ``hidden``: what a doctor closed (safeguarding). ``later``: sections that end at another moment than the rest.
    """

    person_id: str
    kind: Kind
    active: bool
    full: bool
    sections: frozenset[str]
    rights: frozenset[Right]
    until: datetime | None
    hidden: frozenset[str] = frozenset()
    later: Mapping[str, datetime] | None = None

    def live(self, now: datetime) -> bool:
        """Something is left of it: its end, or the last section that ends later, lies ahead."""
        return self.active and (self.until is None or now < max([self.until, *(self.later or {}).values()]))

    @property
    def restricted(self) -> bool:
        """A doctor closed something for the ward's safety: such a representative takes the card from nobody."""
        return bool(self.hidden)

    @property
    def whole(self) -> bool:
        """Every section in full: what is written about the card in free words may be about any of them."""
        return self.full and not self.sections and not self.hidden

    def holds(self, right: Right) -> bool:
        return right in self.rights & KINDS[self.kind].rights

    def has(self, right: Right, now: datetime) -> bool:
        """Whether a right that is about no section may be used at a moment.

        Where a doctor closed sections to somebody the journal is closed to them too: it tells who opened what.
        """
        if right is Right.JOURNAL and self.restricted:
            return False
        return self.active and (self.until is None or now < self.until) and self.holds(right)

    def opens(self, section: str, now: datetime) -> bool:
        """Whether a section of the card is theirs to see at a moment."""
        if not self.active or section in self.hidden or (self.sections and section not in self.sections):
            return False
        end = (self.later or {}).get(section, self.until)
        return end is None or now < end


def ends_by_age(born: date, zone: str = DEFAULT_ZONE) -> datetime:
    """When a parent's or guardian's representation ends by itself, in UTC."""
    return birthday(born, CONSENT_AGE, zone)


def later_ends(born: date, sections: Collection[str], zone: str = DEFAULT_ZONE) -> dict[str, datetime]:
    """Ends by age of those of the card's sections that have an age of their own."""
    return {name: birthday(born, age, zone) for name, age in LATER_CONSENT.items() if name in sections}
