"""Pharmacies in the patient's cabinet: stock, reservations, deliveries, loyalty programmes (RX-7)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of
from chalicelib.handlers.headers import replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

BASE = "/api/v1/me/pharmacy-orders"
CHAIN = "/api/v1/me/pharmacies/{chain_name}/loyalty"
MODELS = "handlers.models.pharmacy_orders"
READING = (AccessDeniedError, InvalidFieldsError, NotFoundError, TooManyRequestsError, WrongStateError)


@api.endpoint(
    "GET",
    "/api/v1/me/pharmacies",
    operation="loyalty-list",
    summary="Chains of pharmacies that are connected, and to which the number of a loyalty programme is passed on",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.RECORDS,
)
def pharmacies(call: Call) -> Any:
    return {"items": services().loyalty.chains(call.actor, language_of(call))}


@api.endpoint(
    "PUT",
    CHAIN,
    operation="loyalty-give",
    summary="Consent that this number is passed on to this chain, with orders that ask for it",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    body=f"{MODELS}:Loyalty",
    errors=(InvalidFieldsError, NotFoundError, StaleVersionError, WrongStateError),
)
def give(call: Call, chain_name: str) -> Any:
    return services().loyalty.give(call.actor, chain_name, call.body.number, language_of(call))


@api.endpoint(
    "DELETE",
    CHAIN,
    operation="loyalty-withdraw",
    summary="Withdraw it; the number is removed",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    status=204,
    errors=(NotFoundError, StaleVersionError),
)
def withdraw(call: Call, chain_name: str) -> Any:
    services().loyalty.withdraw(call.actor, chain_name)


@api.endpoint(
    "POST",
    BASE + "/stock",
    operation="pharmacy-order-stock",
    summary="Which pharmacies have what is left of a prescription; they are told no name",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.RECORDS,
    body=f"{MODELS}:StockQuestion",
    errors=READING,
)
def stock(call: Call) -> Any:
    body = call.body
    return {"items": services().pharmacy_orders.stock(call.actor, body.prescription_id, body.region, body.chains)}


@api.endpoint(
    "POST",
    BASE,
    operation="pharmacy-order-create",
    summary="Reserve, or order a delivery; the pharmacy is told within a minute",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.REPORT,
    body=f"{MODELS}:PharmacyOrder",
    status=201,
    idempotent=True,
    errors=(*READING, CardStateError, IdempotencyKeyReusedError),
)
def order(call: Call) -> Any:
    made, repeated = services().pharmacy_orders.order(
        call.actor, call.body.model_dump(mode="json"), call.idempotency_key
    )
    return Answer(made, 201, replay(repeated=repeated))


@api.endpoint(
    "GET",
    BASE,
    operation="pharmacy-order-list",
    summary="Orders at pharmacies and how each stands, newest first",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.RECORDS,
    query=PAGE_QUERY,
)
def orders(call: Call) -> Any:
    limit, after = asked(call, "pharmacy-orders")
    return page(call, "pharmacy-orders", *services().pharmacy_orders.listed(call.actor, limit, after))


@api.endpoint(
    "GET",
    BASE + "/{order_id}",
    operation="pharmacy-order-read",
    summary="One order",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.RECORDS,
    errors=(NotFoundError,),
)
def one(call: Call, order_id: str) -> Any:
    return services().pharmacy_orders.one(call.actor, order_id)


@api.endpoint(
    "POST",
    BASE + "/{order_id}/cancellation",
    operation="pharmacy-order-cancel",
    summary="Cancel: at once while no pharmacy was told, otherwise the pharmacy has the last word",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.REPORT,
    errors=(NotFoundError, StaleVersionError, WrongStateError),
)
def cancel(call: Call, order_id: str) -> Any:
    return services().pharmacy_orders.cancel(call.actor, order_id)
