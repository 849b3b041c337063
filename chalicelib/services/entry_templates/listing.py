"""Templates that somebody may choose from: their own, those of their department, those of their organisation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.access import Permit
from chalicelib.domain.entry_templates.scopes import Place, Scope, State, sees
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.ports import Sealed, keys
from chalicelib.ports.tables import Item, Store
from chalicelib.services.entry_templates.tools import KIND, Shown, Tools, shown

MOST_LOOKED_AT = 300
"""Rows of one page that are held against what is wanted: a page may be short and have a next one."""
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty stands for any. ``text``: words of the name."""

    scope: str = ""
    kind: str = ""
    specialty: str = ""
    state: str = State.ACTIVE.value
    text: str = ""

    def fits(self, row: Item) -> bool:
        asked = {"kind": self.kind, "specialty": self.specialty, "state": self.state}
        return all(not value or row[name] == value for name, value in asked.items())

    def named(self, name: str) -> bool:
        return all(word in name.casefold() for word in self.text.casefold().split())


class TemplateList:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def page(self, actor: Actor, wanted: Wanted, limit: int, after: Item | None) -> tuple[list[Shown], Item | None]:
        """The nearest first: own ones, then of the department, then of the organisation; newest first in each.

        ``after``: the list that comes next and, where it was begun, its last row.
        """
        owner = PersonId(actor.organisation_id)
        permit = self._t.gate.permit_private(actor, owner, KIND, None, "entry-template:list")
        made: list[Shown] = []
        for looked, (number, row) in enumerate(self._rows(actor, wanted, after), 1):
            place: Item = {"list": number, "row": {"pk": row["pk"], "sk": row["sk"]}}
            if wanted.fits(row) and sees(actor, Place.of(row)):
                made.extend(self._named(actor, permit, row, wanted))
            if len(made) == limit or looked == MOST_LOOKED_AT:
                return made, place
        return made, None

    def _rows(self, actor: Actor, wanted: Wanted, after: Item | None) -> Iterator[tuple[int, Item]]:
        pk = keys.entry_templates_of(actor.organisation_id)
        begun = int(after["list"]) if after else 0
        for number, prefix in enumerate(_places(actor, wanted)):
            position = dict(after["row"]) if after and number == begun else None
            while number >= begun:
                found = self._t.tables.query(Store.CARD, pk, prefix, limit=AT_ONCE, after=position, newest_first=True)
                yield from ((number, row) for row in found.items)
                position = found.after
                if position is None:
                    break

    def _named(self, actor: Actor, permit: Permit, row: Item, wanted: Wanted) -> Iterator[Shown]:
        content = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
        if wanted.named(content["name"]):
            yield shown(actor, row, {"name": content["name"]})


def _places(actor: Actor, wanted: Wanted) -> list[str]:
    owners = {Scope.OWN: actor.member_id, Scope.DEPARTMENT: actor.department, Scope.ORGANISATION: ""}
    if actor.role is Role.ADMINISTRATOR:
        owners = {Scope.DEPARTMENT: "", Scope.ORGANISATION: ""}
    return [
        keys.entry_template_place(scope, owner) for scope, owner in owners.items() if wanted.scope in {"", scope.value}
    ]
