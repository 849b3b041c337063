"""Errors: HL7 v2 messages in, acknowledgements out, and the queue of what matched nobody."""

from __future__ import annotations

__all__: list[str] = []
