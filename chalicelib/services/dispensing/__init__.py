"""What a pharmacy does with the code of a prescription: verify, dispense, take back; and what anybody may ask of it."""

from chalicelib.services.dispensing.counter import DispensingService
from chalicelib.services.dispensing.scanning import Counter

__all__ = ["Counter", "DispensingService"]
