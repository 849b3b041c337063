"""Words of rows by which the load of a clinic is counted, that more than one service must know."""

from __future__ import annotations

ORDER_COUNTED = "count_order"
"""Reaction to each version of an order of results (records/orders.py)."""
OFFER_COUNTED = "count_offer"
"""Reaction to what a schedule offered on a day that is over (services/load/offers.py)."""
