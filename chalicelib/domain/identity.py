"""Words for who somebody is: roles, ids, actors (ID-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
"""Opaque random id of one human. Their card has the same id (docs/adr/0002)."""

PatientId = PersonId

SYS = PersonId("sys")
"""Subject of audit entries that belong to no person's chain."""


class Role(StrEnum):
    """Values are stored and public: never rename, never reuse."""

    PATIENT = "patient"
    REPRESENTATIVE = "representative"
    DOCTOR = "doctor"
    NURSE = "nurse"
    REGISTRAR = "registrar"
    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security-officer"
    IDENTITY_OPERATOR = "identity-operator"
    # machines
    PHARMACY = "pharmacy"
    LABORATORY = "laboratory"
    INSURER = "insurer"
    CLINICAL_SYSTEM = "clinical-system"
    ANALYTICS = "analytics"
    # a program that a patient let into the card (domain/applications.py)
    APPLICATION = "application"
    # whoever holds a link to a card (domain/shares.py)
    RECIPIENT = "recipient"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


STAFF_ROLES = frozenset(
    {
        Role.DOCTOR,
        Role.NURSE,
        Role.REGISTRAR,
        Role.ADMINISTRATOR,
        Role.SECURITY_OFFICER,
        Role.IDENTITY_OPERATOR,
    }
)
PARTNER_ROLES = frozenset({Role.PHARMACY, Role.LABORATORY, Role.INSURER, Role.CLINICAL_SYSTEM, Role.ANALYTICS})
DELIVERERS = frozenset({Role.LABORATORY, Role.CLINICAL_SYSTEM})
"""Partners that bring records to a card."""
OWNERS = frozenset({Role.PATIENT, Role.REPRESENTATIVE})
"""Who acts for a card: the patient, or whoever represents them, as far as the representation goes."""


@dataclass(frozen=True, slots=True)
class SharePass:
    """What the token of a link says: which opening of it, whose card, and who made the link.

    ``for_ward``: a representative did, and their right is looked at with every request.
    """

    opening_id: str
    patient_id: PersonId
    author_id: PersonId
    for_ward: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking, as the verified token says it.

    ``person_id`` is a person's id, a partner's client id, or ``system``. ``member_id`` names the membership
    (person, organisation, department, role) that a member of staff acts under. ``confirmed_at`` is the moment of
    the newest second factor of this session (step-up). ``ward_id`` is the one patient for whom a representative's
    session acts. ``device`` and ``client`` are what the caller says of the machine (domain/suspicion.py), ``bound_to``
    is the device that signed in. ``share``: of a recipient, whose ``person_id`` is the link's id.
    ``application``: the program (client id) that acts with a patient's leave; ``session_id`` then names that leave.
    """

    person_id: PersonId
    role: Role
    session_id: str = ""
    member_id: str = ""
    organisation_id: str = ""
    department: str = ""
    confirmed_at: datetime | None = None
    ip: str = ""
    request_id: str = ""
    scopes: frozenset[str] = frozenset()
    ward_id: PersonId = PersonId("")
    device: str = ""
    client: str = ""
    bound_to: str = ""
    share: SharePass | None = None
    application: str = ""

    @property
    def card_id(self) -> PatientId:
        """Whose card this person's own pages are about: the ward's for a representative, else one's own."""
        return self.ward_id or self.person_id

    @property
    def grantee_id(self) -> str:
        """To whom a patient's consent is given: a membership, or a partner's system; "" for all others."""
        return self.person_id if self.is_partner else self.member_id

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def is_partner(self) -> bool:
        return self.role in PARTNER_ROLES


def system_actor(task: str) -> Actor:
    """The system itself, for one named task (a reaction or a schedule)."""
    return Actor(PersonId("system"), Role.SYSTEM, session_id=task)
