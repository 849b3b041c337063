"""Who waits for a slot, to whom one that came free is offered, and what becomes of visits that the clinic displaced.

cabinet.py     a person waits, accepts, declines, leaves
offers.py      a slot goes to the first who waits for it, to the next, and then it is free for all
queue.py       who waits, in order, and who of them may have a slot
displaced.py   visits that a changed schedule has no place for: other times, and the end of waiting for an answer
office.py      a registrar sees the order, and puts somebody first
"""

from chalicelib.services.waiting_list.cabinet import WaitingListService
from chalicelib.services.waiting_list.displaced import Displaced
from chalicelib.services.waiting_list.offers import Offers
from chalicelib.services.waiting_list.office import WaitingListOffice
from chalicelib.services.waiting_list.tools import Tools

__all__ = ["Displaced", "Offers", "Tools", "WaitingListOffice", "WaitingListService"]
