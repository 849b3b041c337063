"""HL7 v2 messages and exports in, answers out, and the queue of what matched nobody (PRT-2, PRT-9)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AlreadyExistsError,
    CardStateError,
    NotFoundError,
    StaleVersionError,
    TooLargeError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, versioned
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page
from chalicelib.ports.readers import CSV

api = Api(__name__, grouped=True)

MODELS = "handlers.models.hl7"
PATH = "/api/v1/hl7"
ENTRY = PATH + "/unmatched/{entry_id}"
HL7 = "application/hl7-v2"
CSV_TYPE = "text/csv"
ER7 = "x-application/hl7-v2+er7"
"""The same under another name, for whoever does not say in Accept that they take the first: that one is bytes to the
gateway, because messages come in any character set, and it gives bytes to nobody else.
"""
MOST_SENT = 4 * 1024 * 1024
"""Bytes of a call: Lambda takes no more (a message in the drop may have domain/hl7.py MOST_BYTES)."""
SENDERS = frozenset({Role.LABORATORY, Role.CLINICAL_SYSTEM})
OFFICE = frozenset({Role.REGISTRAR})
DECIDED = (NotFoundError, StaleVersionError, WrongStateError)


@api.endpoint(
    "POST",
    PATH,
    operation="hl7-receive",
    summary="A message or batch of HL7 v2 (ORU^R01, ADT); answered by ACK, also where the answer is AE or AR",
    door=Door.SIGNED_IN,
    roles=SENDERS,
    scope="hl7.write",
    accepts=(HL7,),
    max_body=MOST_SENT,
    answer_type=HL7,
    errors=(TooLargeError, UnavailableError),
)
def receive(call: Call) -> Any:
    said = services().hl7.receive(call.actor, call.body.data)
    if HL7 in call.headers.get("accept", ""):
        return Answer(said.text.encode(), headers={"Content-Type": f"{HL7}; charset=utf-8"})
    return Answer(said.text, headers={"Content-Type": f"{ER7}; charset=utf-8"})


@api.endpoint(
    "POST",
    "/api/v1/files",
    operation="file-receive",
    summary="An export of another record system as CSV; answered by a line for each of its rows",
    door=Door.SIGNED_IN,
    roles=SENDERS,
    scope="files.write",
    accepts=(CSV_TYPE,),
    max_body=MOST_SENT,
    answer_type=CSV_TYPE,
    errors=(TooLargeError, UnavailableError),
)
def receive_file(call: Call) -> Any:
    said = services().hl7.receive(call.actor, call.body.data, CSV)
    if CSV_TYPE in call.headers.get("accept", ""):
        return Answer(said.text.encode(), headers={"Content-Type": f"{CSV_TYPE}; charset=utf-8"})
    return Answer(said.text, headers={"Content-Type": "text/plain; charset=utf-8"})


@api.endpoint(
    "GET",
    PATH + "/unmatched",
    operation="hl7-unmatched-list",
    summary="Messages that wait for a person: whose they are is not known, or they cannot be read",
    door=Door.SIGNED_IN,
    roles=OFFICE,
    query=PAGE_QUERY,
)
def waiting(call: Call) -> Any:
    limit, after = asked(call, "hl7-unmatched-list")
    return page(call, "hl7-unmatched-list", *services().hl7_queue.listed(call.actor, limit, after))


@api.endpoint(
    "GET",
    ENTRY,
    operation="hl7-unmatched-read",
    summary="One of them with its message and whom it describes",
    door=Door.SIGNED_IN,
    roles=OFFICE,
    errors=(NotFoundError,),
)
def opened(call: Call, entry_id: str) -> Any:
    found = services().hl7_queue.opened(call.actor, entry_id)
    return Answer(found, headers=etag(found["version"]))


@api.endpoint(
    "POST",
    ENTRY + "/binding",
    operation="hl7-unmatched-bind",
    summary="Say whose it is: it goes into that card, and the partner's number for the patient is remembered",
    door=Door.SIGNED_IN,
    roles=OFFICE,
    body=f"{MODELS}:Hl7Binding",
    if_match=True,
    errors=DECIDED,
)
def bind(call: Call, entry_id: str) -> Any:
    patient_id = PersonId(call.body.patient_id)
    return versioned(services().hl7_queue.bind(call.actor, entry_id, patient_id, call.if_match))


@api.endpoint(
    "POST",
    ENTRY + "/merging",
    operation="hl7-unmatched-merge",
    summary="Propose the merge of two cards that a partner wishes (A40); another registrar decides about it",
    door=Door.SIGNED_IN,
    roles=OFFICE,
    body=f"{MODELS}:Hl7Merging",
    if_match=True,
    errors=(*DECIDED, AlreadyExistsError, CardStateError),
)
def merge(call: Call, entry_id: str) -> Any:
    stays, goes = PersonId(call.body.patient_id), PersonId(call.body.source_id)
    return versioned(services().hl7_queue.merge(call.actor, entry_id, stays, goes, call.if_match))


@api.endpoint(
    "POST",
    ENTRY + "/rejection",
    operation="hl7-unmatched-reject",
    summary="Put it away, with a reason",
    door=Door.SIGNED_IN,
    roles=OFFICE,
    body=f"{MODELS}:Hl7Rejection",
    if_match=True,
    errors=DECIDED,
)
def reject(call: Call, entry_id: str) -> Any:
    return versioned(services().hl7_queue.reject(call.actor, entry_id, call.body.reason, call.if_match))
