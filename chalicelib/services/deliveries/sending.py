"""Sends one notice by one channel: the functions ``send_sms`` and ``send_email``.

A message is claimed before it is sent, for the time of a lease, so that of parallel doubles one sends. A sender that
dies between sending and saying so, or hears no answer, leaves a claim that nobody ended: such a message is tried once
more, and then given up. So a message comes twice at most, and almost always once. What the provider cannot take now is
tried again with growing waits; after the last try the row says so, and the message goes to the dead letters. A number
or an address that it never takes is not tried again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.deliveries import DOUBTS, FORMER, KEPT, LEASE, TRIES, WAITS, State
from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.texts import CABINET, SUBJECT, said_outside
from chalicelib.domain.ward_notices import for_representative
from chalicelib.errors import AddressRefusedError, ConflictError, ErasedError, OutcomeUnknownError, UnavailableError
from chalicelib.ports import Clock, Messenger, Sealed, Vault, keys
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.outgoing import Outgoing
from chalicelib.ports.tables import Item, Key, Put, Tables, Update, Write
from chalicelib.ports.tallies import Tally
from chalicelib.services.gate import Gate

FIELDS: Mapping[str, str] = {"sms": "phone", "email": "email"}
SENT_KEPT = timedelta(days=30)
"""For so long what a provider says of a message finds its delivery."""


class SendingService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        messenger: Messenger,
        tally: Tally,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._messenger = messenger
        self._tally = tally
        self._clock = clock
        self._public_url = public_url

    def send(self, message: Outgoing, received: int) -> timedelta | None:
        """None when it is done with; else after what wait it is to come again. ``received``: how often it came."""
        try:
            return self._once(message)
        except UnavailableError:
            if received >= TRIES:
                self._given_up(message)
            return WAITS[min(received, len(WAITS)) - 1]

    def _once(self, message: Outgoing) -> timedelta | None:
        person_id, now = message.person_id, self._clock()
        key = keys.delivery(person_id, message.notice_id, message.channel)
        places = [key, keys.profile(person_id), keys.notice(person_id, message.notice_id)]
        places += [keys.unreachable(person_id, message.channel), keys.former_contacts(person_id)]
        row, profile, notice, unreachable, former = map(self._tables.get_many(places).get, places)
        if row is None or row["state"] != State.QUEUED:
            return None
        if row.get("leased", "") > stamp(now):
            return datetime.fromisoformat(row["leased"]) - now + timedelta(seconds=1)
        doubts = int(row["doubts"]) + ("leased" in row)
        if doubts > DOUBTS:
            self._settled(key, row, {"state": State.FAILED.value, "reason": "unknown"})
            return None
        to = self._address(message, profile, former, unreachable)
        if to is None or profile is None:
            self._settled(key, row, {"state": State.DROPPED.value, "reason": "no-address"})
            return None
        if notice is not None and not self._still_told(person_id, notice):
            self._settled(key, row, {"state": State.DROPPED.value, "reason": "not-told"})
            return None
        claim = {"leased": stamp(now + LEASE), "doubts": doubts}
        try:
            change = Update(key, claim, {"tries": 1, "ver": 1}, remove=("react",), expect={"ver": row["ver"]})
            self._tables.commit([change])
        except ConflictError:
            return WAITS[0]  # somebody else was faster
        self._sent(message, {**row, "ver": int(row["ver"]) + 1}, to, profile, notice or {})
        return None

    def _still_told(self, person_id: PersonId, notice: Item) -> bool:
        """What waited for the morning about a ward may be for this person no more (ACC-8)."""
        if "ward" not in notice:
            return True
        standing = representation_of(self._tables.get(keys.representation(notice["ward"], person_id)))
        return for_representative(notice["event"], standing, self._clock())

    def _sent(self, message: Outgoing, row: Item, to: str, profile: Item, notice: Item) -> None:
        key = keys.delivery(message.person_id, message.notice_id, message.channel)
        channel = message.channel.removeprefix(FORMER)
        try:
            provider_id = self._said(channel, to, row["event"], notice, str(profile.get("language", "ru")))
        except AddressRefusedError:
            self._tally.answered(channel, refused=True)
            self._settled(key, row, {"state": State.FAILED.value, "reason": "refused"})
            return
        except OutcomeUnknownError:
            raise  # the claim stays
        except UnavailableError:
            self._tables.commit([Update(key, {}, {"ver": 1}, remove=("leased",), expect={"ver": row["ver"]})])
            raise
        self._tally.answered(channel, refused=False)
        sent: Item = {"state": State.SENT.value, "provider_id": provider_id}
        found: Item = {
            "patient": message.person_id,
            "notice": message.notice_id,
            "channel": message.channel,
            "tag": profile.get("tags", {}).get(FIELDS[channel], "") if channel == message.channel else "",
            "expires": int((self._clock() + SENT_KEPT).timestamp()),
        }
        self._settled(key, row, sent, [Put(keys.sent_as(provider_id), found, None)])

    def _given_up(self, message: Outgoing) -> None:
        """After the last try; where somebody died with it, nobody knows whether it came."""
        key = keys.delivery(message.person_id, message.notice_id, message.channel)
        row = self._tables.get(key)
        if row is not None and row["state"] == State.QUEUED:
            reason = "unknown" if "leased" in row else "unavailable"
            self._settled(key, row, {"state": State.FAILED.value, "reason": reason})

    def _said(self, channel: str, to: str, event: str, about: Item, language: str) -> str:
        text = said_outside(event, about, language)
        if channel == "sms":
            return self._messenger.sms(to, text)
        text += "\n\n" + CABINET.to(language).format(url=self._public_url)
        return self._messenger.email(to, SUBJECT.to(language), text)

    def _settled(self, key: Key, row: Item, change: Item, more: list[Write] | None = None) -> None:
        """What became of it; a failure is told on, so that an urgent notice goes another way (``instead``)."""
        now = self._clock()
        failed = change["state"] in {State.FAILED, State.DROPPED}
        done = {**change, "at": stamp(now), "expires": int((now + KEPT).timestamp())}
        done |= {"react": ["delivery_failed"]} if failed else {}
        removed = ("leased",) if failed else ("leased", "react")
        self._tables.commit([Update(key, done, {"ver": 1}, remove=removed, expect={"ver": row["ver"]}), *(more or [])])

    def _address(
        self, message: Outgoing, profile: Item | None, former: Item | None, unreachable: Item | None
    ) -> str | None:
        """Where it goes; None where there is nothing to send it to, or nobody any more."""
        channel = message.channel.removeprefix(FORMER)
        field, own = FIELDS[channel], channel == message.channel
        if profile is None or (own and _bounced(profile, field, unreachable)):
            return None
        try:
            content = self._opened(message.person_id, "profile", profile)
            if own:
                return content.get(field) or None
            if former is None or int(former["until"]) <= self._clock().timestamp():
                return None
            before = self._opened(message.person_id, "former", former).get(field)
        except ErasedError:
            return None
        return before if before and before != content.get(field) else None

    def _opened(self, person_id: PersonId, kind: str, row: Item) -> dict[str, Any]:
        permit = self._gate.permit_private(system_actor("notify"), person_id, kind, kind, "notice:send")
        opened: dict[str, Any] = json.loads(self._vault.open(permit, Sealed.of(kind, row)))
        return opened


def _bounced(profile: Item, field: str, unreachable: Item | None) -> bool:
    """The address that the profile has now is the one that came back; a new one is tried."""
    return unreachable is not None and unreachable["tag"] == profile.get("tags", {}).get(field, "")
