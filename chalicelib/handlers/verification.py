"""Whether a paper is genuine, for whoever holds it (DOC-1). The page behind the QR code is portal/…/d.html."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import DocumentCodeError, DocumentElsewhereError, DocumentUnknownError
from chalicelib.handlers.endpoints import EVERYONE, Call, Door
from chalicelib.handlers.http import Api

api = Api(__name__)


@api.endpoint(
    "POST",
    "/api/v1/documents/verify",
    operation="document-verify",
    summary="What is known of an issued document by the code on it: kind, date, state, hash of the file; no patient",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body="handlers.models.issuing:DocumentCode",
    errors=(DocumentCodeError, DocumentElsewhereError, DocumentUnknownError),
)
def verify(call: Call) -> Any:
    return services().verification.verify(call.actor, call.body.code)
