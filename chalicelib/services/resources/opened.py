"""Rows of a card as resources: as they came, else as the mapping shows them."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor
from chalicelib.domain.resource_ids import ResourceId
from chalicelib.ports import Sealed
from chalicelib.ports.resources import RESOURCE, Resource
from chalicelib.ports.tables import Item
from chalicelib.records.spec import RecordType
from chalicelib.services.drafts import opened_row
from chalicelib.services.resources.tools import Tools, dressed, is_gone


class OpenedService:
    """Implements ``ports.resources.Opened``."""

    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def opened(self, actor: Actor, spec: RecordType, permit: Permit, row: Item) -> list[Resource]:
        if is_gone(row):
            return []
        body: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
        if RESOURCE in body and not permit.summary_only:
            name = str(ResourceId(permit.patient_id, spec.name, row["id"]))
            return [dressed(body[RESOURCE], name, int(row["ver"]), row["updated_at"])]
        record = opened_row(actor, spec, permit, row, body, self._t.clock())
        return self._t.mapper().shown(permit.patient_id, record)


class PackedService(OpenedService):
    """The same for whoever takes in one resource at a time: a report with its values is one (transfers)."""

    def opened(self, actor: Actor, spec: RecordType, permit: Permit, row: Item) -> list[Resource]:
        found = super().opened(actor, spec, permit, row)
        return self._t.mapper().packed(found) if len(found) > 1 else found
