"""What every service stands on: the adapters, the log, the gate."""

from __future__ import annotations

from functools import cached_property

from chalicelib.bootstrap.log import Log
from chalicelib.services.gate import Gate


class Core(Log):
    @cached_property
    def gate(self) -> Gate:
        return Gate(self.tables, self.audit, self.clock)
