"""Search over resources of FHIR R4, $everything and the patient summary."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.resources import Resources

if TYPE_CHECKING:
    from chalicelib.services.resource_search import (
        EverythingService,
        PatientReader,
        ResourceSearchService,
        SummaryService,
        Tools,
    )


class ResourceSearch(Resources):
    @cached_property
    def search_tools(self) -> Tools:
        from chalicelib.services.resource_search import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            mapper=self.resource_mapper,
            opened=self.opened_resources,
            reader=self.patient_reader,
            subjects=self.resource_subjects,
            directory=self.resource_directory,
            clock=self.clock,
            base=self.settings.public_url + "/fhir",
        )

    @cached_property
    def patient_reader(self) -> PatientReader:
        from chalicelib.services.resource_search import PatientReader

        return PatientReader(
            self.gate, self.tables, self.vault, self.opened_resources, self.resource_reader, self.resource_mapper
        )

    @cached_property
    def resource_search(self) -> ResourceSearchService:
        from chalicelib.services.resource_search import ResourceSearchService

        return ResourceSearchService(self.search_tools)

    @cached_property
    def resource_everything(self) -> EverythingService:
        from chalicelib.services.resource_search import EverythingService

        return EverythingService(self.search_tools)

    @cached_property
    def resource_summary(self) -> SummaryService:
        from chalicelib.interop.ips import document
        from chalicelib.services.resource_search import SummaryService

        return SummaryService(self.search_tools, document)
