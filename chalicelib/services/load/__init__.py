"""The load of a clinic (ANA-2; docs/load.md).

counting   reactions that count an appointment, an order and a day of a schedule
offers     days of schedules that are over: which slots they offered
rebuilding everything counted anew
reading    panels
proposing  changes of schedules that the figures speak for, and what a person said to them
"""

from chalicelib.services.load.counting import LoadCounting
from chalicelib.services.load.offers import LoadOffers
from chalicelib.services.load.proposing import LoadProposals
from chalicelib.services.load.reading import LoadPanels
from chalicelib.services.load.rebuilding import LoadRebuilding

__all__ = ["LoadCounting", "LoadOffers", "LoadPanels", "LoadProposals", "LoadRebuilding"]
