"""What every service stands on: the adapters, the log, the gate."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.log import Log
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.ports.timers import Ring
    from chalicelib.services.reactions import OtherReaction


class Core(Log):
    @cached_property
    def gate(self) -> Gate:
        return Gate(self.tables, self.audit, self.clock)

    def other_reactions(self) -> dict[str, OtherReaction]:
        """Reactions that services have of their own; a mixin that has some adds to ``super().other_reactions()``."""
        return {}

    def timer_topics(self) -> dict[str, Ring]:
        """What happens when a timer of a topic rings; a mixin that has some adds to ``super().timer_topics()``."""
        return {}
