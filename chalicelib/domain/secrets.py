"""How tokens and one-time codes are kept: never as they are, always compared in constant time.

Two kinds of secret need two treatments:

* A **token** is made by us from at least 128 random bits (session, refresh, share and recovery tokens). Nobody can
  guess it, so one SHA-256 is enough, and a slow hash would only burn time on every request.
* A **code** is six digits that a person types. Whoever has a copy of the table tries all million of them against any
  fast hash in a second, keyed with the challenge id or not, because that id stands in the same row. So codes go
  through scrypt: 16 MiB and some 40 ms of CPU a guess make about 11 core-hours for all of them, while a code lives ten
  minutes and takes five attempts. The challenge id is the salt: one table of guesses does not serve two challenges,
  and a hash copied into another row does not verify there.

Passwords are neither: they go to ``ports.Passwords`` (Argon2id).
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

# RFC 7914, section 2: memory is 128 * r * N bytes, so 16 MiB.
_SCRYPT_N = 2**14
_SCRYPT_R = 8
_SCRYPT_P = 1
_HASH_BYTES = 32


def hash_secret(secret: str) -> str:
    """SHA-256 of a high-entropy token as 43 base64url characters; safe to store, to look up by and to log."""
    return _text(hashlib.sha256(_bytes(secret)).digest())


def same_secret(hashed: str, secret: str) -> bool:
    """Whether ``secret`` is what ``hash_secret`` made ``hashed`` from; an empty ``hashed`` is never the same."""
    return hmac.compare_digest(_bytes(hashed), _bytes(hash_secret(secret)))


def hash_code(code: str, salt_id: str) -> str:
    """Scrypt of a short one-time code, 43 base64url characters; ``salt_id`` is the id of its challenge."""
    digest = hashlib.scrypt(
        _bytes(code), salt=_bytes(salt_id), n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P, dklen=_HASH_BYTES
    )
    return _text(digest)


def same_code(hashed: str, code: str, salt_id: str) -> bool:
    """Whether ``code`` is what ``hash_code`` made ``hashed`` from under the same challenge."""
    return hmac.compare_digest(_bytes(hashed), _bytes(hash_code(code, salt_id)))


def _bytes(text: str) -> bytes:
    # JSON can carry a lone surrogate: it must end as "not the same", not as an exception.
    return text.encode("utf-8", "surrogatepass")


def _text(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
