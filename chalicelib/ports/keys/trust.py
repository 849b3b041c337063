"""Electronic signatures: what is to be signed, and the trust store."""

from __future__ import annotations

from chalicelib.ports.tables import Key, Store

__all__ = ["TRUST", "TRUST_ANCHOR", "TRUST_LIST", "signature_challenge", "trust_anchor", "trust_list"]

TRUST = "TRUST"
TRUST_ANCHOR = "ANCHOR#"
TRUST_LIST = "CRL#"


def signature_challenge(challenge_id: str) -> Key:
    return Key(Store.IDENTITY, f"SIGN#{challenge_id}", "SIGN")


def trust_anchor(anchor_id: str) -> Key:
    """``anchor_id``: SHA-256 of the certificate, in hex."""
    return Key(Store.IDENTITY, TRUST, f"{TRUST_ANCHOR}{anchor_id}")


def trust_list(issuer: str) -> Key:
    """``issuer``: SHA-256 of the issuer's public key, in hex."""
    return Key(Store.IDENTITY, TRUST, f"{TRUST_LIST}{issuer}")
