"""Keys of people, sessions, organisations and partners. The table of all keys is in the package's docstring."""

from __future__ import annotations

from chalicelib.ports.tables import Key, Store


def person(person_id: str) -> str:
    return f"PERSON#{person_id}"


def profile(person_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), "PROFILE")


def policy(person_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), "POLICY")


def credentials(person_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), "CREDENTIALS")


def member(person_id: str, member_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), f"MEMBER#{member_id}")


def session(person_id: str, session_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), f"SESSION#{session_id}")


def device_secret(person_id: str) -> Key:
    """What keys of this person's devices are made from, sealed, and how often they were told to forget."""
    return Key(Store.IDENTITY, person(person_id), "DEVICE_SECRET")


def blind_index(field: str, tag: str) -> Key:
    return Key(Store.IDENTITY, f"BI#{field}#{tag}", "BI")


def registration(registration_id: str) -> Key:
    return Key(Store.IDENTITY, f"REG#{registration_id}", "REG")


def challenge(challenge_id: str) -> Key:
    return Key(Store.IDENTITY, f"CHALLENGE#{challenge_id}", "CHALLENGE")


LIMITS = "LIMIT#"


def limit(scope: str, who: str, window: str) -> Key:
    return Key(Store.IDENTITY, f"{LIMITS}{scope}#{who}", window)


def organisation(organisation_id: str) -> Key:
    return Key(Store.IDENTITY, "ORGS", f"ORG#{organisation_id}")


def organisation_oid(oid: str) -> Key:
    return Key(Store.IDENTITY, "ORGS", f"OID#{oid}")


def held_role(person_id: str, organisation_id: str, role: str, department: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), f"HELD#{organisation_id}#{role}#{department}")


def first_administrator() -> Key:
    return Key(Store.IDENTITY, "ORGS", "FIRST_ADMINISTRATOR")


def staff(organisation_id: str, member_id: str) -> Key:
    return Key(Store.IDENTITY, f"ORG#{organisation_id}", f"STAFF#{member_id}")


def client(client_id: str) -> Key:
    return Key(Store.IDENTITY, "PARTNERS", f"CLIENT#{client_id}")


def assertion(client_id: str, jti_hash: str) -> Key:
    return Key(Store.IDENTITY, f"JTI#{client_id}", jti_hash)


def proof(thumbprint: str, jti_hash: str) -> Key:
    """A proof of holding a key that was used (RFC 9449)."""
    return Key(Store.IDENTITY, f"PROOF#{thumbprint}", jti_hash)


WARDS = "WARD#"


def ward(person_id: str, patient_id: str) -> Key:
    """That a person represents a patient: the mirror of ``representation``, for the person's own list."""
    return Key(Store.IDENTITY, person(person_id), f"{WARDS}{patient_id}")
