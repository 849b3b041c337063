"""Notices: recognition of scans."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice

NOTICES: Mapping[str, Notice] = {}
