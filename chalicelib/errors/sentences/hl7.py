"""Sentences about fields: HL7 v2 messages in, acknowledgements out, and the queue of what matched nobody."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {}
