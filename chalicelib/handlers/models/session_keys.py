"""Requests about the key of a session."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Request


class RsaKey(Request):
    """Public RSA key as a JWK (RFC 7517); nothing private is taken."""

    kty: Literal["RSA"]
    n: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{340,350}$")]
    e: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,8}$")]
    alg: Literal["RSA-OAEP-256"] = "RSA-OAEP-256"
    use: Literal["enc"] = "enc"
    key_ops: list[Literal["encrypt", "wrapKey"]] = Field([])
    ext: bool = True


class PublicKey(Request):
    public_key: RsaKey
