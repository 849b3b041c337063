"""Errors: counts for analytics and epidemiology, small ones suppressed."""

from __future__ import annotations

__all__: list[str] = []
