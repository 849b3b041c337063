"""Notices: what is due of care. None: reminders of vaccinations, studies and prescriptions exist already."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice

NOTICES: Mapping[str, Notice] = {}
