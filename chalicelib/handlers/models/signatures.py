"""Requests about electronic signatures and the trust store: shape and size; DER is checked by the adapter."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.signatures import MAX_CERTIFICATES, MAX_LIST, MAX_OCSP, MAX_PROOF, Algorithm
from chalicelib.handlers.models.base import Request

Der = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PROOF * 3 // 2)]
List = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LIST * 3 // 2)]
Oid = Annotated[str, StringConstraints(pattern=r"^[0-2](\.[0-9]{1,20}){1,30}$")]


class SignatureProof(Request):
    cms: Der | None = Field(None, description="CMS SignedData, detached, with the signer's certificate; base64 of DER")
    signature: Der | None = Field(None, description="In place of CMS: the bare signature")
    algorithm: Algorithm | None = None
    certificate: Der | None = None
    chain: Annotated[list[Der], Field(max_length=MAX_CERTIFICATES - 1)] = Field([])
    ocsp: Annotated[list[Der], Field(max_length=MAX_OCSP)] = Field(
        [], description="Answers of the responders (RFC 6960), where the trust store has no list"
    )


class TrustAnchor(Request):
    certificate: Der
    policies: Annotated[list[Oid], Field(max_length=20)] = Field(
        [], description="Certificate policies of which one is needed; none asks for none"
    )
    usages: Annotated[list[Oid], Field(max_length=20)] = Field([], description="Further extended key usages")


class RevocationList(Request):
    content: List
    chain: Annotated[list[Der], Field(max_length=MAX_CERTIFICATES - 1)] = Field(
        [], description="The issuer's certificate and those above it, unless the issuer is an anchor"
    )
