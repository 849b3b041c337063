"""Errors: what is due of care."""

from __future__ import annotations

__all__: list[str] = []
