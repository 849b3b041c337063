"""Single sign-on by identity providers outside."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.interop.oidc import OidcProviders
    from chalicelib.services.links import LinkService
    from chalicelib.services.single_sign_on import SingleSignOnService


class SingleSignOn(Core):
    @cached_property
    def identity_providers(self) -> OidcProviders:
        from chalicelib.interop.oidc import OidcProviders

        return OidcProviders(self.signer, self.clock)

    @cached_property
    def single_sign_on(self) -> SingleSignOnService:
        from chalicelib.domain.single_sign_on import providers_of
        from chalicelib.services.single_sign_on import SingleSignOnService

        return SingleSignOnService(
            self.gate,
            self.tables,
            self.vault,
            self.index,
            self.identity_providers,
            providers_of(self.settings.identity_providers),
            self.clock,
            self.settings.public_url,
        )

    @cached_property
    def links(self) -> LinkService:
        from chalicelib.services.links import LinkService

        return LinkService(self.gate, self.tables, self.clock)
