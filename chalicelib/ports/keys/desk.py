"""Keys of recovery at the desk, of the journal of sign-ins, and of tickets."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.keys.people import person
from chalicelib.ports.tables import Key, Store


def desk_look_up(look_up_id: str) -> Key:
    return Key(Store.IDENTITY, f"LOOKUP#{look_up_id}", "LOOKUP")


def recovery(recovery_id: str) -> Key:
    return Key(Store.IDENTITY, f"RECOVERY#{recovery_id}", "RECOVERY")


def open_recovery(person_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), "OPEN_RECOVERY")


def desk(organisation_id: str) -> str:
    return f"DESK#{organisation_id}"


def desk_line(organisation_id: str, at: str, recovery_id: str) -> Key:
    return Key(Store.IDENTITY, desk(organisation_id), f"{at}#{recovery_id}")


def former_contacts(person_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), "FORMER")


SIGN_INS = "SIGNIN#"


def sign_in(person_id: str, sign_in_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), f"{SIGN_INS}{sign_in_id}")


def devices(person_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), "DEVICES")


def walked(scope: str, who: str, window: str) -> Key:
    return Key(Store.IDENTITY, f"WALKED#{scope}#{who}", window)


def ticket(ticket_id: str) -> Key:
    return Key(Store.CARD, f"TICKET#{ticket_id}", "TICKET")


def tickets(organisation_id: str) -> str:
    return f"QUEUE#tickets-{organisation_id}"


def ticket_line(organisation_id: str, at: str, ticket_id: str) -> Key:
    return Key(Store.CARD, tickets(organisation_id), f"{at}#{ticket_id}")


OWN_TICKETS = "TICKET#"


def own_ticket(patient_id: str, ticket_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"{OWN_TICKETS}{ticket_id}")
