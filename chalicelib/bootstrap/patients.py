"""Registering patients at a clinic, merging cards."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cases import Cases
from chalicelib.bootstrap.identity import Identity

if TYPE_CHECKING:
    from chalicelib.services.carrying import CarryingService
    from chalicelib.services.cases import Effect
    from chalicelib.services.comparisons import ComparisonService
    from chalicelib.services.merges import MergeService
    from chalicelib.services.paper_consents import PaperConsentService
    from chalicelib.services.patients import PatientService


class Patients(Identity, Cases):
    @cached_property
    def patients(self) -> PatientService:
        from chalicelib.services.patients import PatientService

        return PatientService(self.gate, self.tables, self.vault, self.patient_keys, self.index, self.clock)

    @cached_property
    def paper_consents(self) -> PaperConsentService:
        from chalicelib.services.paper_consents import PaperConsentService

        return PaperConsentService(self.gate, self.tables, self.patient_keys, self.limits, self.clock)

    @cached_property
    def comparisons(self) -> ComparisonService:
        from chalicelib.services.comparisons import ComparisonService

        return ComparisonService(self.gate, self.tables, self.vault)

    @cached_property
    def merges(self) -> MergeService:
        from chalicelib.services.merges import MergeService

        return MergeService(self.gate, self.tables, self.comparisons, self.clock)

    def case_effects(self) -> dict[str, Effect]:
        from chalicelib.services.merge_requests import MergeRequests

        requests = MergeRequests(self.tables, self.index, self.merges, self.comparisons)
        return {**super().case_effects(), "card-merge": requests}

    @cached_property
    def carrying(self) -> CarryingService:
        from chalicelib.services.carrying import CarryingService

        return CarryingService(self.gate, self.tables, self.vault, self.patient_keys, self.document_store, self.clock)
