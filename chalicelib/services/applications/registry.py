"""Applications as an administrator of the system registers them: names, addresses of return, scopes, keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.domain import applications as rules
from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.staff import SYSTEM, refusal_to_manage
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.tables import Item, Put, Store, Tables, Update
from chalicelib.services.gate import Gate

SHOWN = ("name_ru", "name_en", "kind", "redirect_uris", "scopes", "terms", "state", "created_at")


class Keys(Protocol):
    def usable(self, jwks: Mapping[str, Any]) -> bool: ...


class AppRegistry:
    def __init__(self, gate: Gate, tables: Tables, assertions: Keys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._assertions = assertions
        self._clock = clock

    def register(self, actor: Actor, form: Mapping[str, Any]) -> Item:
        """A new application; its id is its ``client_id``. Raises AccessDeniedError, InvalidFieldsError.

        ``form``: as ``handlers.models.applications:App``. Confidential is what has keys; the rest is public, and has
        PKCE alone.
        """
        self._administers(actor, "app:register")
        problems = [
            FieldProblem(f"/redirect_uris/{place}", "redirect", "https, this machine, or a scheme with a dot")
            for place, address in enumerate(form["redirect_uris"])
            if not rules.good_redirect(address)
        ]
        problems += [
            FieldProblem(f"/scopes/{place}", "scopes", "an application reads what a patient lets it read")
            for place, word in enumerate(form["scopes"])
            if not rules.readable(word)
        ]
        if form["jwks"] and not self._assertions.usable(form["jwks"]):
            problems.append(
                FieldProblem("/jwks", "keys", "public RSA (2048 bits or more) or P-256 keys, each with kid")
            )
        if problems:
            raise InvalidFieldsError(fields=tuple(problems))
        client_id = self._gate.new_id()
        row: Item = {
            "id": client_id,
            "name_ru": form["name_ru"],
            "name_en": form["name_en"],
            "kind": "confidential" if form["jwks"] else "public",
            "jwks": form["jwks"] or {"keys": []},
            "redirect_uris": list(form["redirect_uris"]),
            "scopes": sorted(set(form["scopes"])),
            "terms": form["terms"],
            "state": "active",
            "ver": 1,
            "created_at": stamp(self._clock()),
        }
        event = Event(actor, "app:register", SYS, resource_type="app", resource_id=client_id)
        self._gate.commit([self._gate.stage(event)], [Put(keys.app(client_id), row)])
        return _shown(row)

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        self._administers(actor, "app:list")
        self._gate.record(Event(actor, "app:list", SYS, resource_type="app"))
        found = self._tables.query(Store.IDENTITY, keys.APPS, "APP#", limit=limit, after=after)
        return [_shown(row) for row in found.items], found.after

    def revoke(self, actor: Actor, client_id: str) -> None:
        """End a registration: every token of the application is refused from the next call on. Repeatable."""
        self._administers(actor, "app:revoke")
        row = self._tables.get(keys.app(client_id))
        if row is None:
            raise NotFoundError
        if row["state"] == "revoked":
            return
        event = Event(actor, "app:revoke", SYS, resource_type="app", resource_id=client_id)
        change = Update(keys.app(client_id), {"state": "revoked"}, add={"ver": 1}, expect={"ver": row["ver"]})
        try:
            self._gate.commit([self._gate.stage(event)], [change])
        except ConflictError:
            raise StaleVersionError from None

    def _administers(self, actor: Actor, operation: str) -> None:
        """An application is every patient's, so it is registered for the whole system."""
        refused = refusal_to_manage(actor, SYSTEM)
        if refused:
            self._gate.refuse(actor, operation, refused)
            raise AccessDeniedError


def _shown(row: Item) -> Item:
    return {"client_id": row["id"], **{name: row[name] for name in SHOWN}, "version": int(row["ver"])}
