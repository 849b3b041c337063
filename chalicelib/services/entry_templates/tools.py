"""What the services of templates share: reading a row that somebody may see, and showing it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.entry_templates.scopes import Place, may, sees
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import AccessDeniedError, NotFoundError
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.tables import Item, Tables
from chalicelib.services.gate import Gate

KIND = "entry-template"
Shown = dict[str, Any]
NAMES = ("id", "kind", "specialty", "scope", "state", "department")


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    clock: Clock

    def seen(self, actor: Actor, template_id: str, operation: str) -> Item:
        """The row of a template that they may see. Raises NotFoundError, AccessDeniedError."""
        row = self.tables.get(keys.entry_template(template_id))
        if row is None:
            raise NotFoundError
        if not sees(actor, Place.of(row)):
            self.refuse(actor, operation)
        return {name: value for name, value in row.items() if name not in {"pk", "sk"}}

    def refuse(self, actor: Actor, operation: str) -> None:
        self.gate.refuse(actor, operation, "scope")
        raise AccessDeniedError

    def opened(self, actor: Actor, row: Item, action: str) -> Shown:
        """Name and body, under an entry of their own."""
        owner = PersonId(row["organisation"])
        permit = self.gate.permit_private(actor, owner, KIND, row["id"], action)
        content: Shown = json.loads(self.vault.open(permit, Sealed.of(row["id"], row)))
        return content


def shown(actor: Actor, row: Mapping[str, Any], content: Mapping[str, Any]) -> Shown:
    """A template as who may see it gets it. ``by``: who made this version."""
    place = Place.of(row)
    return {
        **{name: row[name] for name in NAMES},
        "name": content["name"],
        "version": int(row["ver"]),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "mine": bool(actor.member_id) and place.member == actor.member_id,
        "may": may(actor, place),
        **({"body": content["body"]} if "body" in content else {}),
    }
