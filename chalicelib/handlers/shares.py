"""Links to a card: the patient makes and revokes them; whoever has one opens it and reads what was shared (DOC-4).

The secret of a link stands in the fragment of its address and comes in the body of one POST, with the passcode: neither
is ever part of a path, so neither is in a log of requests.
"""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS, Role
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    ConflictError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    LockedOutError,
    NotFoundError,
    ShareClosedError,
    ShareExpiredError,
    ShareLockedError,
    SharePasscodeError,
    ShareRevokedError,
    ShareUnknownError,
    ShareUsedUpError,
    StaleVersionError,
    StepUpRequiredError,
)
from chalicelib.handlers.endpoints import EVERYONE, Answer, Call, Door
from chalicelib.handlers.headers import attachment, etag, file_given, replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.shares"
OWN = "/api/v1/me/shares"
SHARE = "/api/v1/shares/{share_id}"
KIND = SHARE + "/records/{kind}"
RECIPIENTS = frozenset({Role.RECIPIENT})

# --- the patient


@api.endpoint(
    "POST",
    OWN,
    operation="share-create",
    summary="Make a link to sections or records of the card; address and passcode are in the first answer alone",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    body=f"{MODELS}:ShareForm",
    status=201,
    idempotent=True,
    step_up=True,
    errors=(CardStateError, IdempotencyKeyReusedError, InvalidFieldsError, NotFoundError, StepUpRequiredError),
)
def create(call: Call) -> Any:
    made, repeated = services().shares.create(call.actor, call.body.model_dump(mode="json"), call.idempotency_key)
    return Answer(made, 201, replay(repeated=repeated))


@api.endpoint(
    "GET",
    OWN,
    operation="share-list",
    summary="Links to the card, newest first: what each opens, how often it was opened",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    query=PAGE_QUERY,
)
def mine(call: Call) -> Any:
    limit, after = asked(call, "shares")
    return page(call, "shares", *services().shares.mine(call.actor, limit, after))


@api.endpoint(
    "DELETE",
    OWN + "/{share_id}",
    operation="share-revoke",
    summary="Take a link back, effective on the next request of whoever has it open",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    status=204,
    errors=(NotFoundError, StaleVersionError),
)
def revoke(call: Call, share_id: str) -> Any:
    services().shares.revoke(call.actor, share_id)


@api.endpoint(
    "GET",
    OWN + "/{share_id}/openings",
    operation="share-openings",
    summary="Journal of a link, newest first: openings, what each read, wrong passcodes",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    query=PAGE_QUERY,
    errors=(NotFoundError,),
)
def openings(call: Call, share_id: str) -> Any:
    listing = f"share-openings/{share_id}"
    limit, after = asked(call, listing)
    return page(call, listing, *services().shares.openings(call.actor, share_id, limit, after))


# --- whoever has the link


@api.endpoint(
    "POST",
    SHARE + "/open",
    operation="share-open",
    summary="Open a link with the secret of its address and the passcode: a token for half an hour",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:ShareOpening",
    errors=(
        ConflictError,
        LockedOutError,
        ShareClosedError,
        ShareExpiredError,
        ShareLockedError,
        SharePasscodeError,
        ShareRevokedError,
        ShareUnknownError,
        ShareUsedUpError,
    ),
)
def open_(call: Call, share_id: str) -> Any:
    return services().shares.open(call.actor, share_id, call.body.secret, call.body.passcode)


@api.endpoint(
    "GET",
    SHARE,
    operation="share-read",
    summary="What an open link holds: kinds of record, single records, whether documents may be taken",
    door=Door.SHARE,
    roles=RECIPIENTS,
    errors=(ShareClosedError,),
)
def contents(call: Call, share_id: str) -> Any:  # noqa: ARG001 - the door has compared it with the token
    return services().shares.contents(call.actor)


@api.endpoint(
    "GET",
    KIND,
    operation="share-records",
    summary="Shared records of one kind, newest first",
    door=Door.SHARE,
    roles=RECIPIENTS,
    query=PAGE_QUERY,
    errors=(AccessDeniedError, NotFoundError, ShareClosedError),
)
def records(call: Call, share_id: str, kind: str) -> Any:
    listing = f"share/{share_id}/{kind}"
    limit, after = asked(call, listing)
    return page(call, listing, *services().shares.page(call.actor, kind, limit, after))


@api.endpoint(
    "GET",
    KIND + "/{record_id}",
    operation="share-record",
    summary="One shared record",
    door=Door.SHARE,
    roles=RECIPIENTS,
    errors=(AccessDeniedError, NotFoundError, ShareClosedError),
)
def record(call: Call, share_id: str, kind: str, record_id: str) -> Any:  # noqa: ARG001 - as above
    shown = services().shares.read(call.actor, kind, record_id)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "GET",
    KIND + "/{record_id}/document",
    operation="share-document",
    summary="PDF of a shared record, where the link allows it",
    door=Door.SHARE,
    roles=RECIPIENTS,
    answer_type="application/pdf",
    errors=(AccessDeniedError, NotFoundError, ShareClosedError),
)
def document(call: Call, share_id: str, kind: str, record_id: str) -> Any:  # noqa: ARG001 - as above
    data = services().shares.document(call.actor, kind, record_id)
    return Answer(data, headers=attachment("application/pdf", record_id))


@api.endpoint(
    "GET",
    KIND + "/{record_id}/files/{upload_id}",
    operation="share-file",
    summary="A file of a shared record, or a range of it, where the link allows it",
    door=Door.SHARE,
    roles=RECIPIENTS,
    answer_type="application/octet-stream",
    ranges=True,
    errors=(AccessDeniedError, NotFoundError, ShareClosedError),
)
def file(call: Call, share_id: str, kind: str, record_id: str, upload_id: str) -> Any:  # noqa: ARG001 - as above
    given = services().shares.file(call.actor, kind, record_id, upload_id, call.headers.get("range", ""))
    status, headers = file_given(given.media_type, given.data, given.first, given.size, upload_id)
    return Answer(given.data, status, headers)
