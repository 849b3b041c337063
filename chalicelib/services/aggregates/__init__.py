"""Counts for analytics and epidemiology (PRT-8; docs/aggregates.md).

counting   the reaction that counts a record when it is written
closing    changes are added up, periods are closed and published
reading    published tables, and the switch
"""

from chalicelib.services.aggregates.closing import Closing
from chalicelib.services.aggregates.counting import Counting
from chalicelib.services.aggregates.reading import AggregateService

__all__ = ["AggregateService", "Closing", "Counting"]
