"""Errors: forms before a visit, and drafts of its record, filled in beforehand."""

from __future__ import annotations

__all__: list[str] = []
