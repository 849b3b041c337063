"""Connected sources and checks of the policy."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.domain.sources import Connection
    from chalicelib.interop.fhir_source import FhirSource
    from chalicelib.services.gathering import GatheringService
    from chalicelib.services.policies import PolicyService
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.sources import SourceService


class Gathering(Cards):
    @cached_property
    def connections(self) -> dict[str, Connection]:
        from chalicelib.domain.sources import connections_of

        return connections_of(self.settings.sources)

    @cached_property
    def sources(self) -> SourceService:
        from chalicelib.services.sources import SourceService

        return SourceService(self.gate, self.tables, self.vault, self.connections, self.clock)

    @cached_property
    def gathering(self) -> GatheringService:
        from chalicelib.interop.mapping.tables import EDITION
        from chalicelib.services.gathering import GatheringService, Tools

        tools = Tools(self.gate, self.tables, self.vault, self.patient_keys, self.drafts, self.clock)
        clients = {name: self._client(connection) for name, connection in self.connections.items()}
        every_days = {name: one.every_days for name, one in self.connections.items()}
        return GatheringService(tools, clients, every_days, EDITION)

    def _client(self, connection: Connection) -> FhirSource:
        from chalicelib.interop.fhir_source import FhirSource
        from chalicelib.interop.source_credentials import NoCredentials, SignedCredentials

        if connection.auth == "none":
            return FhirSource(connection, NoCredentials())
        return FhirSource(connection, SignedCredentials(connection, self.signer, self.clock))

    @cached_property
    def policies(self) -> PolicyService:
        from chalicelib.interop.oms_registry import HttpOmsRegistry
        from chalicelib.services.policies import PolicyService

        url = self.settings.oms_registry_url
        registry = HttpOmsRegistry(url) if url else None
        return PolicyService(self.gate, self.tables, self.vault, self.patient_keys, self.index, registry, self.clock)

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), "start_gathering": self.sources.start}
