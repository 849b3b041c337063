"""An application asks, the patient answers, and takes the answer back (SMART App Launch, RFC 6749, 7636, 9207).

A request that names an unknown application, or another address of return than is registered, goes nowhere but to our
own page: nobody is sent on by us. Every other answer goes to the registered address, with our name (``iss``) in it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalicelib.domain import applications as rules
from chalicelib.domain.access import CardState
from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.secrets import hash_secret
from chalicelib.domain.smart import PATIENT, permits
from chalicelib.errors import (
    CardStateError,
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import Clock, Event, evidence, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Delete, Expect, Expected, Item, Put, Store, Tables, Update, Write
from chalicelib.services.gate import Gate

PAGE = "/a.html"
OPEN_CARDS = frozenset({CardState.ACTIVE, CardState.SUSPENDED})
WORDS = 60


class AppAsking:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock, public_url: str) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock
        self._url = public_url

    # --- the application

    def ask(self, caller: Actor, query: Mapping[str, str]) -> str:
        """Where the browser goes: to the page on which the patient answers, or back with an error."""
        named, redirect = query.get("client_id", ""), query.get("redirect_uri", "")
        row = self._tables.get(keys.app(named)) if 0 < len(named) <= WORDS + 4 and named.isascii() else None
        if row is None or row["state"] != "active":
            self._refuse(caller, "", "client")
            return f"{self._url}{PAGE}#unknown"
        if redirect not in row["redirect_uris"]:
            self._refuse(caller, row["id"], "redirect")
            return f"{self._url}{PAGE}#unknown"
        scopes = rules.granted(query.get("scope", "").split()[:WORDS], row["scopes"])
        wrong = rules.defect(query, scopes, f"{self._url}/fhir")
        if wrong:
            self._refuse(caller, row["id"], wrong)
            return self._back(redirect, query.get("state", "")[: rules.MOST_STATE], error=wrong)
        request_id = secrets.token_urlsafe(24)
        asked: Item = {
            "id": request_id,
            "client": row["id"],
            "redirect": redirect,
            "scopes": scopes,
            "state": query["state"],
            "challenge": query["code_challenge"],
            "nonce": query.get("nonce", "")[: rules.MOST_STATE],
            "expires": int(self._clock().timestamp()) + rules.REQUEST_SECONDS,
        }
        self._tables.commit([Put(keys.app_request(request_id), asked)])
        return f"{self._url}{PAGE}#{request_id}"

    def _back(self, redirect: str, state: str, **said: str) -> str:
        told = {**said, **({"state": state} if state else {}), "iss": self._url}
        return f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(told)}"

    def _refuse(self, caller: Actor, client_id: str, reason: str) -> None:
        event = Event(caller, "app:request", SYS, "denied", resource_type="app", resource_id=client_id, reason=reason)
        self._gate.record(event)

    # --- the patient

    def asked(self, actor: Actor, request_id: str, language: str) -> Item:
        """What is asked, in words. NotFoundError for a request that was answered, is too old, or never was."""
        asked, app = self._request(request_id)
        self._gate.record(
            Event(actor, "app:request", actor.person_id, resource_type="app", resource_id=str(asked["client"]))
        )
        offline = rules.OFFLINE in asked["scopes"]
        until = self._clock() + (timedelta(days=rules.DEFAULT_DAYS) if offline else rules.WITHOUT_REFRESH)
        return {
            "application": _named(app, language),
            "terms": app["terms"],
            "scopes": asked["scopes"],
            "reads": _reads(asked["scopes"], language),
            "until": stamp(until),
            "most_days": rules.MOST_DAYS if offline else 0,
        }

    def answer(self, actor: Actor, request_id: str, form: Mapping[str, Any]) -> Item:
        """``redirect``: where the browser goes with the answer. ``form``: allow, days, types that the patient left in.

        Raises NotFoundError, InvalidFieldsError, CardStateError, StaleVersionError when another answer was faster.
        """
        asked, _app = self._request(request_id)
        done = Delete(keys.app_request(request_id), Expect.PRESENT)
        if not form["allow"]:
            event = Event(actor, "app:refuse", actor.person_id, resource_type="app", resource_id=str(asked["client"]))
            self._commit(event, [done])
            return {"redirect": self._back(asked["redirect"], asked["state"], error="access_denied")}
        scopes = _left(asked["scopes"], form["types"])
        code, leave_id = secrets.token_urlsafe(32), self._gate.new_id()
        leave = self._leave(actor, asked, scopes, leave_id, form["days"])
        writes = [done, *leave, self._code(code, asked, actor, scopes, leave_id)]
        event = Event(
            actor,
            "app:allow",
            actor.person_id,
            resource_type="app",
            resource_id=str(asked["client"]),
            details={"scope": " ".join(scopes)},
        )
        self._commit(event, writes)
        return {"redirect": self._back(asked["redirect"], asked["state"], code=code)}

    def _leave(self, actor: Actor, asked: Item, scopes: Sequence[str], leave_id: str, days: int | None) -> list[Write]:
        """The leave, in place of an earlier one to the same application, whose tokens end with it."""
        key, client = keys.app_leave(actor.person_id, asked["client"]), str(asked["client"])
        rows = self._tables.get_many([key, keys.profile(actor.person_id), keys.card(actor.person_id)])
        if evidence.card_state(rows, actor.person_id) not in OPEN_CARDS:
            raise CardStateError
        old, now = rows.get(key), self._clock()
        offline = rules.OFFLINE in scopes
        life = timedelta(days=days or rules.DEFAULT_DAYS) if offline else rules.WITHOUT_REFRESH
        row: Item = {
            "id": leave_id,
            "patient": actor.person_id,
            "client": client,
            "state": "active",
            "scopes": list(scopes),
            "sections": sorted(rules.sections_of(scopes)),
            "until": stamp(now + life),
            "epoch": int(rows.get(keys.profile(actor.person_id), {}).get("epoch", 0)),
            "allowed_at": stamp(now),
            "ver": int(old["ver"]) + 1 if old else 1,
        }
        expect: Expected = {"ver": int(old["ver"])} if old else Expect.ABSENT
        return [
            Put(key, row, expect),
            Check(keys.app(client), {"state": "active"}),
            happened(actor.person_id, self._gate.new_id(), "application_allowed", now),
        ]

    def _code(self, code: str, asked: Item, actor: Actor, scopes: Sequence[str], leave_id: str) -> Write:
        ends = int(self._clock().timestamp()) + rules.CODE_SECONDS
        row: Item = {
            "client": asked["client"],
            "patient": actor.person_id,
            "leave": leave_id,
            "redirect": asked["redirect"],
            "challenge": asked["challenge"],
            "nonce": asked["nonce"],
            "scopes": list(scopes),
            "used": False,
            "ends_at": ends,
            "expires": ends + 600,  # kept a while, so that a second use is known for one
        }
        return Put(keys.app_code(hash_secret(code)), row)

    def _commit(self, event: Event, writes: Sequence[Write]) -> None:
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError as error:
            if error.index == 0:
                raise NotFoundError from None
            raise StaleVersionError from None

    def _request(self, request_id: str) -> tuple[Item, Item]:
        asked = self._tables.get(keys.app_request(request_id))
        if asked is None or int(asked["expires"]) <= self._clock().timestamp():
            raise NotFoundError
        app = self._tables.get(keys.app(asked["client"]))
        if app is None or app["state"] != "active":
            raise NotFoundError
        return asked, app

    # --- what the patient has let in

    def mine(self, actor: Actor, language: str, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Applications that the patient let in, those that have ended too."""
        self._gate.record(Event(actor, "app:list", actor.person_id, resource_type="app"))
        found = self._tables.query(Store.CARD, keys.patient(actor.person_id), keys.LEAVES, limit=limit, after=after)
        wanted = [*(keys.app(row["client"]) for row in found.items), keys.profile(actor.person_id)]
        rows, now = self._tables.get_many(wanted), self._clock()
        epoch = int(rows.get(keys.profile(actor.person_id), {}).get("epoch", 0))
        lines = [_line(row, rows.get(keys.app(row["client"]), {}), epoch, now, language) for row in found.items]
        return lines, found.after

    def end(self, actor: Actor, client_id: str) -> None:
        """Take the leave back: the application reads nothing from the next request on. Repeatable."""
        key = keys.app_leave(actor.person_id, client_id)
        row = self._tables.get(key)
        if row is None:
            raise NotFoundError
        if row["state"] != "active":
            return
        event = Event(actor, "app:end", actor.person_id, resource_type="app", resource_id=client_id)
        change = Update(key, {"state": "ended"}, add={"ver": 1}, expect={"ver": row["ver"]})
        try:
            self._gate.commit([self._gate.stage(event)], [change, Delete(keys.app_refresh(actor.person_id, row["id"]))])
        except ConflictError:
            raise StaleVersionError from None


def _left(scopes: Sequence[str], types: Sequence[str] | None) -> list[str]:
    """The scopes without the types that the patient took out; InvalidFieldsError when nothing is left to read."""
    kept = rules.types_of(scopes) if types is None else [name for name in rules.types_of(scopes) if name in types]
    if not kept:
        raise InvalidFieldsError(fields=(FieldProblem("/types", "choice", "name something that it may read"),))
    beside = [word for word in scopes if word in rules.BESIDE]
    if types is None:
        return list(scopes)
    about = [
        f"{PATIENT}/{name}." + "".join(letter for letter in "rs" if permits(scopes, PATIENT, name, letter))
        for name in kept
    ]
    return sorted([*beside, *about])


def _reads(scopes: Sequence[str], language: str) -> list[Item]:
    return [{"type": name, "text": rules.TYPES[name].to(language)} for name in rules.types_of(scopes)]


def _named(app: Mapping[str, Any], language: str) -> str:
    return str(app.get("name_en" if language == "en" else "name_ru", ""))


def _line(row: Item, app: Mapping[str, Any], epoch: int, now: datetime, language: str) -> Item:
    until = datetime.fromisoformat(row["until"])
    live = row["state"] == "active" and now < until and int(row["epoch"]) == epoch and app.get("state") == "active"
    return {
        "client_id": row["client"],
        "application": _named(app, language),
        "state": "active" if live else "ended",
        "reads": _reads(row["scopes"], language),
        "allowed_at": row["allowed_at"],
        "until": row["until"],
    }
