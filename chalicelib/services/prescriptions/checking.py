"""Warnings about drugs before they are prescribed (REC-14), made from what this doctor may read, and nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.prescribing import ALLERGIES, COMPARED_KINDS, Alert, Substance, unanswered, warnings
from chalicelib.errors import PrescribingWarningsError
from chalicelib.ports import Clock, Sealed, Vault
from chalicelib.ports.code_sets import CodeSets
from chalicelib.ports.record_rows import newest
from chalicelib.ports.tables import Tables
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.records.registry import record_type
from chalicelib.records.substances import substances
from chalicelib.services.gate import Gate

DRUGS = "drugs"
"""The code set of drugs by INN."""
MOST = 100
"""Newest records of a kind that are compared; beyond it the doctor is told that not all were."""


class PrescribingChecks:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, sets: CodeSets, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._sets = sets
        self._clock = clock

    def of(
        self, actor: Actor, patient_id: PersonId, drugs: Sequence[Mapping[str, Any]], replaced: str = ""
    ) -> list[Alert]:
        """All warnings about ``drugs`` (each with ``inn`` and perhaps ``atc``), under one audit entry.

        ``replaced``: id of the prescription in whose place this one is to stand. A kind of record that the consent does
        not cover, or shows in summaries alone, is not opened: it is told as not checked.
        """
        kinds = [record_type(name) for name in COMPARED_KINDS]
        permits = self._gate.admit_check(actor, patient_id, PRESCRIPTION, kinds, "prescription:check")
        found: list[Substance] = []
        unread: list[str] = []
        for name in COMPARED_KINDS:
            permit = permits.get(name)
            if permit is None or permit.summary_only:
                unread.append(name)
                continue
            seen, whole = self._seen(permit)
            found += [one for one in seen if one.id != replaced]
            unread += [] if whole else [name]
        found = [self._named(one) for one in found]
        allergies = [one for one in found if one.kind in ALLERGIES]
        taken = [one for one in found if one.kind not in ALLERGIES]
        return warnings([self._named(one) for one in _numbered(drugs)], allergies, taken, unread)

    def coded(self, drugs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The drugs, each with the ATC code that it is known by where the doctor left it out."""
        named = [self._named(one) for one in _numbered(drugs)]
        return [{**drug, "atc": one.atc or None} for drug, one in zip(drugs, named, strict=True)]

    def answered(
        self,
        actor: Actor,
        patient_id: PersonId,
        drugs: Sequence[Mapping[str, Any]],
        override: Mapping[str, Any] | None,
        replaced: str = "",
    ) -> list[Alert]:
        """As ``of``. Raises PrescribingWarningsError unless the override names each warning that asks for an answer."""
        found = self.of(actor, patient_id, drugs, replaced)
        if unanswered(found, (override or {}).get("warnings", ())):
            raise PrescribingWarningsError(extra={"warnings": shown(found)})
        return found

    def _named(self, one: Substance) -> Substance:
        """By its INN, with the ATC code where the code set has exactly one: a trade name, or English, is the same."""
        rows = self._sets(DRUGS).named(one.inn)
        if len(rows) != 1:
            return one
        codes = rows[0].values("atc")
        return replace(one, inn=rows[0].ru, atc=one.atc or (codes[0] if len(codes) == 1 else ""))

    def _seen(self, permit: Permit) -> tuple[list[Substance], bool]:
        """Substances of the newest records of the permit's kind, and whether these are all records."""
        page = newest(self._tables, permit.patient_id, permit.kind, MOST)
        now, found = self._clock(), []
        for row in page.items:
            body = json.loads(self._vault.open(permit, Sealed.of(row["id"], row)))
            found += substances(row, body, now)
        return found, page.after is None


def shown(found: Iterable[Alert]) -> list[dict[str, Any]]:
    return [one.shown() for one in found]


def _numbered(drugs: Sequence[Mapping[str, Any]]) -> list[Substance]:
    return [
        Substance(inn=drug["inn"], atc=drug.get("atc") or "", line=line) for line, drug in enumerate(drugs, start=1)
    ]
