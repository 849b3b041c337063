"""A template and its versions. Every change is a new version: the earlier one stays, sealed as it was (UX-3).

1. What is written: the template, its earlier version, its copies in lists and its entry, in one transaction that holds
   only on top of the version that ``If-Match`` names.
2. Name and body are sealed under the keys of the organisation, as its stamp is: a template should hold no data of a
   patient, and somebody will write some into one all the same.
3. Nothing is deleted: an archived template is not offered and can be brought back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from chalicelib.domain.entry_templates.checks import text_problems
from chalicelib.domain.entry_templates.scopes import Place, Scope, State, changes, first_scope, shares
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.specialties import SPECIALTIES
from chalicelib.domain.staff import runs_the_system
from chalicelib.errors import (
    AlreadyExistsError,
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Sealed, keys, plaintext
from chalicelib.ports.tables import Delete, Expect, Expected, Item, Put, Store, Write
from chalicelib.services.entry_templates.kinds import kinds_for, shape_problems
from chalicelib.services.entry_templates.tools import KIND, Shown, Tools, shown
from chalicelib.services.gate import Staged


class TemplateKeeping:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def create(self, actor: Actor, form: Mapping[str, Any], key: str) -> tuple[Shown, bool]:
        """Returns it, and whether it was there already. Raises InvalidFieldsError, IdempotencyKeyReusedError.

        ``form``: name, kind, specialty ("" for none), body.
        """
        if runs_the_system(actor):  # it has no doctors
            self._t.refuse(actor, "entry-template-create")
        _check(actor, form)
        now, template_id, owner = self._t.clock(), self._t.gate.new_id(), PersonId(actor.organisation_id)
        with suppress(AlreadyExistsError):
            self._t.patient_keys.enrol(owner)
        clinician = actor.role is not Role.ADMINISTRATOR
        row: Item = {
            "id": template_id,
            "organisation": actor.organisation_id,
            "department": actor.department if clinician else "",
            "member": actor.member_id,
            "scope": first_scope(actor).value,
            "state": State.ACTIVE.value,
            "kind": form["kind"],
            "specialty": form["specialty"],
            "created_at": stamp(now),
        }
        content = {"name": form["name"], "body": form["body"]}
        staged, new = self._sealed(actor, row, content, 1, "create")
        said = [actor.organisation_id, dict(form)]
        request = once(actor.person_id, "entry-template:create", key, said, {"id": template_id})
        writes = [*_puts(new, None), self._t.patient_keys.alive(owner)]
        stored = self._t.gate.commit([staged], writes, request)
        if stored is not None:
            return self.read(actor, stored["id"]), True
        return shown(actor, new, content), False

    def read(self, actor: Actor, template_id: str) -> Shown:
        row = self._t.seen(actor, template_id, "entry-template-read")
        return shown(actor, row, self._t.opened(actor, row, "entry-template:read"))

    def change(self, actor: Actor, template_id: str, form: Mapping[str, Any], version: int) -> Shown:
        """Another name, specialty and body. Raises as ``create``, NotFoundError, StaleVersionError, WrongStateError."""
        row = self._open(actor, template_id, "entry-template-change", version)
        if form["kind"] != row["kind"]:
            raise InvalidFieldsError(fields=(FieldProblem("/kind", "kind", "the kind of a template stays"),))
        _check(actor, form)
        content = {"name": form["name"], "body": form["body"]}
        return self._changed(actor, row, {"specialty": form["specialty"]}, content, "change")

    def restore(self, actor: Actor, template_id: str, old: int, version: int) -> Shown:
        """What version ``old`` said, as the newest one. Raises as ``change``."""
        row = self._open(actor, template_id, "entry-template-restore", version)
        earlier = self._t.tables.get(keys.entry_template_version(template_id, old))
        if earlier is None:
            raise NotFoundError
        content = self._t.opened(actor, earlier, "entry-template:read")
        _check(actor, {**content, "kind": row["kind"], "specialty": earlier["specialty"]})
        return self._changed(actor, row, {"specialty": earlier["specialty"]}, content, "restore")

    def share(self, actor: Actor, template_id: str, to: Scope, version: int) -> Shown:
        """Move it into another list (domain/entry_templates/scopes.py). Raises as ``change``."""
        row = self._t.seen(actor, template_id, "entry-template-share")
        if not shares(actor, Place.of(row), to):
            self._t.refuse(actor, "entry-template-share")
        _at(row, version)
        _active(row)
        return self._again(actor, row, {"scope": to.value}, "share")

    def archive(self, actor: Actor, template_id: str, state: State, version: int) -> Shown:
        """Offer it no more, or again. Raises as ``change``."""
        row = self._changing(actor, template_id, "entry-template-archive", version)
        return self._again(actor, row, {"state": state.value}, "archive")

    def versions(
        self, actor: Actor, template_id: str, limit: int, after: Item | None
    ) -> tuple[list[Shown], Item | None]:
        """All versions with their bodies, newest first."""
        row = self._t.seen(actor, template_id, "entry-template-history")
        pk, mark = keys.entry_template_rows(template_id), keys.ENTRY_TEMPLATE_VERSIONS
        owner = PersonId(row["organisation"])
        permit = self._t.gate.permit_private(actor, owner, KIND, template_id, "entry-template:history")
        found = self._t.tables.query(Store.CARD, pk, mark, limit=limit, after=after, newest_first=True)
        opened = [json.loads(self._t.vault.open(permit, Sealed.of(template_id, one))) for one in found.items]
        return [_version(actor, one, content) for one, content in zip(found.items, opened, strict=True)], found.after

    # --- pieces

    def _changing(self, actor: Actor, template_id: str, operation: str, version: int) -> Item:
        row = self._t.seen(actor, template_id, operation)
        if not changes(actor, Place.of(row)):
            self._t.refuse(actor, operation)
        _at(row, version)
        return row

    def _open(self, actor: Actor, template_id: str, operation: str, version: int) -> Item:
        row = self._changing(actor, template_id, operation, version)
        _active(row)
        return row

    def _again(self, actor: Actor, row: Item, more: Item, verb: str) -> Shown:
        """The same content elsewhere: sealed anew, for a ciphertext opens as one version alone."""
        content = self._t.opened(actor, row, "entry-template:read")
        return self._changed(actor, row, more, content, verb)

    def _changed(self, actor: Actor, row: Item, more: Item, content: Mapping[str, Any], verb: str) -> Shown:
        staged, new = self._sealed(actor, {**row, **more}, content, int(row["ver"]) + 1, verb)
        owner = PersonId(row["organisation"])
        try:
            self._t.gate.commit([staged], [*_puts(new, row), self._t.patient_keys.alive(owner)])
        except ConflictError:
            raise StaleVersionError from None
        return shown(actor, new, content)

    def _sealed(
        self, actor: Actor, row: Item, content: Mapping[str, Any], version: int, verb: str
    ) -> tuple[Staged, Item]:
        """The row of a version, ``by`` whom and by what it came."""
        owner = PersonId(row["organisation"])
        staged = self._t.gate.stage_private(actor, owner, KIND, row["id"], f"entry-template:{verb}")
        sealed = self._t.vault.seal(staged.seal_with, version, plaintext(content))
        by = {"member": actor.member_id, "role": actor.role.value}
        told = {"ver": version, "sealed": sealed, "by": by, "verb": verb, "updated_at": stamp(self._t.clock())}
        return staged.saying(details={"version": version, "scope": row["scope"]}), {**row, **told}


def _check(actor: Actor, form: Mapping[str, Any]) -> None:
    spec = next((one for one in kinds_for(actor.role) if one.name == form["kind"]), None)
    found: list[FieldProblem] = []
    if spec is None:
        found.append(FieldProblem("/kind", "kind", "there is no form of this kind that you fill in"))
    else:
        found += shape_problems(spec, form["body"])
    if form["specialty"] and form["specialty"] not in SPECIALTIES:
        found.append(FieldProblem("/specialty", "unknown", "no such specialty of a template"))
    found += text_problems(form["name"], form["body"])
    if found:
        raise InvalidFieldsError(fields=tuple(found))


def _at(row: Item, version: int) -> None:
    if int(row["ver"]) != version:
        raise StaleVersionError(extra={"version": int(row["ver"])})


def _active(row: Item) -> None:
    if row["state"] != State.ACTIVE.value:
        raise WrongStateError("the template is archived", extra={"state": row["state"]})


def _puts(new: Item, old: Item | None) -> Sequence[Write]:
    """The template, this version of it, which stays, and its copy in the list where it stands now."""
    expect: Expected = Expect.ABSENT if old is None else {"ver": int(old["ver"])}
    moved = old is not None and old["scope"] != new["scope"]
    made: list[Write] = [
        Put(keys.entry_template(new["id"]), new, expect),
        Put(keys.entry_template_version(new["id"], new["ver"]), new),
        Put(_listed(new), new, Expect.ABSENT if moved else expect),
    ]
    return [*made, Delete(_listed(old), {"ver": int(old["ver"])})] if old is not None and moved else made


def _listed(row: Item) -> Any:
    owners = {Scope.OWN: row["member"], Scope.DEPARTMENT: row["department"], Scope.ORGANISATION: ""}
    scope = Scope(row["scope"])
    place = keys.entry_template_place(scope, str(owners[scope]))
    return keys.entry_template_listed(row["organisation"], place, row["id"])


def _version(actor: Actor, row: Item, content: Mapping[str, Any]) -> Shown:
    by = {**row["by"], "me": row["by"]["member"] == actor.member_id}
    return {**shown(actor, row, content), "by": by, "change": row["verb"]}
