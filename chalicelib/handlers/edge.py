"""CloudFront before the gateway (infra/portal.yaml): who came through it, and from which address.

CloudFront shows a secret; the settings hold its SHA-256 alone, so that whoever reads them cannot walk around it.
Without the setting nothing stands before the gateway, and what the gateway saw is the caller's address.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest

from chalicelib.errors import AccessDeniedError

KEY, ADDRESS = "x-edge-key", "x-viewer-address"


def require(headers: Mapping[str, str], key_hash: str) -> None:
    """Raises AccessDeniedError for a call that walked around CloudFront."""
    shown = sha256(headers.get(KEY, "").encode()).hexdigest()
    if key_hash and not compare_digest(shown, key_hash.lower()):
        raise AccessDeniedError


def address(seen: str, headers: Mapping[str, str], key_hash: str) -> str:
    """``seen`` by the gateway. A forwarded header is the client's word; CloudFront's counts where it is required."""
    return headers.get(ADDRESS, "") if key_hash else seen
