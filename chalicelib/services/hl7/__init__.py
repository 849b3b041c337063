"""HL7 v2 messages in, acknowledgements out, and the queue of what matched nobody (docs/hl7.md)."""

from __future__ import annotations

from chalicelib.services.hl7.dropped import Dropped
from chalicelib.services.hl7.groups import Groups
from chalicelib.services.hl7.matching import Matching
from chalicelib.services.hl7.opening import Opening
from chalicelib.services.hl7.queue import Queue
from chalicelib.services.hl7.receiving import Answered, Receiving
from chalicelib.services.hl7.taking import Taking
from chalicelib.services.hl7.tools import Tools

__all__ = ["Answered", "Dropped", "Groups", "Matching", "Opening", "Queue", "Receiving", "Taking", "Tools"]
