"""Sign-in and confirmation of identity by an electronic signature; the trust store behind them (ID-5)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AlgorithmUnsupportedError,
    AlreadyExistsError,
    CertificateRefusedError,
    ConflictError,
    CredentialsError,
    IdentityMismatchError,
    InvalidFieldsError,
    NoAccountError,
    NotFoundError,
    RevocationListError,
    RevocationUnknownError,
    StaleVersionError,
    StepUpRequiredError,
    TooLargeError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import EVERYONE, HUMANS, Answer, Call, Door
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api

api = Api(__name__)

MODELS = "handlers.models.signatures"
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
OFFICER = frozenset({Role.SECURITY_OFFICER})
FAILURES = (
    CredentialsError,
    CertificateRefusedError,
    RevocationUnknownError,
    AlgorithmUnsupportedError,
    InvalidFieldsError,
    TooLargeError,
)


@api.endpoint(
    "POST",
    "/api/v1/sign-in/signature",
    operation="signature-begin",
    summary="Begin to sign in by electronic signature: a text to sign",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def begin(_call: Call) -> Any:
    return services().signatures.begin()


@api.endpoint(
    "POST",
    "/api/v1/sign-in/signature/{challenge_id}",
    operation="signature-finish",
    summary="Sign in by electronic signature, first half: answers as a right password does",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:SignatureProof",
    errors=(*FAILURES, NoAccountError),
)
def finish(call: Call, challenge_id: str) -> Any:
    return services().signatures.finish(call.actor, challenge_id, call.body.model_dump())


@api.endpoint(
    "POST",
    "/api/v1/me/identity-confirmations/signature",
    operation="identity-signature-begin",
    summary="Begin to confirm one's identity by electronic signature: a text to sign",
    door=Door.SIGNED_IN,
    roles=HUMANS,
)
def begin_confirmation(call: Call) -> Any:
    return services().signatures.begin_confirmation(call.actor)


@api.endpoint(
    "POST",
    "/api/v1/me/identity-confirmations/signature/{challenge_id}",
    operation="identity-signature-finish",
    summary="Confirm one's identity: the certificate must name the same person",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    body=f"{MODELS}:SignatureProof",
    errors=(*FAILURES, IdentityMismatchError, WrongStateError),
)
def finish_confirmation(call: Call, challenge_id: str) -> Any:
    return services().signatures.finish_confirmation(call.actor, challenge_id, call.body.model_dump())


@api.endpoint(
    "GET",
    "/api/v1/trust",
    operation="trust-list",
    summary="Anchors and revocation lists by which electronic signatures are trusted",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR | OFFICER,
)
def listing(call: Call) -> Any:
    return {"items": services().trust.listed(call.actor)}


@api.endpoint(
    "POST",
    "/api/v1/trust/anchors",
    operation="trust-propose",
    summary="Propose an anchor; a security officer approves it",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:TrustAnchor",
    status=201,
    step_up=True,
    errors=(AlgorithmUnsupportedError, AlreadyExistsError, InvalidFieldsError, StepUpRequiredError),
)
def propose(call: Call) -> Any:
    made = services().trust.propose(call.actor, call.body.model_dump())
    return Answer(made, status=201, headers=etag(made["version"]))


@api.endpoint(
    "POST",
    "/api/v1/trust/anchors/{anchor_id}/approval",
    operation="trust-approve",
    summary="Approve an anchor that somebody else proposed",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    if_match=True,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def approve(call: Call, anchor_id: str) -> Any:
    made = services().trust.approve(call.actor, anchor_id, call.if_match)
    return Answer(made, headers=etag(made["version"]))


@api.endpoint(
    "DELETE",
    "/api/v1/trust/anchors/{anchor_id}",
    operation="trust-remove",
    summary="Trust an anchor no longer; holds everywhere within a minute",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    status=204,
    step_up=True,
    errors=(ConflictError, NotFoundError, StepUpRequiredError),
)
def remove(call: Call, anchor_id: str) -> Any:
    services().trust.remove(call.actor, anchor_id)


@api.endpoint(
    "POST",
    "/api/v1/trust/revocation-lists",
    operation="trust-replace-list",
    summary="Store a newer revocation list of an issuer",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:RevocationList",
    status=201,
    step_up=True,
    errors=(
        AlgorithmUnsupportedError,
        CertificateRefusedError,
        InvalidFieldsError,
        RevocationListError,
        StepUpRequiredError,
        TooLargeError,
    ),
)
def replace_list(call: Call) -> Any:
    return services().trust.replace_list(call.actor, call.body.model_dump())
