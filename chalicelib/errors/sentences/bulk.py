"""Sentences about fields: $export: the cards of a consented group as encrypted NDJSON."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {}
