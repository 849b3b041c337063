"""A gateway for laboratories that speak MLLP: takes messages of HL7 v2 over TCP, sends each on over HTTPS.

    python -m local.mllp --listen 127.0.0.1:2575 --url https://card.example --client <id> --key key.pem

It stands in the laboratory's own network, keeps nothing, and answers only what the service has answered: a message that
did not reach the service gets AE, and the laboratory's system sends it again. The key is the partner's own (EC P-256 or
RSA, PEM); access tokens are asked for with it (RFC 7523), bound to it by DPoP (RFC 9449).
Frames: <VT> message <FS><CR> (HL7, Minimal Lower Layer Protocol, release 1). What stands outside of a frame is dropped,
a frame that does not end in time or is too large ends the connection.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import logging
import re
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Protocol

import jwt

log = logging.getLogger("medkarta.mllp")

VT, FS, CR = b"\x0b", b"\x1c", b"\r"
MOST = 4 * 1024 * 1024
"""Bytes of a message: the service takes no more in a call."""
IDLE, FRAME, CALL = 300.0, 30.0, 30.0
"""Seconds: until a silent connection is closed, a frame that has begun must end, a call must be answered."""
HL7 = "application/hl7-v2"
TOKEN_LIFE = 240
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class FrameError(Exception):
    """What comes is no frame: nothing sensible can follow on this connection."""


class Sender(Protocol):
    def send(self, message: bytes) -> bytes:
        """The acknowledgement. Raises OSError when there is none."""
        ...


class Service:
    """The service behind HTTPS, with the partner's key. Used from several threads."""

    def __init__(self, url: str, client: str, pem: bytes, kid: str = "") -> None:
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        self._url = url.rstrip("/")
        self._client, self._kid = client, kid
        self._key: Any = load_pem_private_key(pem, None)
        elliptic = isinstance(self._key, ec.EllipticCurvePrivateKey)
        self._algorithm = "ES256" if elliptic else "PS256"
        algorithm: Any = jwt.get_algorithm_by_name(self._algorithm)
        self._public = json.loads(algorithm.to_jwk(self._key.public_key()))
        self._public = {name: self._public[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in self._public}
        self._token, self._until = "", 0.0

    def send(self, message: bytes) -> bytes:
        status = 0
        for again in (True, False):
            token = self._access()
            headers = {"Content-Type": HL7, "Accept": HL7, "Authorization": f"DPoP {token}"}
            status, answer = self._call("/api/v1/hl7", message, headers, token)
            if status == 200:  # noqa: PLR2004
                return answer
            if status == 401 and again:  # noqa: PLR2004
                self._until = 0.0
                continue
            break
        raise OSError(f"the service answered {status}")

    def _access(self) -> str:
        if time.monotonic() < self._until:
            return self._token
        now, audience = int(time.time()), f"{self._url}/api/v1/oauth/token"
        claims = {"iss": self._client, "sub": self._client, "aud": audience, "iat": now, "exp": now + 120}
        said = {"kid": self._kid} if self._kid else {}
        assertion = jwt.encode(claims | {"jti": secrets.token_hex(16)}, self._key, self._algorithm, headers=said)
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": assertion}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, answer = self._call(
            "/api/v1/oauth/token", urllib.parse.urlencode(form | {"scope": "hl7.write"}).encode(), headers
        )
        if status != 200:  # noqa: PLR2004
            raise OSError(f"no token: {status}")
        self._token, self._until = json.loads(answer)["access_token"], time.monotonic() + TOKEN_LIFE
        return self._token

    def _call(self, path: str, body: bytes, headers: dict[str, str], token: str = "") -> tuple[int, bytes]:
        url = self._url + path
        request = urllib.request.Request(url, body, headers | {"DPoP": self._proof(url, token)}, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=CALL) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def _proof(self, url: str, token: str) -> str:
        claims: dict[str, Any] = {"htm": "POST", "htu": url, "iat": int(time.time()), "jti": secrets.token_hex(16)}
        if token:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        headers = {"typ": "dpop+jwt", "jwk": self._public}
        return jwt.encode(claims, self._key, self._algorithm, headers=headers)


class Gateway:
    """``busy`` bounds the calls at one time; connections may be many more."""

    def __init__(self, sender: Sender, busy: int = 16, idle: float = IDLE, frame: float = FRAME) -> None:
        self._sender = sender
        self._busy = asyncio.Semaphore(busy)
        self._idle, self._frame = idle, frame
        self.sent = self.failed = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: message after message, in their order."""
        try:
            while (message := await self._next(reader)) is not None:
                writer.write(VT + await self._answer(message) + FS + CR)
                await writer.drain()
        except (FrameError, TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            log.warning("a connection was closed: %s", type(error).__name__)
        finally:
            writer.close()

    async def _next(self, reader: asyncio.StreamReader) -> bytes | None:
        """The content of the next frame; None at the end."""
        while True:
            first = await asyncio.wait_for(reader.read(1), self._idle)
            if first in {b"", VT}:
                break
        if not first:
            return None
        try:
            whole = await asyncio.wait_for(reader.readuntil(FS + CR), self._frame)
        except asyncio.LimitOverrunError:
            raise FrameError from None
        if len(whole) > MOST or VT in whole:  # a second beginning: the end of the first was lost
            raise FrameError
        return whole[: -len(FS + CR)]

    async def _answer(self, message: bytes) -> bytes:
        async with self._busy:
            try:
                answer = await asyncio.to_thread(self._sender.send, message)
            except (OSError, ValueError) as error:
                self.failed += 1
                log.warning("a message did not reach the service: %s", type(error).__name__)
                return refusal(message)
        self.sent += 1
        return answer


def refusal(message: bytes) -> bytes:
    """AE in the gateway's own name: the message was not taken, and is to be sent again."""
    heading = re.split(rb"[\r\n]", message, maxsplit=1)[0]
    fields = heading.split(heading[3:4]) if heading.startswith(b"MSH") and len(heading) > 8 else []  # noqa: PLR2004
    control = fields[9] if len(fields) > 9 else b""  # noqa: PLR2004 - MSH-10
    moment = time.strftime("%Y%m%d%H%M%S+0000", time.gmtime()).encode()
    lines = [
        b"MSH|^~\\&|MLLP|||" + b"|" + moment + b"||ACK|G" + secrets.token_hex(8).encode() + b"|P|2.5.1",
        b"MSA|AE|" + control,
        b"ERR|||207^Application internal error^HL70357|E|again^not delivered, send again^medkarta",
    ]
    return b"\r".join(lines) + b"\r"


async def listen(gateway: Gateway, host: str, port: int) -> asyncio.Server:
    return await asyncio.start_server(gateway.serve, host, port, limit=MOST + 16)


def main(given: list[str]) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--listen", default="127.0.0.1:2575", help="address and port (default: %(default)s)")
    parser.add_argument("--url", required=True, help="https address of the service")
    parser.add_argument("--client", required=True, help="the partner's client id")
    parser.add_argument("--key", required=True, type=Path, help="private key, PEM")
    parser.add_argument("--kid", default="", help="id of the key as it was registered")
    parser.add_argument("--busy", type=int, default=16, help="calls at one time (default: %(default)s)")
    asked = parser.parse_args(given)
    if not re.match(r"https://|http://(localhost|127\.0\.0\.1)[:/]?", asked.url):
        parser.error("the service is reached over HTTPS")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    host, _, port = asked.listen.rpartition(":")
    service = Service(asked.url, asked.client, asked.key.read_bytes(), asked.kid)

    async def run() -> None:
        server = await listen(Gateway(service, asked.busy), host, int(port))
        log.info("listening on %s", asked.listen)
        async with server:
            await server.serve_forever()

    asyncio.run(run())


if __name__ == "__main__":
    main(sys.argv[1:])
