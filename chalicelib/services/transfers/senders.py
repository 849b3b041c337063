"""Systems outside whose signature on a transfer is believed, and the keys of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.staff import runs_the_system
from chalicelib.domain.transfers import digest_of
from chalicelib.errors import AccessDeniedError, FieldProblem, InvalidFieldsError, NotFoundError
from chalicelib.ports import Event, keys
from chalicelib.ports.tables import Delete, Expect, Item, Put, Store
from chalicelib.services.transfers.tools import Tools


class Senders:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def put(self, actor: Actor, form: Mapping[str, Any]) -> Item:
        """Trust a system, or give it other keys. Raises InvalidFieldsError, AccessDeniedError."""
        self._allowed(actor, "transfer-sender:put")
        issuer = str(form["issuer"])
        usable = all(key.get("kty") == "EC" and key.get("crv") == "P-256" for key in form["jwks"]["keys"])
        problems = [] if usable else [FieldProblem("/jwks", "keys", "public P-256 keys, each with kid")]
        if any("d" in key or not key.get("kid") for key in form["jwks"]["keys"]):
            problems.append(FieldProblem("/jwks", "keys", "public P-256 keys, each with kid"))
        if issuer == self._t.issuer:
            problems.append(FieldProblem("/issuer", "own", "this system is trusted anyway"))
        if problems:
            raise InvalidFieldsError(fields=tuple(problems))
        sender_id = digest_of(issuer)
        row: Item = {"id": sender_id, "issuer": issuer, "name": form["name"], "jwks": form["jwks"], "ver": 1}
        row["at"] = stamp(self._t.clock())
        event = Event(actor, "transfer-sender:put", SYS, resource_type="transfer-sender", resource_id=sender_id)
        self._t.gate.commit([self._t.gate.stage(event)], [Put(keys.transfer_sender(sender_id), row, None)])
        return _shown(row)

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        self._allowed(actor, "transfer-sender:list")
        self._t.gate.record(Event(actor, "transfer-sender:list", SYS))
        page = self._t.tables.query(Store.IDENTITY, keys.TRANSFER_SENDERS, "SENDER#", limit=limit, after=after)
        return [_shown(row) for row in page.items], page.after

    def remove(self, actor: Actor, sender_id: str) -> None:
        self._allowed(actor, "transfer-sender:remove")
        key = keys.transfer_sender(sender_id)
        if self._t.tables.get(key) is None:
            raise NotFoundError
        event = Event(actor, "transfer-sender:remove", SYS, resource_type="transfer-sender", resource_id=sender_id)
        self._t.gate.commit([self._t.gate.stage(event)], [Delete(key, Expect.PRESENT)])

    def own_keys(self) -> Item:
        """JWKS: by which we sign (``sig``), and to which others seal (``enc``)."""
        signing = [{**key, "use": "sig", "alg": "ES256"} for key in self._t.signer.published("transfer")["keys"]]
        return {"issuer": self._t.issuer, "keys": [*signing, *self._t.box.published()]}

    def _allowed(self, actor: Actor, operation: str) -> None:
        if not runs_the_system(actor):
            self._t.gate.refuse(actor, operation, "scope")
            raise AccessDeniedError


def _shown(row: Item) -> Item:
    kids = [str(key["kid"]) for key in row["jwks"]["keys"]]
    return {"sender_id": row["id"], "issuer": row["issuer"], "name": row["name"], "keys": kids, "at": row["at"]}
