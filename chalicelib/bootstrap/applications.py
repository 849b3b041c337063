"""Applications that a patient lets into the card (SMART app launch)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards
from chalicelib.bootstrap.identity import Identity

if TYPE_CHECKING:
    from chalicelib.services.applications.asking import AppAsking
    from chalicelib.services.applications.registry import AppRegistry
    from chalicelib.services.applications.tokens import AppTokens


class Applications(Identity, Cards):
    @cached_property
    def app_registry(self) -> AppRegistry:
        from chalicelib.crypto.assertions import JwtAssertions
        from chalicelib.services.applications.registry import AppRegistry

        return AppRegistry(self.gate, self.tables, JwtAssertions(), self.clock)

    @cached_property
    def app_asking(self) -> AppAsking:
        from chalicelib.services.applications.asking import AppAsking

        return AppAsking(self.gate, self.tables, self.clock, self.settings.public_url)

    @cached_property
    def app_tokens(self) -> AppTokens:
        from chalicelib.crypto.assertions import JwtAssertions
        from chalicelib.services.applications.clients import Clients
        from chalicelib.services.applications.tokens import AppTokens

        url = self.settings.public_url
        clients = Clients(self.gate, self.tables, JwtAssertions(), self.limits, self.clock, url)
        return AppTokens(self.gate, self.tables, self.signer, clients, self.proofs, self.limits, self.clock, url)
