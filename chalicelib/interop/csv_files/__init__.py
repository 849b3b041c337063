"""Exports of other record systems as CSV, by tables that are data (docs/adapters.md)."""

from __future__ import annotations

from chalicelib.interop.csv_files.reading import CsvFiles

__all__ = ["CsvFiles"]
