"""Errors: reminders: what is due, by person."""

from __future__ import annotations

__all__: list[str] = []
