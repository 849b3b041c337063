"""Exports of a card: ordered, made in the background (``making.py``), downloaded, deleted (DOC-1)."""

from chalicelib.services.exports.making import MAKE, ExportMaker, Tools
from chalicelib.services.exports.orders import ExportService
from chalicelib.services.exports.tidying import ExportTidying

__all__ = ["MAKE", "ExportMaker", "ExportService", "ExportTidying", "Tools"]
