"""Requests about partner systems."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.handlers.models.base import Id, Request

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
GRANT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Scope = Literal["prescription.verify", "prescription.dispense"]


class Jwks(Request):
    keys: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=10)]


class Partner(Request):
    name: Line
    role: Literal["pharmacy", "laboratory", "insurer"]
    organisation_id: Id
    jwks: Jwks = Field(description="Public keys (RFC 7517); private parts are refused")
    scopes: Annotated[list[Scope], Field(max_length=20)] = Field([])


class TokenRequest(BaseModel):
    """RFC 6749 section 4.4 with RFC 7523; a form.

    Nothing is required and nothing is forbidden here: the RFC has words of its own for what is missing or unsupported
    (handlers/partners.py), and unknown parameters are to be ignored (section 3.2).
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    grant_type: Annotated[str, StringConstraints(max_length=100)] = Field("", description=GRANT)
    client_assertion_type: Annotated[str, StringConstraints(max_length=100)] = Field("", description=ASSERTION_TYPE)
    client_assertion: Annotated[str, StringConstraints(max_length=8192)] = ""
    scope: Annotated[str, StringConstraints(max_length=500)] = ""
    client_id: Annotated[str, StringConstraints(max_length=64)] = ""
