"""Notices: forms before a visit, and drafts of its record, filled in beforehand."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice

NOTICES: Mapping[str, Notice] = {}
