"""Bulletins as the organisation's administrator reads them: as tables, on paper, as CSV, as a MeasureReport (ANA-4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.bulletins.content import PARTS, cells, is_empty
from chalicelib.domain.bulletins.lines import as_csv
from chalicelib.domain.bulletins.measure import as_measure_report
from chalicelib.domain.bulletins.paper import printable
from chalicelib.domain.bulletins.words import in_words
from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.staff import refusal_to_manage
from chalicelib.errors import NotFoundError
from chalicelib.ports import Event, Printer, keys
from chalicelib.ports.tables import Item, Store, Tables
from chalicelib.services.gate import Gate

PDF, CSV, FHIR = "application/pdf", "text/csv", "application/fhir+json"
FORMS = (PDF, CSV, FHIR)


class Bulletins:
    def __init__(self, gate: Gate, tables: Tables, printer: Printer) -> None:
        self._gate = gate
        self._tables = tables
        self._printer = printer

    def listed(
        self, actor: Actor, organisation_id: str, limit: int, after: Item | None
    ) -> tuple[list[Item], Item | None]:
        """Newest month first; years behind them. NotFoundError for an organisation that is not the caller's."""
        self._allowed(actor, organisation_id, "bulletin:list")
        self._gate.record(_event(actor, "bulletin:list", organisation_id))
        found = self._tables.query(
            Store.CARD,
            keys.bulletins(organisation_id),
            keys.AGGREGATE_PERIODS,
            limit=limit,
            after=after,
            newest_first=True,
        )
        return [_line(row) for row in found.items], found.after

    def read(self, actor: Actor, organisation_id: str, period: str, language: str) -> Item:
        """With words beside the codes. NotFoundError for a period of which there is no bulletin."""
        return in_words(self._found(actor, organisation_id, period, "bulletin:read"), language)

    def form(self, actor: Actor, organisation_id: str, period: str, form: str, language: str) -> str | bytes:
        """The bulletin in one of ``FORMS``. The same for the same language, whenever it is asked for."""
        found = self._found(actor, organisation_id, period, "bulletin:download", form=form)
        if form == PDF:
            return self._printer.render("record", printable(found, language))
        if form == CSV:
            return as_csv(found, language).encode()
        return json.dumps(as_measure_report(found, language), ensure_ascii=False)

    # --- pieces

    def _found(self, actor: Actor, organisation_id: str, period: str, operation: str, **details: str) -> Item:
        self._allowed(actor, organisation_id, operation)
        row = self._tables.get(keys.bulletin(organisation_id, period))
        if row is None:
            raise NotFoundError
        self._gate.record(_event(actor, operation, organisation_id, period=period, **details))
        return shown(row)

    def _allowed(self, actor: Actor, organisation_id: str, operation: str) -> None:
        """Administrators of the organisation and of the installation; another organisation's are not there."""
        if reason := refusal_to_manage(actor, organisation_id):
            self._gate.refuse(actor, operation, reason)
            raise NotFoundError
        if self._tables.get(keys.organisation(organisation_id)) is None:
            raise NotFoundError


def _event(actor: Actor, operation: str, organisation_id: str, **details: str) -> Event:
    return Event(actor, operation, SYS, resource_type="bulletin", resource_id=organisation_id, details=details)


def _line(row: Mapping[str, Any]) -> Item:
    return {
        "period": row["id"],
        "published_at": row["at"],
        "k": int(row["k"]),
        "digest": row["digest"],
        "empty": is_empty(row["parts"]),
    }


def shown(row: Mapping[str, Any]) -> Item:
    """A bulletin as it is read, and as its forms are made of it."""
    parts = [{"part": part, "counted": part in row["parts"], "cells": cells(row["parts"], part)} for part in PARTS]
    return {
        "organisation_id": row["organisation"],
        "organisation": row["name"],
        **_line(row),
        "parts": parts,
    }
