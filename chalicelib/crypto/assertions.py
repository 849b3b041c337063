"""Client assertions of partners (RFC 7523): JWTs under the partner's own keys, checked by PyJWT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.errors import CredentialsError

ALGORITHMS = {"RSA": ("RS256", "PS256"), "EC": ("ES256",)}
MIN_RSA_BITS = 2048
MAX_EXPONENT = 2**33
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class JwtAssertions:
    def client_of(self, assertion: str) -> str:
        """Client id that an unverified assertion claims: it only says whose keys to check with."""
        import jwt

        try:
            claims = jwt.decode(assertion, options={"verify_signature": False})
            client_id = claims["sub"]
        except (jwt.InvalidTokenError, KeyError, ValueError, RecursionError):
            raise CredentialsError from None
        if not isinstance(client_id, str) or not 0 < len(client_id) <= 64 or not client_id.isascii():  # noqa: PLR2004
            raise CredentialsError
        return client_id

    def checked(self, assertion: str, jwks: Mapping[str, Any], audiences: Sequence[str]) -> Mapping[str, Any]:
        """Claims of an assertion signed by the registered key that its header names."""
        import jwt

        try:
            kid = jwt.get_unverified_header(assertion).get("kid")
            jwk = next(key for key in jwks["keys"] if key.get("kid") == kid)
            # Times are checked by the service, against its own clock.
            claims: dict[str, Any] = jwt.decode(
                assertion,
                jwt.PyJWK.from_dict(jwk, algorithm=_algorithm(assertion, jwk)).key,
                algorithms=list(ALGORITHMS[jwk["kty"]]),
                audience=list(audiences),
                options={
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "require": ["exp", "jti", "iss", "sub", "aud"],
                },
            )
        except (jwt.PyJWTError, StopIteration, KeyError, ValueError, TypeError, RecursionError):
            raise CredentialsError from None
        return claims

    def usable(self, jwks: Mapping[str, Any]) -> bool:
        """Public keys alone, of accepted kinds and sizes, each with its own kid."""
        found = jwks["keys"]
        kids = [key.get("kid") for key in found]
        return len(set(map(str, kids))) == len(kids) and all(_usable(key) for key in found)


def _algorithm(assertion: str, jwk: Mapping[str, Any]) -> str:
    import jwt

    named = jwt.get_unverified_header(assertion).get("alg")
    if named not in ALGORITHMS.get(str(jwk.get("kty")), ()):
        raise CredentialsError
    return str(named)


def _usable(jwk: Mapping[str, Any]) -> bool:
    import jwt

    kind, kid = jwk.get("kty"), jwk.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= 64 or PRIVATE & set(jwk):  # noqa: PLR2004
        return False
    if kind == "EC" and jwk.get("crv") != "P-256":
        return False
    if kind not in ALGORITHMS:
        return False
    try:
        key = jwt.PyJWK.from_dict(dict(jwk), algorithm=ALGORITHMS[str(kind)][0]).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return False
    return big_enough(str(kind), key)


def big_enough(kind: str, key: Any) -> bool:
    """An RSA key of a size and an exponent that are safe; of curves the accepted ones are."""
    if kind != "RSA":
        return True
    numbers = key.public_numbers()
    return bool(key.key_size >= MIN_RSA_BITS and 3 <= numbers.e < MAX_EXPONENT)  # noqa: PLR2004
