"""Sentences about fields: forms before a visit, and drafts of its record, filled in beforehand."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {}
