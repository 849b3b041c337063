"""Transactions and batches of FHIR R4 resources, also large ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.resource_search import ResourceSearch
from chalicelib.bootstrap.resources import Resources

if TYPE_CHECKING:
    from chalicelib.ports.resources import Intake, Versions, Writer
    from chalicelib.ports.tables import Tables
    from chalicelib.ports.timers import Ring
    from chalicelib.services.bundles import (
        Batches,
        Doubts,
        Imports,
        PartnerPatients,
        PatientDoor,
        Tools,
        Transactions,
    )
    from chalicelib.services.reactions import OtherReaction


class Bundles(ResourceSearch, Resources):
    @cached_property
    def partner_patients(self) -> PartnerPatients:
        from chalicelib.services.bundles import PartnerPatients
        from chalicelib.services.profiles import ProfileService

        profiles = ProfileService(self.gate, self.tables, self.vault, self.index, self.clock)
        return PartnerPatients(self.gate, self.tables, self.vault, self.patient_keys, self.index, profiles, self.clock)

    @cached_property
    def imports(self) -> Imports:
        from chalicelib.services.bundles import Imports

        return Imports(self.gate, self.tables.beneath, self.patient_keys, self.clock)

    def intake_over(self, tables: Tables) -> Intake:
        """An intake that decides by other tables: in them stand cards that are about to be opened."""
        from chalicelib.services.drafts import Drafts
        from chalicelib.services.gate import Gate
        from chalicelib.services.resources import IntakeService

        gate = Gate(tables, self.audit, self.clock)
        drafts = Drafts(gate, self.vault, self.clock, lambda: self.entry_checks)
        return IntakeService(replace(self.resource_tools, gate=gate, tables=tables, drafts=drafts))

    @cached_property
    def bundle_tools(self) -> Tools:
        from chalicelib.services.bundles import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            patient_keys=self.patient_keys,
            patients=self.partner_patients,
            imports=self.imports,
            intake_over=self.intake_over,
            subjects=self.resource_subjects,
            directory=self.resource_directory,
            conditions=self.resource_conditions,
            reader=self.resource_reader,
            mapper=lambda: self.resource_mapper,
            validator=lambda: self.resource_validator,
            clock=self.clock,
            here=f"{self.settings.public_url}/fhir/",
        )

    @cached_property
    def patient_door(self) -> PatientDoor:
        from chalicelib.services.bundles import PatientDoor

        people = lambda: self.patient_reader  # noqa: E731 - which reads by this very reader
        return PatientDoor(self.gate, self.tables, self.opened_resources, self.partner_patients, people)

    @cached_property
    def resource_reader(self) -> Versions:
        """Patients too: everybody who reads resources by type and id gets this one."""
        from chalicelib.services.bundles import ReaderOfAll

        return ReaderOfAll(super().resource_reader, self.patient_door)

    @cached_property
    def resource_writer(self) -> Writer:
        from chalicelib.services.bundles import WriterOfAll

        return WriterOfAll(super().resource_writer, self.patient_door, self.transactions)

    @cached_property
    def transactions(self) -> Transactions:
        from chalicelib.services.bundles import Transactions

        return Transactions(self.bundle_tools)

    @cached_property
    def batches(self) -> Batches:
        from chalicelib.services.bundles import Batches

        return Batches(self.bundle_tools, self.transactions)

    @cached_property
    def doubts(self) -> Doubts:
        from chalicelib.services.bundles import Doubts

        return Doubts(self.gate, self.tables, self.clock)

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), "finish_import": self.imports.finish}

    def timer_topics(self) -> dict[str, Ring]:
        return {**super().timer_topics(), "import": self.imports.ring}
