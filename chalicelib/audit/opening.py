"""Opening one entry: unwrap the private half of its chain, check what was opened against what the writer signed.

A body is shown only when all of it fits: the ciphertext is the one whose hash stands in the envelope, it opens under
the chain's key for exactly this entry, the text is the one committed to, and it names the entry and the person.
Everything else is "altered": somebody changed what is stored. The writer's own ciphertext that was sealed to another
key is "unreadable".
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.audit.entry import b64, commitment, unseal
from chalicelib.audit.merkle import leaf_hash
from chalicelib.audit.subjects import context_of
from chalicelib.errors import KeyIntegrityError, KeyUnavailableError
from chalicelib.ports import Clock
from chalicelib.ports.tables import Item

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

TTL = 300.0
CAPACITY = 2000
LATEST = 253_402_300_800_000  # milliseconds; the year 10000
_FOREIGN = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


@dataclass(frozen=True, slots=True)
class Opened:
    """``text`` is the canonical body, "" when it cannot be read."""

    text: str = ""
    body: Mapping[str, Any] | None = None
    altered: bool = False


ALTERED = Opened(altered=True)
UNREADABLE = Opened()


@dataclass(frozen=True, slots=True)
class _Kept:
    private: X25519PrivateKey
    wall: datetime
    tick: float


class PrivateKeys:
    """Private halves, unwrapped by KMS and kept for ``ttl`` seconds, the least used dropped first.

    Who asks has read the subject's row a moment ago, so a row that was destroyed opens nothing, kept or not.
    """

    def __init__(
        self,
        kms: Callable[[], Any],
        key_arn: str,
        tenant: str,
        clock: Clock,
        monotonic: Callable[[], float],
        ttl: float = TTL,
    ) -> None:
        self._kms = kms
        self._key_arn = key_arn
        self._tenant = tenant
        self._clock = clock
        self._monotonic = monotonic
        self._ttl = ttl
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, row: Item) -> X25519PrivateKey | None:
        """The private half of a subject's row; None when it holds none any more.

        Raises KeyIntegrityError for a wrapped key that is not of this tag and public half, KeyUnavailableError.
        """
        wrapped = row.get("wrapped")
        if not wrapped:
            return None
        name = hashlib.sha256(f"{row['tag']}|".encode() + bytes(row["public"]) + bytes(wrapped)).digest()
        with self._lock:
            kept = self._fresh(name)
        if kept is not None:
            return kept
        private = self._unwrapped(str(row["tag"]), bytes(wrapped))
        if private.public_key().public_bytes_raw() != bytes(row["public"]):
            raise KeyIntegrityError
        with self._lock:
            self._kept[name] = _Kept(private, self._clock(), self._monotonic())
            while len(self._kept) > CAPACITY:
                self._kept.popitem(last=False)
        return private

    def _fresh(self, name: bytes) -> X25519PrivateKey | None:
        """By both clocks: a frozen environment stops the monotonic one, and the wall clock can be set."""
        kept = self._kept.get(name)
        if kept is None:
            return None
        wall = (self._clock() - kept.wall).total_seconds()
        if not (0 <= wall < self._ttl and 0 <= self._monotonic() - kept.tick < self._ttl):
            del self._kept[name]
            return None
        self._kept.move_to_end(name)
        return kept.private

    def _unwrapped(self, tag: str, wrapped: bytes) -> X25519PrivateKey:
        from botocore.exceptions import BotoCoreError, ClientError
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        try:
            answer = self._kms().decrypt(
                KeyId=self._key_arn, CiphertextBlob=wrapped, EncryptionContext=context_of(self._tenant, tag)
            )
            return X25519PrivateKey.from_private_bytes(bytes(answer["Plaintext"]))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _FOREIGN:
                raise KeyIntegrityError from None
            raise KeyUnavailableError from None
        except BotoCoreError:
            raise KeyUnavailableError from None
        except ValueError:
            raise KeyIntegrityError from None


def opened(envelope: Mapping[str, Any], sealed: bytes, private: X25519PrivateKey | None, person_id: str) -> Opened:
    """The body of an entry whose envelope is known to be the one of the log (or is at least the index's)."""
    from cryptography.exceptions import InvalidTag

    if b64(hashlib.sha256(sealed).digest()) != envelope["ct"]:
        return ALTERED
    if private is None:
        return UNREADABLE
    try:
        text = unseal(sealed, private, envelope["id"], envelope["tag"])
        if b64(commitment(text)) != envelope["com"]:
            return ALTERED
        body = json.loads(text)
        fits = (body["id"], body["patient"]) == (envelope["id"], person_id)
        return Opened(text.decode(), body) if fits else ALTERED
    except InvalidTag:  # it is the writer's own ciphertext, so the key that it was sealed to is lost (subjects.py)
        return UNREADABLE
    except (KeyError, TypeError, ValueError):
        return ALTERED


def log_time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def envelope_of(text: bytes) -> dict[str, Any] | None:
    """An envelope, or None for what has not the shape of one."""
    try:
        envelope: dict[str, Any] = json.loads(text)
        texts = [envelope[name] for name in ("id", "tag", "com", "ct", "prev")] + [envelope["w"]["id"]]
        numbers = [envelope["n"], envelope["t"]]
    except (KeyError, TypeError, ValueError):
        return None
    whole = all(isinstance(t, str) for t in texts) and all(type(n) is int and 0 <= n < LATEST for n in numbers)
    return envelope if whole else None


def indexed(row: Item | None, tag: str, number: int) -> dict[str, Any] | None:
    """The envelope of a row of the index when the row fits together."""
    try:
        if row is None or row["leaf"] != b64(leaf_hash(row["env"].encode())) or not isinstance(row["ct"], bytes):
            return None
        envelope = envelope_of(row["env"].encode())
        int(row["seq"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return envelope if envelope and (envelope["tag"], envelope["n"]) == (tag, number) else None
