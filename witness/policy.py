"""Which log is cosigned: the ``log`` of the verifier's policy file (docs/audit.md, "Policy")."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from verifier import notes

NAME = re.compile("[^\\s+]{1,200}")
_YEAR = re.compile("/[0-9]{4}")


class PolicyError(Exception):
    """The policy cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Policy:
    """``keys`` are SPKI in DER, P-256."""

    name: str
    keys: tuple[bytes, ...]

    def knows(self, origin: str) -> bool:
        """One log a year: ``<name>/<four digits>``."""
        return origin.startswith(self.name) and _YEAR.fullmatch(origin[len(self.name) :]) is not None


def read(path: Path) -> Policy:
    """Raises PolicyError."""
    try:
        log = json.loads(path.read_text("utf-8"))["log"]
        policy = Policy(log["name"], tuple(notes.unb64(key) for key in log["keys"]))
        if not policy.keys or not NAME.fullmatch(policy.name) or not all(map(_is_p256, policy.keys)):
            raise ValueError  # noqa: TRY301 - the same as all the others
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, UnsupportedAlgorithm, notes.NoteError):
        raise PolicyError(f'{path}: not {{"log": {{"name", "keys": [base64 of SPKI, P-256]}}}}') from None
    return policy


def _is_p256(key: bytes) -> bool:
    public = serialization.load_der_public_key(key)
    return isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1)
