"""Services of what the portal keeps on a device."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.services.vault_keys import VaultKeyService


class Offline(Core):
    @cached_property
    def vault_keys(self) -> VaultKeyService:
        from chalicelib.services.vault_keys import VaultKeyService

        return VaultKeyService(self.gate, self.tables, self.vault)
