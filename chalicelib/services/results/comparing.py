"""A comparison of laboratory results (domain/results/comparison.py): one entry, one query, a bounded number opened.

The newest results of the time come first; a page ends after ``limit`` results or ``MOST_VALUES`` values, and goes on
from there. Each result is opened whole, for its analytes are in it: the index of the search (services/search/) would
spare the opening of results without the analyte, and cost a read for each of its words and names (docs/results.md).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.results.comparison import Comparison, Result, Wish, compare, shown
from chalicelib.domain.results.points import Patient
from chalicelib.errors import FieldProblem, InvalidFieldsError
from chalicelib.ports import Sealed, Vault, keys
from chalicelib.ports.code_sets import CodeSets
from chalicelib.ports.record_rows import newest
from chalicelib.ports.tables import Item, Tables
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.results import RESULT_COMPARISON
from chalicelib.services.gate import Gate

ANALYTES = "analytes"
FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_VALUES = 10_000
"""Values of a page: some two megabytes of an answer that may have six."""


@dataclass(frozen=True, slots=True)
class Question:
    """``since`` within, ``until`` not within; ``limit``: results that are opened for a page."""

    analytes: tuple[str, ...] = ()
    panel: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50

    def checked(self) -> Question:
        """Raises InvalidFieldsError for a time that is empty or out of this world."""
        for moment, name in ((self.since, "/from"), (self.until, "/to")):
            if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
                raise _invalid(name, "range", f"a year from {FIRST_YEAR} to {LAST_YEAR}")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise _invalid("/from", "range", "it begins before it ends")
        return self


class Comparing:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, sets: CodeSets) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._sets = sets

    def page(
        self, actor: Actor, patient_id: PersonId, question: Question, after: Item | None
    ) -> tuple[dict[str, Any], Item | None]:
        """The matrix, and where it goes on with older results. Whoever sees summaries alone sees no values."""
        found, rest, whole = self.found(actor, patient_id, question, after)
        return {**shown(found), "summary_only": not whole}, rest

    def found(
        self, actor: Actor, patient_id: PersonId, question: Question, after: Item | None = None
    ) -> tuple[Comparison, Item | None, bool]:
        """The comparison, where it goes on, and whether the reader may see values at all."""
        question.checked()
        permits = self._gate.admit_kinds(actor, patient_id, RESULT_COMPARISON, [LABORATORY_RESULT])
        permit = permits.get(LABORATORY_RESULT.name)
        if permit is None or permit.summary_only:
            return Comparison((), (), 0), None, False
        wish = Wish(question.analytes, question.panel, self._sets(ANALYTES))
        results: list[Result] = []
        values = 0
        rows, rest = self._rows(patient_id, question, after)
        for number, row in enumerate(rows, start=1):
            results.append(self._opened(permit, row))
            values += len(wish.of(results[-1]))
            if values >= MOST_VALUES and number < len(rows):
                rest = {name: row[name] for name in ("pk", "sk", "kd")}
                break
        patient = self._patient(permits["profile"], patient_id) if _for_somebody(results) else Patient()
        return compare(results, wish, patient), rest, True

    def _rows(self, patient_id: PersonId, question: Question, after: Item | None) -> tuple[list[Item], Item | None]:
        """Newest first, and where to go on; the index is entered at the end of the time that is asked for."""
        kind = LABORATORY_RESULT.name
        if after is None and question.until is not None:
            after = {
                "pk": keys.patient(patient_id),
                "sk": keys.record(patient_id, kind, "").sk,
                "kd": f"{kind}#{stamp(question.until)}",
            }
        page = newest(self._tables, patient_id, kind, question.limit, after)
        if question.since is None:
            return page.items, page.after
        start = f"{kind}#{stamp(question.since)}"
        within = [row for row in page.items if row["kd"] >= start]
        return within, page.after if len(within) == len(page.items) else None

    def _opened(self, permit: Permit, row: Item) -> Result:
        body = json.loads(self._vault.open(permit, Sealed.of(row["id"], row)))
        return Result(row["id"], int(row["ver"]), body, withdrawn="status" in row)

    def _patient(self, permit: Permit, patient_id: PersonId) -> Patient:
        """Asked for only where a range says for whom it is."""
        row = self._tables.get(keys.profile(patient_id))
        return Patient.of(json.loads(self._vault.open(permit, Sealed.of("profile", row)))) if row else Patient()


def _for_somebody(results: list[Result]) -> bool:
    return any(value.get("applies_to") for result in results for value in result.body["values"])


def _invalid(field: str, code: str, message: str) -> InvalidFieldsError:
    return InvalidFieldsError(fields=(FieldProblem(field, code, message),))
