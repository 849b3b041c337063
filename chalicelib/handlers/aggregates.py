"""Counts for analytics and epidemiology, small ones suppressed (PRT-8)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.errors import AccessDeniedError, InvalidFieldsError, NotFoundError, StaleVersionError
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__, grouped=True)

BASE = "/api/v1/aggregates"
MODELS = "handlers.models.aggregates"
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
READERS = ADMINISTRATOR | {Role.ANALYTICS}
SCOPE = "aggregates.read"


@api.endpoint(
    "GET",
    BASE,
    operation="aggregate-settings",
    summary="Whether records are counted, since when, and from how many persons on a count is published",
    door=Door.SIGNED_IN,
    roles=READERS,
    scope=SCOPE,
    errors=(AccessDeniedError,),
)
def settings(call: Call) -> Any:
    return services().aggregates.settings(call.actor)


@api.endpoint(
    "PUT",
    BASE,
    operation="aggregate-switch",
    summary="Count records from now on, or no more; for an administrator of the installation",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:Switch",
    step_up=True,
    errors=(AccessDeniedError, InvalidFieldsError, StaleVersionError),
)
def switch(call: Call) -> Any:
    return services().aggregates.switch(call.actor, counting=call.body.counting, k=call.body.k)


@api.endpoint(
    "GET",
    BASE + "/periods",
    operation="aggregate-list",
    summary="Closed periods and their tables, with digests: what was published once stays as it is",
    door=Door.SIGNED_IN,
    roles=READERS,
    scope=SCOPE,
    query=PAGE_QUERY,
    errors=(AccessDeniedError,),
)
def listing(call: Call) -> Any:
    limit, after = asked(call, "aggregates")
    return page(call, "aggregates", *services().aggregates.periods(call.actor, limit, after))


@api.endpoint(
    "GET",
    BASE + "/periods/{period}/{table}",
    operation="aggregate-read",
    summary="One published table of a month (2026-11) or a year (2026): counts of persons by age band and sex",
    door=Door.SIGNED_IN,
    roles=READERS,
    scope=SCOPE,
    errors=(AccessDeniedError, NotFoundError),
)
def table(call: Call, period: str, table: str) -> Any:
    found = services().aggregates.table(call.actor, period, table)
    return Answer(found, headers={"ETag": f'"{found["digest"]}"'})
