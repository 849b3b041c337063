"""Bodies as JWE inside TLS, for a session that has a key (ID-10; domain/session_keys.py has the rules).

A request with ``Content-Type: application/jose`` is opened before anything looks at it, and its answer is sealed; so is
the answer to a request with ``Accept: application/jose``. The token is checked first, as on every request.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from chalice import Response
from chalice.app import Request

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Actor
from chalicelib.errors import MedkartaError, SealedBodyError, TooLargeError

log = logging.getLogger("medkarta.http")

JOSE = "application/jose"
MAX_SEALED = 400 * 1024  # base64url of the largest body, and its header


class SealedBodies:
    """What one request says of sealing. ``operation``: its method and path, which a sealed body must name."""

    def __init__(self, operation: str, headers: Mapping[str, str]) -> None:
        self._operation = operation
        self._headers = headers
        self._given = headers.get("content-type", "").split(";")[0].strip().lower() == JOSE
        self._wanted = self._given or headers.get("accept", "").split(";")[0].strip().lower() == JOSE

    @property
    def inner(self) -> Mapping[str, str]:
        """The headers as they are for what was inside: JSON is the only content that is taken sealed."""
        return {**self._headers, "content-type": "application/json"} if self._given else self._headers

    def opened(self, actor: Actor, request: Request) -> bytes:
        """The body, opened when it is sealed. Raises SealedBodyError, ReplayedBodyError, TooLargeError."""
        body = request.raw_body or b""
        raw = body.encode() if isinstance(body, str) else bytes(body)
        if not self._given:
            return raw
        if len(raw) > MAX_SEALED:
            raise TooLargeError(f"at most {MAX_SEALED} bytes")
        if not _has_session(actor) or not raw.isascii():
            raise SealedBodyError
        return services().session_keys.open(actor, raw.decode("ascii"), self._operation)

    def closed(self, actor: Actor, response: Response) -> Response:
        """The answer, sealed when that was asked for. A problem that cannot be sealed is told in clear: it holds no
        personal data.
        """
        if not self._wanted or not _has_session(actor):
            return response
        content = response.body.encode() if isinstance(response.body, str) else response.body
        kind = str(response.headers.get("Content-Type", ""))
        request_id = str(response.headers["X-Request-ID"])
        try:
            response.body = services().session_keys.seal(actor, content, request_id, response.status_code, kind)
        except MedkartaError as error:
            if response.status_code >= 400:  # noqa: PLR2004
                return response
            raise error from None
        response.headers["Content-Type"] = JOSE
        return response


def _has_session(actor: Actor) -> bool:
    return bool(actor.session_id) and not (actor.is_partner or actor.application)
