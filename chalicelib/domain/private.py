"""Sealed content that is no clinical record: who may open and write each kind. Deny by default."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chalicelib.domain.identity import PARTNER_ROLES, Actor, PersonId, Role
from chalicelib.domain.smart import PATIENT, permits


@dataclass(frozen=True, slots=True)
class Private:
    """Who may open and write one kind of sealed content that is not a clinical record.

    ``owner``: the person it belongs to. ``ward``: whoever represents that person too. ``tasks``: named tasks of the
    system. ``roles``: staff, within their work.
    """

    tasks: frozenset[str] = frozenset()
    owner: bool = True
    roles: frozenset[Role] = frozenset()
    ward: bool = False


OF_RECORDS = Private(frozenset({"merge"}), owner=False)
"""Kinds of record: for people they are opened by a decision about the card (domain/access.py), never by this table."""

DIRECTORY_READERS = PARTNER_ROLES | {Role.DOCTOR, Role.NURSE, Role.REGISTRAR, Role.ADMINISTRATOR}
"""Of their own organisation's, which the service sees to (services/resources/directory.py)."""

PRIVATE: Mapping[str, Private] = {
    "profile": Private(
        frozenset(
            {
                "registration",
                "sign-in",
                "notify",
                "consent_requested",
                "activation",
                "issue_document",
                "issue_vaccination_certificate",
                "journal",
                "desk",
                "recovery",
                "representation",
                "newborn",
                "minor-permission",
                "gather",
                "policy-check",
                "index_record",
                "count_record",
                "export",
                "match-delivery",
                "hl7",
                "partner-patient",
            }
        ),
        roles=frozenset({Role.REGISTRAR}),
    ),
    "hl7-message": Private(owner=False, roles=frozenset({Role.LABORATORY, Role.CLINICAL_SYSTEM, Role.REGISTRAR})),
    "search-key": Private(frozenset({"index_record"}), owner=False),  # for a search the gate decides about the card
    "totp": Private(frozenset({"sign-in"})),
    "passkey": Private(),
    "session-key": Private(),
    "vault-key": Private(),
    "recovery": Private(frozenset({"recovery"}), owner=False),
    "former": Private(frozenset({"recovery", "notify"}), owner=False),
    "ticket": Private(roles=frozenset({Role.SECURITY_OFFICER})),
    "registration": Private(frozenset({"registration"}), owner=False),
    "notice": Private(frozenset({"notify"})),
    "consent": Private(frozenset({"consent_requested"}), ward=True),
    "emergency": Private(frozenset({"emergency"}), roles=frozenset({Role.SECURITY_OFFICER}), ward=True),
    "restriction": Private(),
    "share": Private(ward=True),
    "appointment": Private(frozenset({"merge"}), ward=True),  # for its doctor the gate decides about the card
    "counted": Private(frozenset({"count_record"}), owner=False),
    "aggregate": Private(frozenset({"count_record", "close_aggregates"}), owner=False),  # no person's: counts
    "case": Private(frozenset({"case"}), roles=frozenset({Role.REGISTRAR}), ward=True),
    "case-request": Private(frozenset({"case"})),
    "recognition": Private(frozenset({"recognise"}), owner=False),  # read through the gate, as a record
    "scan": Private(frozenset({"check_upload", "merge", "recognise"}), roles=frozenset({Role.REGISTRAR}), ward=True),
    "family": Private(frozenset({"newborn", "minor-permission"})),
    "plan": Private(frozenset({"newborn", "merge"}), owner=False),  # read through the gate, as a record
    "chat": Private(frozenset({"merge"}), owner=False),  # both sides', through the gate
    "absence": Private(frozenset({"away"})),
    "result-draft": Private(frozenset({"merge"}), owner=False),  # its doctor's, through the gate
    "vital-sign-series": Private(frozenset({"check_vital_sign"}), owner=False),  # read through the gate
    "suspension": Private(roles=frozenset({Role.REGISTRAR})),
    "application": Private(roles=frozenset({Role.REGISTRAR}), ward=True),
    "policy": Private(
        frozenset({"activation", "gather", "partner-patient", "policy-check"}),
        roles=frozenset({Role.REGISTRAR}),
        ward=True,
    ),
    "gathering": Private(frozenset({"gather"}), owner=False),
    "unmapped": Private(frozenset({"gather", "merge"}), ward=True),
    "dispensing": Private(frozenset({"merge"}), roles=frozenset({Role.PHARMACY})),
    "payment": Private(roles=frozenset({Role.INSURER}), ward=True),  # an insurer writes it, and opens none
    "pharmacy-order": Private(frozenset({"pharmacy-order"}), ward=True),
    "intakes": Private(ward=True),
    "loyalty": Private(frozenset({"pharmacy-order"}), ward=True),
    "need-marks": Private(owner=False),  # opened and written through the gate, as a record
    "visit-form-draft": Private(owner=False),  # opened and written through the gate, as a record
    "waiting-entry": Private(frozenset({"merge"}), roles=frozenset({Role.REGISTRAR}), ward=True),
    "directory": Private(owner=False, roles=DIRECTORY_READERS),
    "document": Private(frozenset({"issue_document", "merge"}), owner=False),
    "export": Private(frozenset({"export"}), owner=False),  # who may download it, the gate decides about the card
    "file": Private(frozenset({"check_file", "merge"}), ward=True),
    "entry-template": Private(owner=False, roles=frozenset({Role.DOCTOR, Role.NURSE, Role.ADMINISTRATOR})),
    "signing-certificate": Private(frozenset({"issue_document"})),
    "seal-certificate": Private(frozenset({"issue_document"}), owner=False, roles=frozenset({Role.ADMINISTRATOR})),
    "organisation-stamp": Private(
        frozenset({"issue_document", "check_stamp"}), owner=False, roles=frozenset({Role.ADMINISTRATOR})
    ),
    "upload-signature": Private(frozenset({"check_upload"}), ward=True),
    "journal": Private(frozenset({"review", "reconcile"}), roles=frozenset({Role.SECURITY_OFFICER}), ward=True),
    "audit-log": Private(frozenset({"review"}), owner=False, roles=frozenset({Role.SECURITY_OFFICER})),
}
"""Kinds are stored in encryption contexts: never rename, never reuse."""


OF_APPLICATIONS: Mapping[str, str] = {"profile": "Patient", "policy": "Coverage"}
"""What an application opens of its patient, and the type of resource that its scopes must name."""


def may_private(actor: Actor, person_id: PersonId, kind: str, records: Collection[str] = ()) -> bool:
    """Whether an actor may touch a private kind of one person: deny by default. ``records`` are the kinds of record."""
    rule = OF_RECORDS if kind in records else PRIVATE.get(kind)
    if rule is None:
        return False
    if actor.role is Role.SYSTEM:
        return actor.session_id in rule.tasks
    if actor.role is Role.APPLICATION:
        type_ = OF_APPLICATIONS.get(kind, "")
        return actor.person_id == person_id and bool(type_) and permits(actor.scopes, PATIENT, type_, "r")
    if rule.owner and actor.person_id == person_id and not actor.is_partner:
        return True
    if rule.ward and actor.role is Role.REPRESENTATIVE and actor.ward_id == person_id:
        return True  # that the representation is live, the gate has seen in the same request
    return actor.role in rule.roles
