"""Exchange of cards between organisations under consent (PRT-7; docs/transfers.md).

asking    an organisation asks, the patient's consent decides, the receiver says that it arrived
giving    parts of a transfer: collected through the gate, signed, sealed to the receiver
taking    parts from outside: opened, checked against trusted senders, brought into the card
senders   systems whose signature is believed
"""

from chalicelib.services.transfers.asking import Asking
from chalicelib.services.transfers.giving import Giving
from chalicelib.services.transfers.senders import Senders
from chalicelib.services.transfers.taking import Taking
from chalicelib.services.transfers.tools import Tools

__all__ = ["Asking", "Giving", "Senders", "Taking", "Tools"]
