"""Published tables for analytics systems and administrators of the installation, and the switch of counting."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from chalicelib.domain.aggregates.tables import STRATUM, TABLES, K
from chalicelib.domain.identity import SYS, Actor, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.staff import runs_the_system
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import Clock, Event, PatientKeys, keys
from chalicelib.ports.tables import Expect, Item, Put, Store, Tables, every_row
from chalicelib.services.aggregates.counting import ON, OWNER
from chalicelib.services.gate import Gate

OFF = "off"


class AggregateService:
    def __init__(self, gate: Gate, tables: Tables, patient_keys: PatientKeys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._keys = patient_keys
        self._clock = clock

    # --- the switch

    def settings(self, actor: Actor) -> Item:
        self._allowed(actor, "aggregate:settings")
        return _settings(self._tables.get(keys.aggregate_settings()))

    def switch(self, actor: Actor, *, counting: bool, k: int) -> Item:
        """Count from now on, or no more. ``k`` is never lowered: what is published already was made for it."""
        self._allowed(actor, "aggregate:switch", systems=False)
        row, now = self._tables.get(keys.aggregate_settings()), stamp(self._clock())
        if k < int(row["k"] if row else K):
            raise InvalidFieldsError(fields=(FieldProblem("/k", "range", "it is never lowered"),))
        with suppress(AlreadyExistsError):
            self._keys.enrol(OWNER)
        version = int(row["ver"]) + 1 if row else 1
        new: Item = {
            "id": "settings",
            "state": ON if counting else OFF,
            "k": k,
            "since": row["since"] if row else now,
            "at": now,
            "ver": version,
        }
        event = Event(
            actor, "aggregate:switch", SYS, resource_type="aggregate", details={"state": new["state"], "k": k}
        )
        expect = {"ver": version - 1} if row else Expect.ABSENT
        try:
            self._gate.commit([self._gate.stage(event)], [Put(keys.aggregate_settings(), new, expect)])
        except ConflictError:
            raise StaleVersionError from None
        return _settings(new)

    # --- what is published

    def periods(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Closed periods, newest month first; years behind them."""
        self._allowed(actor, "aggregate:list")
        self._gate.record(Event(actor, "aggregate:list", SYS))
        found = self._tables.query(
            Store.CARD, keys.AGGREGATES, keys.AGGREGATE_PERIODS, limit=limit, after=after, newest_first=True
        )
        return [_period(row) for row in found.items], found.after

    def table(self, actor: Actor, period: str, table: str) -> Item:
        """One table, whole. NotFoundError for what is not published."""
        self._allowed(actor, "aggregate:read")
        row = self._tables.get(keys.aggregate_period(period)) if table in TABLES else None
        if row is None or table not in row["tables"]:  # a period may be older than a table
            raise NotFoundError
        event = Event(actor, "aggregate:read", SYS, resource_type="aggregate", resource_id=f"{period}/{table}")
        self._gate.record(event)
        parts = every_row(self._tables, Store.CARD, keys.aggregate_tables(period), f"{table}#")
        cells = [_numbers(cell) for part in parts for cell in part["cells"]]
        return {
            "period": period,
            "table": table,
            "dimensions": [*TABLES[table][1], *STRATUM],
            "k": int(row["k"]),
            "published_at": row["at"],
            "digest": row["tables"][table]["digest"],
            "cells": cells,
            "persons_in_cells": sum(cell["persons"] for cell in cells),
        }

    def _allowed(self, actor: Actor, operation: str, *, systems: bool = True) -> None:
        """Analytics systems and administrators of the installation, not of one organisation."""
        if runs_the_system(actor) or (systems and actor.role is Role.ANALYTICS):
            return
        self._gate.refuse(actor, operation, "scope")
        raise AccessDeniedError


def _settings(row: Mapping[str, Any] | None) -> Item:
    if row is None:
        return {"counting": False, "k": K, "since": None, "changed_at": None}
    return {"counting": row["state"] == ON, "k": int(row["k"]), "since": row["since"], "changed_at": row["at"]}


def _period(row: Mapping[str, Any]) -> Item:
    tables = [
        {"table": name, "cells": int(one["cells"]), "digest": one["digest"]} for name, one in row["tables"].items()
    ]
    return {"period": row["id"], "published_at": row["at"], "k": int(row["k"]), "tables": tables}


def _numbers(cell: Mapping[str, Any]) -> Item:
    return {**cell, "persons": int(cell["persons"])}
