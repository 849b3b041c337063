"""Signing certificates of organisations and doctors, as pure rules (DOC-3, RX-6).

1. an administrator asks for, replaces and withdraws the certificate of an organisation that they administer
2. a doctor does the same for their own, and nobody does it for them
3. a certificate is taken only for the key that was asked for last; the key it replaces is destroyed
"""

from __future__ import annotations

from typing import Literal, get_args

Algorithm = Literal["ecdsa-p256", "rsa-2048"]
"""Kinds of key. P-256 unless the certification authority wants RSA."""
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)

MAX_CHAIN = 5
MAX_NAME = 64  # of an attribute of a subject (RFC 5280, appendix A: ub-common-name, ub-organization-name)
MAX_NAME_BYTES = 64  # of the common name: the library counts bytes of UTF-8


def organisation_subject(name: str, oid: str) -> dict[str, str]:
    """Subject of the request: the authority may put in more, and decides. ``oid``: the organisation's own."""
    return {"common_name": _short(name), "organisation": name[:MAX_NAME], "organisation_identifier": oid[:MAX_NAME]}


def doctor_subject(profile: dict[str, str]) -> dict[str, str]:
    """As Russian authorities write people: surname, "name patronymic".

    No SNILS: the certificate goes out with every document. An authority whose rules want one adds it.
    """
    given = " ".join(filter(None, (profile.get("first_name", ""), profile.get("middle_name", ""))))
    return {
        "common_name": _short(f"{profile.get('last_name', '')} {given}".strip()),
        "surname": profile.get("last_name", "")[:MAX_NAME],
        "given_name": given[:MAX_NAME],
    }


def field_of(number: int) -> str:
    """Where a certificate of the chain stands in the request: the own one, number 0, apart from those above it."""
    return f"/chain/{number - 1}" if number else "/certificate"


def _short(name: str) -> str:
    """What fits; the authority writes the whole name, and holders are told by their other attributes."""
    return name.encode()[:MAX_NAME_BYTES].decode(errors="ignore").strip()
