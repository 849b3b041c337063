"""A draft of a record, made of a template for one patient (UX-3).

1. Who may write such a record of this patient may fill in its template: the gate is asked about that, and about each
   kind that a placeholder reads. One entry names the kinds; the others are not read.
2. Nothing is stored by filling in, but the entry. The finished record comes by the ordinary route, which refuses it
   while a gap is left (services/entry_checks.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.entry_templates.answers import Scene
from chalicelib.domain.entry_templates.filling import fill
from chalicelib.domain.entry_templates.marks import uses
from chalicelib.domain.entry_templates.placeholders import PERSON, PLACEHOLDERS, kinds_of
from chalicelib.domain.entry_templates.scopes import State
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.specialties import SPECIALTIES
from chalicelib.domain.visit_forms import Known
from chalicelib.errors import WrongStateError
from chalicelib.ports import Sealed, keys
from chalicelib.ports.record_rows import newest, stands
from chalicelib.ports.resources import RESOURCE
from chalicelib.ports.tables import Item
from chalicelib.records.registry import record_type
from chalicelib.services.entry_templates.kinds import kinds_for, missing, read_for, readers_of, unit_in
from chalicelib.services.entry_templates.tools import Shown, Tools

MOST = 100
"""Newest records of a kind that are read; of a list that is longer the draft says so."""
AT_ONCE = 8
"""Queries side by side."""


class TemplateDrafts:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    @staticmethod
    def choices(role: Role, language: str) -> Shown:
        """What a template may be of, and what it may have filled in."""
        return {
            "kinds": [{"name": spec.name, "label": spec.label(language)} for spec in kinds_for(role)],
            "specialties": [{"code": code, "label": one.to(language)} for code, one in SPECIALTIES.items()],
            "placeholders": [
                {
                    "name": name,
                    "label": one.words.to(language),
                    "parameter": one.parameter.to(language) if one.parameter else None,
                    "choices": _choices(one.choices, language),
                    "reads": [{"kind": kind, "label": read_for(kind).label(language)} for kind in one.kinds],
                    "readers": readers_of(name),
                }
                for name, one in PLACEHOLDERS.items()
            ],
        }

    def draft(self, actor: Actor, patient_id: PersonId, template_id: str, language: str) -> Shown:
        """Raises NotFoundError, WrongStateError for an archived one, and what the gate refuses with."""
        row = self._t.seen(actor, template_id, "entry-template-fill")
        if row["state"] != State.ACTIVE.value:
            raise WrongStateError("the template is archived", extra={"state": row["state"]})
        content = self._t.opened(actor, row, "entry-template:read")
        spec, kinds = record_type(row["kind"]), [read_for(kind) for kind in kinds_of(uses(content["body"]))]
        permits = self._t.gate.admit_check(actor, patient_id, spec, kinds, "entry-template:fill")
        made = fill(content["body"], self._scene(patient_id, permits, language))
        return {
            "template": {"id": row["id"], "name": content["name"], "version": int(row["ver"])},
            "kind": spec.name,
            "body": made.body,
            "sources": made.sources,
            "unfilled": made.unfilled,
            "gaps": made.gaps(),
            "missing": missing(spec, made.body),
        }

    def _scene(self, patient_id: PersonId, permits: Mapping[str, Permit], language: str) -> Scene:
        """What a consent shows in part only is not read: half a list is taken for a whole one."""
        whole = {kind: permit for kind, permit in permits.items() if not permit.summary_only}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = {
                kind: pool.submit(copy_context().run, self._newest, patient_id, permit)
                for kind, permit in whole.items()
                if kind != PERSON
            }
            person = self._person(patient_id, whole[PERSON]) if PERSON in whole else None
            found = {kind: one.result() for kind, one in asked.items()}
        return Scene(
            found={kind: rows for kind, (rows, _) in found.items()},
            person=person,
            cut={kind for kind, (_, more) in found.items() if more},
            now=self._t.clock(),
            language=language,
            unit=unit_in(language),
        )

    def _newest(self, patient_id: PersonId, permit: Permit) -> tuple[list[Known], bool]:
        page = newest(self._t.tables, patient_id, permit.kind, MOST)
        return [self._known(permit, row) for row in page.items], page.after is not None

    def _known(self, permit: Permit, row: Item) -> Known:
        body: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
        body.pop("provenance", None)
        body.pop(RESOURCE, None)
        standing = stands(row, self._t.clock())
        at = str(row["kd"]).split("#")[1]
        return Known(row["kind"], row["id"], at, row["updated_at"], body, row["source"], standing=standing)

    def _person(self, patient_id: PersonId, permit: Permit) -> dict[str, Any]:
        row = self._t.tables.get(keys.profile(patient_id))
        if row is None:
            return {}
        found: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of("profile", row)))
        return found


def _choices(codes: tuple[str, ...], language: str) -> list[Shown]:
    from chalicelib.domain.vital_signs.signs import SIGNS

    return [{"value": code, "label": SIGNS[code].words.to(language)} for code in codes]
