"""Requests about second factors. Codes and assertions are checked by the services; here only shape and size."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Request

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Answer = Annotated[dict[str, Any], Field(description="PublicKeyCredential as JSON (WebAuthn level 3, toJSON)")]


class NewPasskey(Request):
    credential: Answer
    name: Name


class PasskeyName(Request):
    name: Name


class SmsFactor(Request):
    enabled: bool
