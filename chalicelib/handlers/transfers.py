"""Exchange of cards between organisations under consent (PRT-7)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS, Role
from chalicelib.domain.representation import Right
from chalicelib.domain.transfers import MAX_BYTES
from chalicelib.errors import (
    AccessDeniedError,
    ConsentRequiredError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
    SubjectUnknownError,
    TransferSenderError,
    TransferUnreadableError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import EVERYONE, Answer, Call, Door
from chalicelib.handlers.headers import replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, following, page

api = Api(__name__, grouped=True)

BASE = "/api/v1/transfers"
SENDERS = "/api/v1/transfer-senders"
MODELS = "handlers.models.transfers"
SYSTEMS = frozenset({Role.CLINICAL_SYSTEM})
ASKING = SYSTEMS | {Role.DOCTOR, Role.REGISTRAR}
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
READ, WRITE = "transfer.read", "transfer.write"
JOSE = "application/vnd.medkarta.transfer"


@api.endpoint(
    "GET",
    BASE + "/keys",
    operation="transfer-keys",
    summary="Public keys of this system (JWKS): by which it signs transfers, and to which others seal them",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def own_keys(_call: Call) -> Any:
    return Answer(services().transfer_senders.own_keys(), headers={"Cache-Control": "public, max-age=300"})


@api.endpoint(
    "POST",
    BASE,
    operation="transfer-request",
    summary="Ask a patient that their card, or sections of it, goes to a system of the own organisation",
    door=Door.SIGNED_IN,
    roles=ASKING,
    scope=READ,
    body=f"{MODELS}:TransferForm",
    status=201,
    errors=(AccessDeniedError, ConsentRequiredError, InvalidFieldsError, StaleVersionError),
)
def ask(call: Call) -> Any:
    return Answer(services().transfer_asking.ask(call.actor, call.body.model_dump(mode="json")), 201)


@api.endpoint(
    "GET",
    BASE,
    operation="transfer-list",
    summary="What the own organisation asked for, and how each stands",
    door=Door.SIGNED_IN,
    roles=ASKING,
    scope=READ,
    query=PAGE_QUERY,
)
def listing(call: Call) -> Any:
    limit, after = asked(call, "transfers")
    return page(call, "transfers", *services().transfer_asking.listed(call.actor, limit, after))


@api.endpoint(
    "POST",
    BASE + "/incoming",
    operation="transfer-take",
    summary="Bring in one part of a transfer, sealed to this system: what became of each entry",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    scope=WRITE,
    accepts=(JOSE,),
    max_body=MAX_BYTES,
    query={
        "patient": {"type": "string", "maxLength": 64, "description": "Our id; else by the identifiers of the Patient"}
    },
    errors=(
        AccessDeniedError,
        InvalidFieldsError,
        StaleVersionError,
        SubjectUnknownError,
        TransferSenderError,
        TransferUnreadableError,
    ),
)
def take(call: Call) -> Any:
    sealed, patient = call.body.data, call.query.get("patient", "")
    if not sealed.isascii() or len(patient) > 64:  # noqa: PLR2004 - as declared
        raise TransferUnreadableError
    answer, repeated = services().transfer_taking.take(call.actor, sealed.decode().strip(), patient)
    return Answer(answer, headers=replay(repeated=repeated))


@api.endpoint(
    "GET",
    BASE + "/{transfer_id}",
    operation="transfer-read",
    summary="How a transfer stands",
    door=Door.SIGNED_IN,
    roles=ASKING,
    scope=READ,
    errors=(NotFoundError,),
)
def one(call: Call, transfer_id: str) -> Any:
    return services().transfer_asking.one(call.actor, transfer_id)


@api.endpoint(
    "GET",
    BASE + "/{transfer_id}/parts",
    operation="transfer-part",
    summary="One part: signed by us, sealed to the key of the system that asks; next leads to the following one",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    scope=READ,
    query={"cursor": PAGE_QUERY["cursor"]},
    errors=(AccessDeniedError, ConsentRequiredError, InvalidFieldsError, NotFoundError, WrongStateError),
)
def part(call: Call, transfer_id: str) -> Any:
    listed = f"transfer-{transfer_id}"[:80]
    _, place = asked(call, listed)
    number = int(place["part"]) if place else 1
    made = services().transfer_giving.part(call.actor, transfer_id, number, place)
    after = made.pop("after")
    if after is None:
        return made
    return {**made, "next": following(call, listed, {**after, "part": number + 1})}


@api.endpoint(
    "POST",
    BASE + "/{transfer_id}/acceptance",
    operation="transfer-accept",
    summary="Everything arrived; the answer has a receipt that is signed by us",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    scope=READ,
    body=f"{MODELS}:Acceptance",
    errors=(NotFoundError, StaleVersionError, WrongStateError),
)
def accept(call: Call, transfer_id: str) -> Any:
    return services().transfer_asking.accept(call.actor, transfer_id, call.body.parts)


@api.endpoint(
    "GET",
    "/api/v1/me/transfers",
    operation="transfer-mine",
    summary="Organisations that asked for the own card, and what became of it",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.JOURNAL,
)
def mine(call: Call) -> Any:
    return {"items": services().transfer_asking.mine(call.actor)}


# --- the administrator


@api.endpoint(
    "POST",
    SENDERS,
    operation="transfer-sender-put",
    summary="Trust the transfers of a system outside, or give it other keys",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:Sender",
    step_up=True,
    errors=(AccessDeniedError, InvalidFieldsError, StepUpRequiredError),
)
def put_sender(call: Call) -> Any:
    return services().transfer_senders.put(call.actor, call.body.model_dump(mode="json"))


@api.endpoint(
    "GET",
    SENDERS,
    operation="transfer-sender-list",
    summary="Systems outside whose transfers are trusted",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    query=PAGE_QUERY,
    errors=(AccessDeniedError,),
)
def senders(call: Call) -> Any:
    limit, after = asked(call, "transfer-senders")
    return page(call, "transfer-senders", *services().transfer_senders.listed(call.actor, limit, after))


@api.endpoint(
    "DELETE",
    SENDERS + "/{sender_id}",
    operation="transfer-sender-remove",
    summary="Trust a system outside no more",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    status=204,
    step_up=True,
    errors=(AccessDeniedError, NotFoundError, StepUpRequiredError),
)
def remove_sender(call: Call, sender_id: str) -> Any:
    services().transfer_senders.remove(call.actor, sender_id)
