"""Files of records: brought to a card by who may write such a record, given out through the record that they hang on.

One set of routes for all kinds with files; ``collection`` says which kind.
"""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Action
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.scans import ACCEPTED, MAX_BYTES
from chalicelib.errors import (
    AccessDeniedError,
    ContentTypeError,
    NotFoundError,
    NotReadyError,
    TooLargeError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import file_given
from chalicelib.handlers.http import Api
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.records.spec import RecordType

api = Api(__name__)

BASE = "/api/v1/patients/{patient_id}/{collection}"
FILE = BASE + "/files/{upload_id}"
WITH_FILES: tuple[RecordType, ...] = tuple(spec for spec in RECORD_TYPES if spec.files)


def _may(action: Action) -> frozenset[Role]:
    return frozenset(role for spec in WITH_FILES for role in spec.grants.get(action, ()))


WRITERS, TAKERS = _may(Action.CREATE), _may(Action.DOWNLOAD)


def _kind(collection: str) -> RecordType:
    found = next((spec for spec in WITH_FILES if spec.collection == collection), None)
    if found is None:
        raise NotFoundError
    return found


@api.endpoint(
    "POST",
    BASE + "/files",
    operation="attachment-create",
    summary="Bring a file for a record of this kind: PDF, JPEG or PNG, at most 4 MB; it is checked in the background",
    door=Door.CARD,
    roles=WRITERS,
    accepts=ACCEPTED,
    max_body=MAX_BYTES,
    status=201,
    errors=(AccessDeniedError, ContentTypeError, NotFoundError, TooLargeError),
)
def create(call: Call, patient_id: str, collection: str) -> Any:
    spec, file = _kind(collection), call.body
    return services().uploads.create_for_record(call.actor, PersonId(patient_id), spec, file.media_type, file.data)


@api.endpoint(
    "GET",
    FILE,
    operation="attachment-read",
    summary="What the check said of a file that one or one's organisation brought, and which record it hangs on",
    door=Door.CARD,
    roles=WRITERS,
    errors=(AccessDeniedError, NotFoundError),
)
def state(call: Call, patient_id: str, collection: str, upload_id: str) -> Any:
    return services().uploads.for_record(call.actor, PersonId(patient_id), _kind(collection), upload_id)


@api.endpoint(
    "DELETE",
    FILE,
    operation="attachment-delete",
    summary="Delete such a file while it hangs on no record",
    door=Door.CARD,
    roles=WRITERS,
    status=204,
    errors=(AccessDeniedError, NotFoundError, NotReadyError, WrongStateError),
)
def drop(call: Call, patient_id: str, collection: str, upload_id: str) -> Any:
    services().uploads.drop_for_record(call.actor, PersonId(patient_id), _kind(collection), upload_id)
    return Answer(None, 204)


@api.endpoint(
    "GET",
    BASE + "/{record_id}/files/{upload_id}",
    operation="attachment-download",
    summary="Take a file that hangs on a record, or a range of it, at most 4 MiB at a time",
    door=Door.CARD,
    roles=TAKERS,
    answer_type="application/octet-stream",
    ranges=True,
    errors=(AccessDeniedError, NotFoundError),
)
def download(call: Call, patient_id: str, collection: str, record_id: str, upload_id: str) -> Any:
    given = services().attachments.download(
        call.actor, PersonId(patient_id), _kind(collection), record_id, upload_id, call.headers.get("range", "")
    )
    status, headers = file_given(given.media_type, given.data, given.first, given.size, upload_id)
    return Answer(given.data, status, headers)
