"""Scans: taken in as raw bytes, given out to their owner when they were checked."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS
from chalicelib.domain.scans import ACCEPTED, MAX_BYTES
from chalicelib.errors import (
    CardMergedError,
    CardStateError,
    ConflictError,
    ContentTypeError,
    InvalidFieldsError,
    NotFoundError,
    NotReadyError,
    TooLargeError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of
from chalicelib.handlers.headers import attachment
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)


@api.endpoint(
    "POST",
    "/api/v1/me/uploads",
    operation="upload-create",
    summary="Upload a scan: PDF, JPEG or PNG, at most 4 MB; it is checked before anybody can open it",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    accepts=ACCEPTED,
    max_body=MAX_BYTES,
    status=201,
    errors=(CardMergedError, CardStateError, ConflictError, ContentTypeError, TooLargeError),
)
def create(call: Call) -> Any:
    return services().uploads.create(call.actor, call.body.media_type, call.body.data)


@api.endpoint(
    "GET",
    "/api/v1/me/uploads",
    operation="upload-list",
    summary="One's own scans and what the check said, newest first",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    query=PAGE_QUERY,
)
def mine(call: Call) -> Any:
    limit, after = asked(call, "uploads")
    return page(call, "uploads", *services().uploads.mine(call.actor, limit, after))


@api.endpoint(
    "GET",
    "/api/v1/me/uploads/{upload_id}",
    operation="upload-read",
    summary="Download one's own scan",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    answer_type="application/octet-stream",
    errors=(NotFoundError, NotReadyError),
)
def read(call: Call, upload_id: str) -> Any:
    media_type, data = services().uploads.download(call.actor, upload_id)
    return Answer(data, headers=attachment(media_type, upload_id))


@api.endpoint(
    "DELETE",
    "/api/v1/me/uploads/{upload_id}",
    operation="upload-delete",
    summary="Delete one's own file that no record and no request names",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    status=204,
    errors=(NotFoundError, NotReadyError, WrongStateError),
)
def drop(call: Call, upload_id: str) -> Any:
    services().uploads.drop(call.actor, upload_id)
    return Answer(None, 204)


@api.endpoint(
    "PUT",
    "/api/v1/me/uploads/{upload_id}/signature",
    operation="upload-signature-put",
    summary="Add a detached CMS signature to one's own file; it is checked in a moment, and loses no file",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    body="handlers.models.issuing:DetachedSignature",
    status=202,
    errors=(ConflictError, InvalidFieldsError, NotFoundError),
)
def sign(call: Call, upload_id: str) -> Any:
    return services().upload_signatures.put(call.actor, upload_id, call.body.cms)


@api.endpoint(
    "GET",
    "/api/v1/me/uploads/{upload_id}/signature",
    operation="upload-signature-read",
    summary="What the check found of the signature of one's own file, and who signed",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    errors=(NotFoundError,),
)
def signature(call: Call, upload_id: str) -> Any:
    return services().upload_signatures.read(call.actor, upload_id, language_of(call))
