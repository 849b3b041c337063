"""Large files: begun, brought in parts, completed, given out in ranges."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS
from chalicelib.domain.large_files import PART, SUFFIXES
from chalicelib.errors import (
    CardMergedError,
    CardStateError,
    ConflictError,
    ContentTypeError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    NotReadyError,
    PartConflictError,
    TooLargeError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import content_digest, part_of_file
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

ONE = "/api/v1/me/files/{file_id}"
_DIGITS = 4


@api.endpoint(
    "POST",
    "/api/v1/me/files",
    operation="file-begin",
    summary="Begin to upload a large file: DICOM or MP4, at most 100 MiB",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    body="handlers.models.exports:FileBeginning",
    status=201,
    errors=(CardMergedError, CardStateError, ConflictError, ContentTypeError, TooLargeError, InvalidFieldsError),
)
def begin(call: Call) -> Any:
    return services().large_files.begin(call.actor, call.body.type, call.body.size, call.body.sha256)


@api.endpoint(
    "PUT",
    ONE + "/parts/{number}",
    operation="file-part",
    summary="Store one part; sent again it changes nothing",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    accepts=("application/octet-stream",),
    max_body=PART,
    digest=True,
    errors=(InvalidFieldsError, NotFoundError, PartConflictError, WrongStateError),
)
def part(call: Call, file_id: str, number: str) -> Any:
    if not (number.isascii() and number.isdecimal() and len(number) <= _DIGITS):
        raise InvalidFieldsError(fields=(FieldProblem("/number", "format", "a number from 1 on"),))
    digest = content_digest(call.headers)
    return services().large_files.part(call.actor, file_id, int(number), call.body.data, digest)


@api.endpoint(
    "POST",
    ONE + "/completion",
    operation="file-complete",
    summary="All parts are there: the file is checked in the background",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    errors=(NotFoundError, WrongStateError),
)
def complete(call: Call, file_id: str) -> Any:
    return services().large_files.complete(call.actor, file_id)


@api.endpoint(
    "GET",
    "/api/v1/me/files",
    operation="file-list",
    summary="One's own large files and what the check said, newest first",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    query=PAGE_QUERY,
)
def mine(call: Call) -> Any:
    limit, after = asked(call, "files")
    return page(call, "files", *services().large_files.mine(call.actor, limit, after))


@api.endpoint(
    "GET",
    ONE,
    operation="file-read",
    summary="State of a large file; the numbers of missing parts while it is open",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    errors=(NotFoundError,),
)
def state(call: Call, file_id: str) -> Any:
    return services().large_files.state(call.actor, file_id)


@api.endpoint(
    "GET",
    ONE + "/content",
    operation="file-download",
    summary="Download a large file, in ranges of at most 4 MiB",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    answer_type="application/octet-stream",
    ranges=True,
    errors=(NotFoundError, NotReadyError),
)
def download(call: Call, file_id: str) -> Any:
    kind, data, first, size = services().large_files.download(call.actor, file_id, call.headers.get("range", ""))
    status, headers = part_of_file(data, first, size, f"{file_id}.{SUFFIXES[kind]}")
    return Answer(data, status, headers)
