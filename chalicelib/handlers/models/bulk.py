"""Requests: $export: the cards of a consented group as encrypted NDJSON."""

from __future__ import annotations
