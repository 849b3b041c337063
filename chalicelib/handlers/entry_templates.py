"""Templates of doctors' entries: kept, shared, filled in for a patient (UX-3)."""

from __future__ import annotations

import hashlib
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.entry_templates.scopes import Scope, State
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Call, Door, language_of, versioned
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page, position

api = Api(__name__, grouped=True)

MODELS = "handlers.models.entry_templates"
BASE = "/api/v1/entry-templates"
ONE = BASE + "/{template_id}"
CLINICIANS = frozenset({Role.DOCTOR, Role.NURSE})
KEEPERS = CLINICIANS | {Role.ADMINISTRATOR}
READING = (AccessDeniedError, NotFoundError)
CHANGING = (*READING, InvalidFieldsError, StaleVersionError, WrongStateError)
MOST_DIGITS = 6


@api.endpoint(
    "GET",
    "/api/v1/entry-template-choices",
    operation="entry-template-choices",
    summary="What a template may be of, and what it may have filled in from a card: kinds that are read, and by whom",
    door=Door.SIGNED_IN,
    roles=KEEPERS,
)
def choices(call: Call) -> Any:
    return services().entry_template_drafts.choices(call.actor.role, language_of(call))


@api.endpoint(
    "POST",
    BASE,
    operation="entry-template-create",
    summary="Make a template: of one's own, or of the organisation for its administrator",
    door=Door.SIGNED_IN,
    roles=KEEPERS,
    body=f"{MODELS}:EntryTemplateForm",
    status=201,
    idempotent=True,
    errors=(AccessDeniedError, IdempotencyKeyReusedError, InvalidFieldsError),
)
def create(call: Call) -> Any:
    made, repeated = services().entry_templates.create(call.actor, call.body.model_dump(), call.idempotency_key)
    return versioned(made, 201, repeated=repeated)


@api.endpoint(
    "POST",
    BASE + "/search",
    operation="entry-template-list",
    summary="Templates to choose from, the nearest first; a page may be short and have a next one",
    door=Door.SIGNED_IN,
    roles=KEEPERS,
    body=f"{MODELS}:EntryTemplateSearch",
    errors=(InvalidFieldsError,),
)
def listing(call: Call) -> Any:
    from chalicelib.services.entry_templates.listing import Wanted

    form = call.body
    wanted = Wanted(form.scope, form.kind, form.specialty, form.state, form.text)
    name = f"entry-templates/{hashlib.sha256(repr(wanted).encode()).hexdigest()}"
    after = position(call, form.cursor, name, "/cursor") if form.cursor else None
    return page(call, name, *services().entry_template_list.page(call.actor, wanted, form.limit, after))


@api.endpoint(
    "GET",
    ONE,
    operation="entry-template-read",
    summary="A template with its body",
    door=Door.SIGNED_IN,
    roles=KEEPERS,
    errors=READING,
)
def read(call: Call, template_id: str) -> Any:
    return versioned(services().entry_templates.read(call.actor, template_id))


@api.endpoint(
    "PUT",
    ONE,
    operation="entry-template-change",
    summary="A new version with another name, specialty or body; the earlier one stays",
    door=Door.SIGNED_IN,
    roles=KEEPERS,
    body=f"{MODELS}:EntryTemplateForm",
    if_match=True,
    errors=CHANGING,
)
def change(call: Call, template_id: str) -> Any:
    form = call.body.model_dump()
    return versioned(services().entry_templates.change(call.actor, template_id, form, call.if_match))


@api.endpoint(
    "GET",
    ONE + "/versions",
    operation="entry-template-history",
    summary="All versions of a template, newest first",
    door=Door.SIGNED_IN,
    roles=KEEPERS,
    query=PAGE_QUERY,
    errors=READING,
)
def versions(call: Call, template_id: str) -> Any:
    name = f"entry-template/{template_id}"
    limit, after = asked(call, name)
    return page(call, name, *services().entry_templates.versions(call.actor, template_id, limit, after))


@api.endpoint(
    "POST",
    ONE + "/versions/{version}/restoration",
    operation="entry-template-restore",
    summary="What an earlier version said, as the newest one",
    door=Door.SIGNED_IN,
    roles=KEEPERS,
    if_match=True,
    errors=CHANGING,
)
def restore(call: Call, template_id: str, version: str) -> Any:
    if not (version.isascii() and version.isdecimal() and len(version) <= MOST_DIGITS):
        raise NotFoundError
    return versioned(services().entry_templates.restore(call.actor, template_id, int(version), call.if_match))


@api.endpoint(
    "PUT",
    ONE + "/scope",
    operation="entry-template-share",
    summary="Who sees it: own to department and back by its author, department to organisation by an administrator",
    door=Door.SIGNED_IN,
    roles=KEEPERS,
    body=f"{MODELS}:EntryTemplateScope",
    if_match=True,
    errors=CHANGING,
)
def share(call: Call, template_id: str) -> Any:
    to = Scope(call.body.scope)
    return versioned(services().entry_templates.share(call.actor, template_id, to, call.if_match))


@api.endpoint(
    "PUT",
    ONE + "/state",
    operation="entry-template-archive",
    summary="Offer it no more, or again; nothing is deleted",
    door=Door.SIGNED_IN,
    roles=KEEPERS,
    body=f"{MODELS}:EntryTemplateState",
    if_match=True,
    errors=CHANGING,
)
def archive(call: Call, template_id: str) -> Any:
    state = State(call.body.state)
    return versioned(services().entry_templates.archive(call.actor, template_id, state, call.if_match))


@api.endpoint(
    "GET",
    "/api/v1/entry-template-drafts/{patient_id}/{template_id}",
    operation="entry-template-fill",
    summary="A draft of a record, filled in from the card; what may not be read is a gap; nothing is stored",
    door=Door.SIGNED_IN,
    roles=CLINICIANS,
    errors=(*READING, WrongStateError),
)
def fill(call: Call, patient_id: str, template_id: str) -> Any:
    drafts = services().entry_template_drafts
    return drafts.draft(call.actor, PersonId(patient_id), template_id, language_of(call))
