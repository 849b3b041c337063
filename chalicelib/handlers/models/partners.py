"""Requests about partner systems."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.handlers.models.base import Id, Request
from chalicelib.handlers.models.oauth import ASSERTION_TYPE, GRANT

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Scope = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+[./][A-Za-z*]+(\.[a-z*]+)?$", max_length=80)]


class Jwks(Request):
    keys: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=10)]


class Partner(Request):
    name: Line
    role: Literal["pharmacy", "laboratory", "insurer", "clinical-system", "analytics"]
    organisation_id: Id
    jwks: Jwks = Field(description="Public keys (RFC 7517); private parts are refused")
    scopes: Annotated[list[Scope], Field(max_length=60)] = Field([])
    dpop_required: bool | None = Field(
        None,
        description="Whether its tokens must be bound to a key (RFC 9449); unsaid: where scopes name types of resource",
    )


class PartnerKeys(Request):
    jwks: Jwks = Field(description="All public keys from now on, those for encryption (use: enc) included")
    at_once: bool = Field(False, description="A key was lost: those that are replaced sign nothing more")


class OwnKeys(Request):
    signed: Annotated[str, StringConstraints(min_length=1, max_length=16384)] = Field(
        description="JWT under a present key: iss, sub, aud (this address), iat, exp, jti and the new jwks"
    )


class TokenRequest(BaseModel):
    """RFC 6749 sections 4.1, 4.4 and 6 with RFC 7523 and 7636; a form.

    Nothing is required and nothing is forbidden here: the RFC has words of its own for what is missing or unsupported
    (handlers/partners.py), and unknown parameters are to be ignored (section 3.2).
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    grant_type: Annotated[str, StringConstraints(max_length=100)] = Field("", description=GRANT)
    client_assertion_type: Annotated[str, StringConstraints(max_length=100)] = Field("", description=ASSERTION_TYPE)
    client_assertion: Annotated[str, StringConstraints(max_length=8192)] = ""
    scope: Annotated[str, StringConstraints(max_length=2000)] = ""
    client_id: Annotated[str, StringConstraints(max_length=64)] = ""
    code: Annotated[str, StringConstraints(max_length=128)] = ""
    redirect_uri: Annotated[str, StringConstraints(max_length=500)] = ""
    code_verifier: Annotated[str, StringConstraints(max_length=128)] = ""
    refresh_token: Annotated[str, StringConstraints(max_length=300)] = ""
