"""HL7 v2 messages in, acknowledgements out, and the queue of what matched nobody."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.clients import aws
from chalicelib.bootstrap.resources import Resources

if TYPE_CHECKING:
    from chalicelib.notify.hl7_metrics import PrintedWaiting
    from chalicelib.services.hl7 import Dropped, Groups, Matching, Queue, Receiving, Tools


class Hl7(Resources):
    @cached_property
    def hl7_tools(self) -> Tools:
        from chalicelib.interop.csv_files import CsvFiles
        from chalicelib.interop.hl7 import Hl7Messages
        from chalicelib.ports.readers import CSV, HL7
        from chalicelib.services.hl7 import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            index=self.index,
            readers={HL7: Hl7Messages(), CSV: CsvFiles()},
            intake=lambda: self.resource_intake,
            validator=lambda: self.resource_validator,
            clock=self.clock,
        )

    @cached_property
    def hl7_matching(self) -> Matching:
        from chalicelib.services.hl7 import Matching

        return Matching(self.hl7_tools)

    @cached_property
    def hl7_groups(self) -> Groups:
        from chalicelib.services.hl7 import Groups, Opening, Taking

        taking = Taking(self.hl7_tools, self.hl7_matching)
        return Groups(self.hl7_tools, self.hl7_matching, taking, Opening(lambda: self.resource_writer))

    @cached_property
    def hl7(self) -> Receiving:
        from chalicelib.services.hl7 import Receiving

        return Receiving(self.hl7_tools, self.hl7_groups)

    @cached_property
    def hl7_drop(self) -> Dropped:
        from chalicelib.documents.drop import S3Drop
        from chalicelib.services.hl7 import Dropped

        return Dropped(self.hl7_tools, self.hl7, S3Drop(lambda: aws("s3"), self.settings.quarantine_bucket))

    @cached_property
    def hl7_queue(self) -> Queue:
        from chalicelib.services.comparisons import ComparisonService
        from chalicelib.services.hl7 import Queue
        from chalicelib.services.merges import MergeService

        comparisons = ComparisonService(self.gate, self.tables, self.vault)
        return Queue(self.hl7_tools, self.hl7_groups, MergeService(self.gate, self.tables, comparisons, self.clock))

    @cached_property
    def hl7_waiting(self) -> PrintedWaiting:
        from chalicelib.notify.hl7_metrics import PrintedWaiting

        return PrintedWaiting(self.settings.function())
