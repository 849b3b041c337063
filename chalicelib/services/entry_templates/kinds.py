"""Templates of doctors' entries: which kinds have them, what a template does not say, and units in words (UX-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.entry_templates.placeholders import PERSON, PLACEHOLDERS
from chalicelib.domain.identity import Role
from chalicelib.domain.links import LINKS
from chalicelib.errors import FieldProblem, InvalidFieldsError
from chalicelib.records.registry import RECORD_TYPES, record_type
from chalicelib.records.shapes import MISSING, model, validate
from chalicelib.records.spec import CLINICIANS, RecordType, unstored

PROFILE = unstored(PERSON, "overview", {Action.LIST: CLINICIANS}, {"ru": "Кто это", "en": "Who it is"})
"""The profile as a template reads it: to those who may see whose card it is (records/overview.py, WHO)."""

SAID_LATER = frozenset({LINKS, "doctor_name"})
"""Fields that belong to one record: no template says them. Its moment and its files are such too."""


def read_for(name: str) -> RecordType:
    """A kind that a placeholder reads."""
    return PROFILE if name == PERSON else record_type(name)


def kinds_for(role: Role) -> list[RecordType]:
    """Kinds with a form that this role fills in; an administrator keeps templates for those who do."""
    roles = CLINICIANS if role is Role.ADMINISTRATOR else frozenset({role})
    return [one for one in RECORD_TYPES if one.process is None and not roles.isdisjoint(_writers(one))]


def _writers(spec: RecordType) -> frozenset[Role]:
    return frozenset(spec.grants.get(Action.CREATE, ())) & CLINICIANS


def readers_of(placeholder: str) -> list[str]:
    """Roles that may read all of what a placeholder says, where the patient lets them."""
    kinds = [read_for(kind) for kind in PLACEHOLDERS[placeholder].kinds]
    return sorted(role for role in CLINICIANS if all(role in kind.grants.get(Action.LIST, ()) for kind in kinds))


def shape_problems(spec: RecordType, body: Mapping[str, Any]) -> list[FieldProblem]:
    """What of a template's body does not fit the kind: anything may be missing but what is there has its shape."""
    own = {spec.occurred, spec.files, *SAID_LATER}
    found = [
        FieldProblem(f"/body/{name}", "not-in-a-template", "this is said when the record is written")
        for name in body
        if name in own
    ]
    if not body:
        found.append(FieldProblem("/body", "not-in-a-template", "a template has at least one field"))
    return [*found, *(replace(one, field=f"/body{one.field}") for one in _wrong(spec, body))]


def missing(spec: RecordType, body: Mapping[str, Any]) -> list[str]:
    """Pointers of what has to be filled in still, and of what does not go together yet."""
    return list(dict.fromkeys(one.field for one in _problems(spec, body)))


def _wrong(spec: RecordType, body: Mapping[str, Any]) -> list[FieldProblem]:
    """Rules of the whole body are for the finished record."""
    return [one for one in _problems(spec, body) if one.code != MISSING and one.field]


def _problems(spec: RecordType, body: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    try:
        validate(spec.body, dict(body))
    except InvalidFieldsError as error:
        return error.fields
    return ()


def unit_in(language: str) -> Any:
    """A function from a unit of UCUM to its words."""
    words = model("records.bodies.units:UNITS")

    def told(unit: str) -> str:
        ru, en = words.get(unit, (unit, unit))
        return str(en if language == "en" else ru)

    return told
