"""Counts for analytics and epidemiology (PRT-8, ANA-4; docs/aggregates.md, docs/bulletins.md).

counting   the reaction that counts a record when it is written
closing    changes are added up, periods are closed and published
reading    published tables, and the switch
publishing bulletins of organisations are made of published tables
bulletins  and read by their administrators
"""

from chalicelib.services.aggregates.bulletins import Bulletins
from chalicelib.services.aggregates.closing import Closing
from chalicelib.services.aggregates.counting import Counting
from chalicelib.services.aggregates.publishing import Publishing
from chalicelib.services.aggregates.reading import AggregateService

__all__ = ["AggregateService", "Bulletins", "Closing", "Counting", "Publishing"]
