"""A partner's program for clients of FHIR that others wrote: its token, and a proof on each request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from conformance.client import Partner
from local.demo_partner import made


def demo_partner(url: str) -> tuple[Partner, dict[str, Any], dict[str, Any]]:
    """A clinical system that is signed in; what it knows of the demo patient; its file as the kit takes it."""
    found = made(url)
    partner = Partner(url, found["client_id"], load_pem_private_key(found["key"].encode(), None), found["kid"])  # type: ignore[arg-type]
    assert partner.sign_in("system/*.cruds").status == 200
    return partner, found["known"], found


def proven(partner: Partner) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """For ``requests``: RFC 9449, 7.1; a PUT names the version that its resource says, which this server asks for."""

    def dressed(request: requests.PreparedRequest) -> requests.PreparedRequest:
        assert request.method
        path = urlsplit(str(request.url)).path
        request.headers["Authorization"] = f"DPoP {partner.token}"
        request.headers["DPoP"] = partner.proof(request.method, path, partner.token)
        if request.method == "PUT" and request.body:
            version = json.loads(request.body).get("meta", {}).get("versionId")
            if version:
                request.headers.setdefault("If-Match", f'W/"{version}"')
        return request

    return dressed
