"""Certificates that documents are signed with: an organisation's seal, a doctor's own signature (DOC-3, RX-6)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AccessDeniedError,
    AlgorithmUnsupportedError,
    CertificateRefusedError,
    ConflictError,
    InvalidFieldsError,
    NotFoundError,
    RevocationUnknownError,
    SigningRequestError,
    StepUpRequiredError,
)
from chalicelib.handlers.endpoints import Call, Door
from chalicelib.handlers.http import Api

api = Api(__name__)

MODELS = "handlers.models.issuing"
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
DOCTOR = frozenset({Role.DOCTOR})
SEAL = "/api/v1/organisations/{organisation_id}/seal-certificate"
OWN = "/api/v1/me/signing-certificate"
REFUSALS = (
    AlgorithmUnsupportedError,
    CertificateRefusedError,
    ConflictError,
    InvalidFieldsError,
    RevocationUnknownError,
    SigningRequestError,
    StepUpRequiredError,
)


@api.endpoint(
    "GET",
    SEAL,
    operation="seal-certificate-read",
    summary="Certificate of the organisation's electronic seal, and the open request",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    errors=(AccessDeniedError, NotFoundError),
)
def seal(call: Call, organisation_id: str) -> Any:
    service = services().signing_certificates
    return service.shown(call.actor, service.owner(call.actor, organisation_id, "read"))


@api.endpoint(
    "POST",
    SEAL + "/requests",
    operation="seal-certificate-request",
    summary="A new key for the organisation's seal, and the request for its certificate (PKCS#10)",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:SigningRequest",
    status=201,
    step_up=True,
    errors=(AccessDeniedError, ConflictError, NotFoundError, StepUpRequiredError),
)
def request_seal(call: Call, organisation_id: str) -> Any:
    service = services().signing_certificates
    owner = service.owner(call.actor, organisation_id, "request")
    return service.request(call.actor, owner, call.body.algorithm)


@api.endpoint(
    "PUT",
    SEAL,
    operation="seal-certificate-put",
    summary="Put the organisation's certificate in use; the one before it signs no more",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:SigningCertificate",
    step_up=True,
    errors=(*REFUSALS, AccessDeniedError, NotFoundError),
)
def put_seal(call: Call, organisation_id: str) -> Any:
    service = services().signing_certificates
    owner = service.owner(call.actor, organisation_id, "put")
    return service.put(call.actor, owner, call.body.model_dump())


@api.endpoint(
    "DELETE",
    SEAL,
    operation="seal-certificate-withdraw",
    summary="Sign with the organisation's seal no more; its key is destroyed",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    status=204,
    step_up=True,
    errors=(AccessDeniedError, ConflictError, NotFoundError, StepUpRequiredError),
)
def withdraw_seal(call: Call, organisation_id: str) -> Any:
    service = services().signing_certificates
    service.withdraw(call.actor, service.owner(call.actor, organisation_id, "withdraw"))


@api.endpoint(
    "GET",
    OWN,
    operation="signing-certificate-read",
    summary="Certificate of one's own signature, and the open request",
    door=Door.SIGNED_IN,
    roles=DOCTOR,
)
def own(call: Call) -> Any:
    service = services().signing_certificates
    return service.shown(call.actor, service.own(call.actor))


@api.endpoint(
    "POST",
    OWN + "/requests",
    operation="signing-certificate-request",
    summary="A new key for one's own signature, and the request for its certificate (PKCS#10)",
    door=Door.SIGNED_IN,
    roles=DOCTOR,
    body=f"{MODELS}:SigningRequest",
    status=201,
    step_up=True,
    errors=(ConflictError, NotFoundError, StepUpRequiredError),
)
def request_own(call: Call) -> Any:
    service = services().signing_certificates
    return service.request(call.actor, service.own(call.actor), call.body.algorithm)


@api.endpoint(
    "PUT",
    OWN,
    operation="signing-certificate-put",
    summary="Put one's own certificate in use; the one before it signs no more",
    door=Door.SIGNED_IN,
    roles=DOCTOR,
    body=f"{MODELS}:SigningCertificate",
    step_up=True,
    errors=REFUSALS,
)
def put_own(call: Call) -> Any:
    service = services().signing_certificates
    return service.put(call.actor, service.own(call.actor), call.body.model_dump())


@api.endpoint(
    "DELETE",
    OWN,
    operation="signing-certificate-withdraw",
    summary="Sign with one's own key no more; it is destroyed",
    door=Door.SIGNED_IN,
    roles=DOCTOR,
    status=204,
    step_up=True,
    errors=(ConflictError, StepUpRequiredError),
)
def withdraw_own(call: Call) -> Any:
    service = services().signing_certificates
    service.withdraw(call.actor, service.own(call.actor))
