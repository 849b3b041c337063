"""Search within encrypted storage (REC-11): blind tokens of words, written after each record, merged when asked for.

``indexing`` writes them, ``searching`` reads them; ``lists`` walks several lists of places at once, ``held`` keeps the
key of a card. What is stored, what it costs and what it gives away: docs/search.md.
"""

from chalicelib.services.search.indexing import IndexService
from chalicelib.services.search.searching import SearchService

__all__ = ["IndexService", "SearchService"]
