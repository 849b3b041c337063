"""Takes each safeguard of the log out, and sees that the tests notice: ``make removals [ONLY=word]``."""

from __future__ import annotations

import sys

from tests.log.safeguards import REMOVALS
from tests.removals import take_out

if __name__ == "__main__":
    sys.exit(min(take_out(REMOVALS, sys.argv[1:]), 100))
