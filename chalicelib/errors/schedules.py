"""Errors: schedules of doctors and their free slots."""

from __future__ import annotations

__all__: list[str] = []
