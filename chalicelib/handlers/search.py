"""Searching a card (REC-11). By POST: what is looked for stands in no URL and no log."""

from __future__ import annotations

import hashlib
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Action
from chalicelib.domain.identity import PersonId
from chalicelib.domain.search.wanted import Asked
from chalicelib.errors import AccessDeniedError, InvalidFieldsError, NotFoundError
from chalicelib.handlers.endpoints import Call, Door, language_of
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import page, position
from chalicelib.records.search import SEARCH

api = Api(__name__)


@api.endpoint(
    "POST",
    "/api/v1/patients/{patient_id}/search",
    operation="search-list",
    summary="Search a card by words, doctor, date, kind and section; a page may be short and have a next one",
    door=Door.CARD,
    roles=frozenset(SEARCH.grants[Action.LIST]),
    body="handlers.models.search:CardSearch",
    errors=(AccessDeniedError, InvalidFieldsError, NotFoundError),
)
def search(call: Call, patient_id: str) -> Any:
    form = call.body
    asked = Asked(form.text, form.doctor, form.since, form.until, tuple(form.kinds), tuple(form.sections))
    listing = f"search/{call.asked_for or patient_id}/{hashlib.sha256(repr(asked).encode()).hexdigest()}"
    after = position(call, form.cursor, listing, "/cursor") if form.cursor else None
    items, rest = services().search.search(
        call.actor, PersonId(patient_id), asked, language_of(call), limit=form.limit, after=after
    )
    return page(call, listing, items, rest)
