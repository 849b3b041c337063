"""Notices: HL7 v2 messages in, acknowledgements out, and the queue of what matched nobody."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice

NOTICES: Mapping[str, Notice] = {}
