"""Facts of each request for the watch over suspicious activity (ID-11); a failure here leaves the request alone.

Only the function that may write sessions counts and blocks. The one that reads the log (docs/adr/0008) has no such
right: a token from another device is refused there too, and its session is stopped by the next request elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Actor
from chalicelib.domain.resource_ids import patient_of, resource_id_of
from chalicelib.domain.suspicion import elsewhere
from chalicelib.errors import MedkartaError, SessionBlockedError

log = logging.getLogger("medkarta.watch")

WATCHES = "api_handler"


def arrived(function: str, actor: Actor) -> None:
    """Raises SessionBlockedError for a token that came from another device than the one that signed in."""
    if not elsewhere(actor.bound_to, actor.device):
        return
    if function == WATCHES:
        services().watch.arrived(actor)
    raise SessionBlockedError


def seen(function: str, actor: Actor, path_params: Mapping[str, str]) -> None:
    """A request was answered."""
    if function != WATCHES:
        return
    try:
        services().watch.seen(actor, _card(path_params))
    except MedkartaError as error:
        log.warning("a request was not counted: %s", error.code)


def denied(function: str, actor: Actor, operation: str, code: str, path_params: Mapping[str, str]) -> None:
    """A request was refused."""
    if function != WATCHES:
        return
    try:
        services().watch.denied(actor, operation, code, _card(path_params))
    except MedkartaError as error:
        log.warning("a refusal was not counted: %s", error.code)


def _card(path_params: Mapping[str, str]) -> str:
    """Whose card a path names, by its id or by the id of a resource that lies in it."""
    if "patient_id" in path_params:
        return path_params["patient_id"]
    named = path_params.get("resource_id", "")
    found = resource_id_of(named)
    return (found.patient_id if found else patient_of(named)) or ""
