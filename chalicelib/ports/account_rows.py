"""Rows of an account as who changes its factors reads them."""

from __future__ import annotations

from chalicelib.domain.identity import Actor
from chalicelib.domain.sessions import of_this_epoch
from chalicelib.errors import NotFoundError, SessionEndedError
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Tables


def own_credentials(tables: Tables, actor: Actor) -> Item:
    """The CREDENTIALS row of who asks, to be changed on condition of its version.

    It is read before the epoch: a recovery or a new password grows both at once, so that a change by a session of
    before either sees the new epoch here or fails at its condition. Raises NotFoundError, SessionEndedError.
    """
    row = tables.get(keys.credentials(actor.person_id))
    if row is None:
        raise NotFoundError
    session, profile = keys.session(actor.person_id, actor.session_id), keys.profile(actor.person_id)
    rows = tables.get_many([session, profile])
    if not of_this_epoch(rows.get(session, {}), rows.get(profile)):
        raise SessionEndedError
    return row
