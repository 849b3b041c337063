"""Services of the HTTP edge: sealed bodies."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.services.session_keys import SessionKeyService


class Edge(Core):
    @cached_property
    def session_keys(self) -> SessionKeyService:
        from chalicelib.crypto.session_cipher import JoseSessionCipher
        from chalicelib.services.session_keys import SessionKeyService

        return SessionKeyService(self.gate, self.tables, self.vault, JoseSessionCipher(), self.clock)
