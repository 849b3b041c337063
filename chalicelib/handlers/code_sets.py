"""Code sets for forms, and the check of a form before it is stored (REC-14).

What is typed into a search of a code set names no person and no card, so it may stand in a URL. The entry that is
checked may be clinical: it is sent in a body, judged in memory and forgotten.
"""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import FieldProblem, InvalidFieldsError, NotFoundError
from chalicelib.handlers.bodies import validate
from chalicelib.handlers.endpoints import ANY_SESSION, Answer, Call, Door, whole_number
from chalicelib.handlers.http import Api
from chalicelib.records.registry import RECORD_TYPES

api = Api(__name__)

BASE = "/api/v1/code-sets"
LONGEST, MOST, USUAL = 100, 50, 10
KEPT = {"Cache-Control": "private, max-age=3600"}
"""A browser may keep what is the same for everybody until a new version is deployed; nothing shared may."""
BY_NAME = {spec.name: spec for spec in RECORD_TYPES}


@api.endpoint(
    "GET",
    BASE,
    operation="code-set-list",
    summary="Code sets: version, source, licence, number of rows, complete or not",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
)
def listing(_call: Call) -> Any:
    return Answer({"items": services().code_sets.listed()}, headers=KEPT)


@api.endpoint(
    "GET",
    BASE + "/{code_set}",
    operation="code-set-suggest",
    summary="Suggestions as one types (q), best first; or one code exactly (code)",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
    query={
        "q": {"type": "string", "minLength": 1, "maxLength": LONGEST},
        "code": {"type": "string", "minLength": 1, "maxLength": LONGEST, "description": "This code exactly: mmol/L"},
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    },
    errors=(NotFoundError, InvalidFieldsError),
)
def suggest(call: Call, code_set: str) -> Any:
    name = "code" if "code" in call.query else "q"
    asked = call.query.get(name, "").strip()
    if not 0 < len(asked) <= LONGEST:
        raise InvalidFieldsError(fields=(FieldProblem("?" + name, "length", f"1 to {LONGEST} characters"),))
    limit = whole_number(call, "limit", USUAL, MOST)
    found = services().code_sets
    items = found.exactly(code_set, asked) if name == "code" else found.suggested(code_set, asked, limit)
    return Answer(items, headers=KEPT)


@api.endpoint(
    "GET",
    BASE + "/{code_set}/{code}",
    operation="code-set-read",
    summary="One code, in use or not; a code of other characters than letters, digits, . _ - is asked for by ?code=",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
    errors=(NotFoundError,),
)
def read(_call: Call, code_set: str, code: str) -> Any:
    return Answer(services().code_sets.read(code_set, code), headers=KEPT)


@api.endpoint(
    "POST",
    "/api/v1/record-types/{kind}/checks",
    operation="entry-check",
    summary="What is missing, wrong or worth a look in a form; nothing is stored and no card is asked",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
    body="handlers.models.code_sets:PartialEntry",
    errors=(NotFoundError,),
)
def check(call: Call, kind: str) -> Any:
    spec = BY_NAME.get(kind)
    if spec is None:
        raise NotFoundError
    entered = call.body.root
    try:
        validate(spec.body, entered)
        shape: tuple[FieldProblem, ...] = ()
    except InvalidFieldsError as error:
        shape = error.fields
    return services().entry_checks.look(spec, entered, shape)
