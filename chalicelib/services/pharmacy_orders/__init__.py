"""Stock, reservations and deliveries at pharmacies for the drugs of a prescription (RX-7).

A request of the patient stores an order and answers; a schedule tells the chain and asks after it (work.py), so that a
chain that is slow, down or lying holds up nobody. Orders wait in one queue by when they are due: a run costs what is
due. Whatever dies half-way is done again, and the chain knows an order by its id.
"""

from chalicelib.services.pharmacy_orders.cabinet import PharmacyOrderService
from chalicelib.services.pharmacy_orders.loyalty import LoyaltyService
from chalicelib.services.pharmacy_orders.tools import Tools
from chalicelib.services.pharmacy_orders.work import PharmacyOrderWork

__all__ = ["LoyaltyService", "PharmacyOrderService", "PharmacyOrderWork", "Tools"]
