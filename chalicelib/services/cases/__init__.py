"""Requests with documents that staff decide; ``domain/cases.py`` has states and kinds, an effect what a decision does.

Every step is one transaction: the case's row (as it was read), its line in the queue, the notice, the audit entry, and
what the effect of its kind wants stored.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.ports import Clock, Documents, Vault
from chalicelib.ports.tables import Tables
from chalicelib.services.cases.desk import Desk
from chalicelib.services.cases.filing import Filing
from chalicelib.services.cases.parties import Parties
from chalicelib.services.cases.tools import CaseTools, Effect
from chalicelib.services.gate import Gate

__all__ = ["CaseService", "Effect"]


class CaseService(Filing, Parties, Desk):
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        documents: Documents,
        clock: Clock,
        effects: Mapping[str, Effect],
    ) -> None:
        super().__init__(CaseTools(gate, tables, vault, documents, clock, effects))
