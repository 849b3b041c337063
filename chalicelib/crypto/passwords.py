"""Password hashes: Argon2id with m = 19 MiB, t = 2, p = 1 (OWASP Password Storage Cheat Sheet; RFC 9106).

Measured by ``bench/sign_in.py``: 18 ms of CPU and 19 MiB a hash; OWASP's sets of equal strength take 15 to 51 ms, and
RFC 9106's second recommendation (64 MiB, t = 3, p = 4) 159 ms, which a function with one shared processor pays on every
guess of anybody. A hash made with other parameters is replaced at the next sign-in (``outdated``).
"""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB, PASSES, LANES = 19456, 2, 1


class Argon2Passwords:
    """Implements ``ports.Passwords``."""

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)

    def hash(self, secret: str) -> str:
        """An encoded Argon2id hash (PHC string) with a salt of its own."""
        return self._hasher.hash(_bytes(secret))

    def verify(self, hashed: str, secret: str) -> bool:
        """Whether ``secret`` is right. Never raises.

        An empty or broken ``hashed`` costs one hash as well, so that time does not tell which logins exist.
        """
        from argon2.exceptions import VerificationError, VerifyMismatchError

        try:
            return self._hasher.verify(hashed, _bytes(secret))
        except VerifyMismatchError:
            return False
        except (VerificationError, ValueError):  # not a hash, so nothing was computed yet
            self._hasher.hash(_bytes(secret))
            return False

    def outdated(self, hashed: str) -> bool:
        """Whether ``hashed`` was made with other parameters than a new hash would be."""
        from argon2.exceptions import InvalidHashError

        try:
            return self._hasher.check_needs_rehash(hashed)
        except InvalidHashError:
            return True


def _bytes(secret: str) -> bytes:
    # One password typed on two systems may come composed or not (й is one code point or two): NIST SP 800-63B asks
    # for NFKC. A lone surrogate, possible in JSON, is just a wrong password.
    return unicodedata.normalize("NFKC", secret).encode("utf-8", "surrogatepass")
