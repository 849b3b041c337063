"""Requests about issued documents: signing certificates, the code on a paper, signatures of uploads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.issuing import MAX_TEXT
from chalicelib.domain.signatures import MAX_OCSP
from chalicelib.domain.signing import MAX_CHAIN, Algorithm
from chalicelib.handlers.models.base import Request
from chalicelib.handlers.models.signatures import Der


class SigningRequest(Request):
    algorithm: Algorithm = Field("ecdsa-p256", description="rsa-2048 where the authority wants RSA")


class SigningCertificate(Request):
    certificate: Der = Field(description="For the key that was asked for last; base64 of DER")
    chain: Annotated[list[Der], Field(max_length=MAX_CHAIN - 1)] = Field(
        [], description="Authorities between the certificate and an anchor of the trust store"
    )
    ocsp: Annotated[list[Der], Field(max_length=MAX_OCSP)] = Field(
        [], description="Answers of the responders (RFC 6960), where the trust store has no list"
    )


class DocumentCode(Request):
    code: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)] = Field(
        description="The whole text of the QR code, or <id>#<short code>"
    )


class DetachedSignature(Request):
    cms: Der = Field(description="CMS SignedData over the whole file, detached, with the certificate; base64 of DER")
