"""Facts of each request for the watch over suspicious activity (ID-11); a failure here leaves the request alone."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Actor
from chalicelib.errors import MedkartaError, SessionBlockedError

log = logging.getLogger("medkarta.watch")


def arrived(actor: Actor) -> None:
    """Raises SessionBlockedError for a token that came from another device than the one that signed in."""
    if not services().watch.arrived(actor):
        raise SessionBlockedError


def seen(actor: Actor, path_params: Mapping[str, str]) -> None:
    """A request was answered."""
    try:
        services().watch.seen(actor, path_params.get("patient_id", ""))
    except MedkartaError as error:
        log.warning("a request was not counted: %s", error.code)


def denied(actor: Actor, operation: str, code: str) -> None:
    """A request was refused."""
    try:
        services().watch.denied(actor, operation, code)
    except MedkartaError as error:
        log.warning("a refusal was not counted: %s", error.code)
