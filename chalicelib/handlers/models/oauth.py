"""Words of RFC 6749 and 7523 that handlers compare; importing them makes no models."""

from __future__ import annotations

GRANT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
