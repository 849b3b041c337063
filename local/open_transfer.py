"""Opens one part of a transfer (docs/transfers.md), alone: what a receiving system has to do, on one page.

    python -m local.open_transfer part.json private.jwk keys.json

``part.json``: the answer of ``GET /api/v1/transfers/{id}/parts``. ``private.jwk``: the own private key, whose public
half is registered with ``use: enc``. ``keys.json``: ``GET /api/v1/transfers/keys`` of the sender. Prints what was
signed, and the bundle; ends with 1 and a reason for a part that is not whole, not for this key, or not signed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry, decrypt_compact
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import deserialize_compact

MOST = 1 << 24


def opened(sealed: str, private: Mapping[str, Any], keys: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Signed claims, and ``{"bundle", "manifest"}``. Raises ValueError, JoseError."""
    registry = JWERegistry(algorithms=["ECDH-ES+A256KW", "RSA-OAEP-256", "A256GCM"], strict_check_header=False)
    registry.max_ciphertext_length = MOST
    kind: Any = ECKey if private["kty"] == "EC" else RSAKey
    outer = json.loads(decrypt_compact(sealed, kind.import_key(dict(private)), registry=registry).plaintext or b"")
    signature, content = str(outer["signature"]), str(outer["content"])
    signing = [ECKey.import_key(key) for key in keys["keys"] if key["use"] == "sig"]
    claims = next((found for key in signing if (found := _claims(signature, key)) is not None), None)
    if claims is None:
        raise ValueError("no key of the sender has signed this")
    if claims["digest"] != sha256(content.encode()).hexdigest():
        raise ValueError("the content is not what was signed")
    return claims, json.loads(content)


def _claims(signature: str, key: ECKey) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(deserialize_compact(signature, key, algorithms=["ES256"]).payload)
    except (JoseError, ValueError):
        return None
    return found


def main(arguments: list[str]) -> int:
    part, private, keys = (json.loads(Path(path).read_text("utf-8")) for path in arguments)
    try:
        claims, content = opened(part["sealed"], private, keys)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        print(f"not a transfer for this key: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"claims": claims, **content}, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
