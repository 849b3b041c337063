"""What an insurer's and a pharmacy's system say and ask of their own accord (PRT-3, PRT-4)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS, Role
from chalicelib.domain.representation import Right
from chalicelib.errors import InvalidFieldsError, NotFoundError, StaleVersionError
from chalicelib.handlers.endpoints import Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__, grouped=True)

MODELS = "handlers.models.insurance"
INSURER = frozenset({Role.INSURER})
PHARMACY = frozenset({Role.PHARMACY})
ORDERS = "/api/v1/pharmacy-orders"


@api.endpoint(
    "POST",
    "/api/v1/insurance/policy-checks",
    operation="insurance-policy-check",
    summary="Whether a policy that was presented with a birth date is valid: yes or no, and nothing else",
    door=Door.SIGNED_IN,
    roles=INSURER,
    scope="policy.verify",
    body=f"{MODELS}:PolicyQuestion",
    errors=(InvalidFieldsError,),
)
def check(call: Call) -> Any:
    return {"valid": services().insurance.check(call.actor, call.body.oms_policy, str(call.body.birth_date))}


@api.endpoint(
    "POST",
    "/api/v1/insurance/payments",
    operation="insurance-payment-report",
    summary="What became of the payment for a service; the patient sees it and is told",
    door=Door.SIGNED_IN,
    roles=INSURER,
    scope="payment.write",
    body=f"{MODELS}:Payment",
    errors=(InvalidFieldsError, NotFoundError, StaleVersionError),
)
def payment(call: Call) -> Any:
    return services().insurance.report(call.actor, call.body.model_dump(mode="json"))[0]


@api.endpoint(
    "GET",
    "/api/v1/me/payments",
    operation="insurance-payment-mine",
    summary="What insurers said of payments for services to oneself",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.RECORDS,
)
def mine(call: Call) -> Any:
    return {"items": services().insurance.mine(call.actor)}


# --- a chain of pharmacies


@api.endpoint(
    "GET",
    ORDERS,
    operation="chain-order-list",
    summary="Orders that the own chain was told of, and how each stands; no person",
    door=Door.SIGNED_IN,
    roles=PHARMACY,
    scope="pharmacy-order.write",
    query=PAGE_QUERY,
    errors=(NotFoundError,),
)
def orders(call: Call) -> Any:
    limit, after = asked(call, "chain-orders")
    return page(call, "chain-orders", *services().pharmacy_reports.listed(call.actor, limit, after))


@api.endpoint(
    "POST",
    ORDERS + "/{order_id}/standing",
    operation="chain-order-report",
    summary="An order was confirmed, is ready, was handed out or delivered, was refused or cancelled",
    door=Door.SIGNED_IN,
    roles=PHARMACY,
    scope="pharmacy-order.write",
    body=f"{MODELS}:OrderStanding",
    errors=(InvalidFieldsError, NotFoundError, StaleVersionError),
)
def standing(call: Call, order_id: str) -> Any:
    return services().pharmacy_reports.report(call.actor, order_id, call.body.model_dump(mode="json"))[0]
