"""Registering patients at a clinic, merging cards."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.services.carrying import CarryingService
    from chalicelib.services.merges import MergeService
    from chalicelib.services.patients import PatientService


class Patients(Core):
    @cached_property
    def patients(self) -> PatientService:
        from chalicelib.services.patients import PatientService

        return PatientService(self.gate, self.tables, self.vault, self.patient_keys, self.index, self.clock)

    @cached_property
    def merges(self) -> MergeService:
        from chalicelib.services.comparisons import ComparisonService
        from chalicelib.services.merges import MergeService

        comparisons = ComparisonService(self.gate, self.tables, self.vault)
        return MergeService(self.gate, self.tables, comparisons, self.clock)

    @cached_property
    def carrying(self) -> CarryingService:
        from chalicelib.services.carrying import CarryingService

        return CarryingService(self.gate, self.tables, self.vault, self.patient_keys, self.document_store, self.clock)
