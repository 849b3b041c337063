"""Passkeys by py_webauthn (WebAuthn level 2): user verification required, no attestation wanted.

The library compares counters before it has verified the signature, so it is given none: who only knows a credential id
could otherwise make a counter look as if it went back. The service judges the counter of a verified answer.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib.errors import CredentialsError
from chalicelib.ports.passkeys import NewPasskey

if TYPE_CHECKING:
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

RP_NAME = "Medkarta"
TIMEOUT = 300_000  # milliseconds that the browser waits; the challenge lives as long
FORMATS = frozenset({"none", "packed"})  # what browsers send when no attestation is asked for
ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256 (IANA COSE)


class WebauthnPasskeys:
    """Implements ``ports.passkeys.Passkeys``. RP id and origin are those of the public address."""

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._rp_id = parts.hostname or ""
        self._origin = f"{parts.scheme}://{parts.netloc}".lower()

    def creation_options(self, person_id: str, challenge: bytes, known: Sequence[str]) -> dict[str, Any]:
        from webauthn import generate_registration_options
        from webauthn.helpers import options_to_json_dict
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        selection = AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        )
        options = generate_registration_options(
            rp_id=self._rp_id,
            rp_name=RP_NAME,
            user_id=person_id.encode(),
            user_name=person_id[:8],  # tells accounts apart on the device and is no name
            challenge=challenge,
            timeout=TIMEOUT,
            authenticator_selection=selection,
            exclude_credentials=_described(known),
            supported_pub_key_algs=_algorithms(),
        )
        return dict(options_to_json_dict(options))

    def request_options(self, challenge: bytes, known: Sequence[str]) -> dict[str, Any]:
        from webauthn import generate_authentication_options
        from webauthn.helpers import options_to_json_dict
        from webauthn.helpers.structs import UserVerificationRequirement

        options = generate_authentication_options(
            rp_id=self._rp_id,
            challenge=challenge,
            timeout=TIMEOUT,
            allow_credentials=_described(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return dict(options_to_json_dict(options))

    def challenge_of(self, answer: Mapping[str, Any]) -> str:
        try:
            said = json.loads(_bytes(answer["response"]["clientDataJSON"]))["challenge"]
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return ""
        return said if isinstance(said, str) else ""

    def registered(self, answer: Mapping[str, Any], challenge: str) -> NewPasskey:
        from webauthn import verify_registration_response

        try:
            found = verify_registration_response(
                credential=dict(answer),
                expected_challenge=_bytes(challenge),
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                require_user_verification=True,
                supported_pub_key_algs=_algorithms(),
            )
        except Exception:  # noqa: BLE001 - whatever is wrong with bytes from outside, they are no right answer
            raise CredentialsError from None
        if found.fmt not in FORMATS or found.credential_id != _bytes(str(answer["id"])):
            raise CredentialsError
        return NewPasskey(
            str(answer["id"]), found.credential_public_key, found.sign_count, backed_up=found.credential_backed_up
        )

    def signed(self, answer: Mapping[str, Any], challenge: str, person_id: str, public_key: bytes) -> int:
        from webauthn import verify_authentication_response
        from webauthn.helpers import parse_authentication_credential_json

        try:
            credential = parse_authentication_credential_json(dict(answer))
            found = verify_authentication_response(
                credential=credential,
                expected_challenge=_bytes(challenge),
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                credential_public_key=public_key,
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except Exception:  # noqa: BLE001 - as above
            raise CredentialsError from None
        owner = credential.response.user_handle
        if owner and owner != person_id.encode():
            raise CredentialsError
        return int(found.new_sign_count)


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")


def _described(known: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=_bytes(credential_id)) for credential_id in known]


def _algorithms() -> list[COSEAlgorithmIdentifier]:
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    return [COSEAlgorithmIdentifier(number) for number in ALGORITHMS]
