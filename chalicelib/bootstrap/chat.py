"""Chat of patients and doctors."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards
from chalicelib.bootstrap.identity import Identity

if TYPE_CHECKING:
    from chalicelib.services.chat import ChatService


class Chat(Identity, Cards):
    @cached_property
    def chat(self) -> ChatService:
        from chalicelib.services.chat import ChatService, Tools

        return ChatService(
            Tools(
                gate=self.gate,
                tables=self.tables,
                vault=self.vault,
                patient_keys=self.patient_keys,
                files=self.document_store,
                check=lambda: self.entry_checks,
                limits=self.limits,
                clock=self.clock,
                sleep=time.sleep,
            )
        )
