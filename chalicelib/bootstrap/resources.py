"""The card as resources of FHIR R4: read, create, update, history."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.ports.resources import Mapper, Validator, Versions, Writer
    from chalicelib.services.resources import (
        Conditions,
        DirectoryService,
        IntakeService,
        OpenedService,
        PackedService,
        SubjectService,
        Tools,
    )


class Resources(Cards):
    @cached_property
    def resource_mapper(self) -> Mapper:
        from chalicelib.interop.mapping import mapper

        return mapper(self.clock)

    @cached_property
    def resource_validator(self) -> Validator:
        from chalicelib.interop.r4 import validator

        return validator()

    @cached_property
    def resource_tools(self) -> Tools:
        from chalicelib.services.resources import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            drafts=self.drafts,
            index=self.index,
            mapper=lambda: self.resource_mapper,
            validator=lambda: self.resource_validator,
            clock=self.clock,
        )

    @cached_property
    def resource_intake(self) -> IntakeService:
        from chalicelib.services.resources import IntakeService

        return IntakeService(self.resource_tools)

    @cached_property
    def resource_subjects(self) -> SubjectService:
        from chalicelib.services.resources import SubjectService

        return SubjectService(self.resource_tools)

    @cached_property
    def resource_directory(self) -> DirectoryService:
        from chalicelib.services.resources import DirectoryService

        return DirectoryService(self.resource_tools)

    @cached_property
    def packed_resources(self) -> PackedService:
        from chalicelib.services.resources import PackedService

        return PackedService(self.resource_tools)

    @cached_property
    def opened_resources(self) -> OpenedService:
        from chalicelib.services.resources import OpenedService

        return OpenedService(self.resource_tools)

    @cached_property
    def resource_reader(self) -> Versions:
        from chalicelib.services.resources import ResourceReader

        return ResourceReader(self.resource_tools, self.opened_resources, self.resource_directory)

    @cached_property
    def resource_conditions(self) -> Conditions:
        from chalicelib.services.resources import Conditions

        return Conditions(self.resource_tools, self.resource_directory)

    @cached_property
    def resource_writer(self) -> Writer:
        from chalicelib.services.resources import ResourceWriter

        return ResourceWriter(
            self.resource_tools,
            self.resource_intake,
            self.resource_subjects,
            self.resource_directory,
            self.resource_reader,
            self.resource_conditions,
        )
