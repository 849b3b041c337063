"""Bulk exports: asked for, made in steps in the background, told and downloaded, deleted when their time is over."""

from chalicelib.services.bulk.making import MAKE, BulkMaker
from chalicelib.services.bulk.orders import BulkService
from chalicelib.services.bulk.rows import Tools
from chalicelib.services.bulk.tidying import BulkTidying

__all__ = ["MAKE", "BulkMaker", "BulkService", "BulkTidying", "Tools"]
