"""Passwords: Argon2id (RFC 9106) at the cost that OWASP names for little memory: 19 MiB, two passes, one lane."""

from __future__ import annotations

from functools import cached_property
from typing import Any


class Argon2Passwords:
    @cached_property
    def _hasher(self) -> Any:
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

    @cached_property
    def _nobody(self) -> str:
        return str(self._hasher.hash("nobody"))

    def hash(self, secret: str) -> str:
        return str(self._hasher.hash(secret))

    def verify(self, hashed: str, secret: str) -> bool:
        """Also burns the usual time when ``hashed`` is empty: an unknown login must not answer faster."""
        from argon2.exceptions import Argon2Error, InvalidHashError

        try:
            matches = bool(self._hasher.verify(hashed or self._nobody, secret))
        except (Argon2Error, InvalidHashError):
            return False
        return matches and bool(hashed)
