"""Issued documents: signing certificates, stamps of organisations, the code on a paper, signatures of uploads."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = [
    "document_key",
    "issued_document",
    "organisation_stamp",
    "signing_certificate",
    "signing_request",
    "stamp_upload",
    "upload_signature",
]


def signing_certificate(owner: str) -> Key:
    """``owner``: an organisation, or a doctor's person id."""
    return Key(Store.IDENTITY, f"SIGNER#{owner}", "CERTIFICATE")


def signing_request(owner: str) -> Key:
    return Key(Store.IDENTITY, f"SIGNER#{owner}", "REQUEST")


def document_key(owner: str, kid: str) -> Key:
    """The private key, wrapped (crypto/document_keys.py)."""
    return Key(Store.KEYS, f"signer#{owner}", f"key#{kid}")


def organisation_stamp(organisation_id: str) -> Key:
    return Key(Store.CARD, f"STAMP#{organisation_id}", "STAMP")


def stamp_upload(organisation_id: str) -> Key:
    """The newest picture that was uploaded for a stamp, and what its check said."""
    return Key(Store.CARD, f"STAMP#{organisation_id}", "UPLOAD")


def issued_document(found_by: str) -> Key:
    """``found_by``: hash of the id on the paper."""
    return Key(Store.CARD, f"ISSUED#{found_by}", "ISSUED")


def upload_signature(patient_id: str, upload_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"UPLOADSIG#{upload_id}")
