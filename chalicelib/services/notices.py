"""The cabinet's inbox (MSG-2), and the sender that says outside that something waits there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.actions import role_text, thing_text
from chalicelib.domain.assurance import unproven
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.texts import ANSWERS, NOTICES, rendered
from chalicelib.errors import ConflictError, NotFoundError
from chalicelib.ports import Clock, Event, Messenger, Sealed, Vault, keys
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.tables import Item, Put, Store, Tables, Update
from chalicelib.records.registry import labels
from chalicelib.services.gate import Gate


class NoticeService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, messenger: Messenger, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._messenger = messenger
        self._clock = clock

    def mine(self, actor: Actor, language: str, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """The person's own inbox, newest first. After a claim that nobody confirmed, a page may be short."""
        permit = self._gate.permit_private(actor, actor.person_id, "notice", None, "notice:list")
        found = self._tables.query(
            Store.CARD, keys.patient(actor.person_id), "NOTICE#", limit=limit, after=after, newest_first=True
        )
        shown, bare = [], unproven(self._tables.get(keys.profile(actor.person_id)) or {})
        for row in self._still_theirs(actor.person_id, found.items):
            content: dict[str, Any] = json.loads(self._vault.open(permit, Sealed(row["id"], 1, bytes(row["sealed"]))))
            if bare and content["params"]:  # it names a doctor or a kind of record
                continue
            title, text = rendered(content["event"], _worded(content["params"], language), language)
            shown.append(
                {
                    "id": row["id"],
                    "event": content["event"],
                    "title": title,
                    "text": text,
                    "links": content.get("links", {}),
                    "at": row["at"],
                    "read_at": row.get("read_at"),
                }
            )
        return shown, found.after

    def _still_theirs(self, person_id: PersonId, rows: Sequence[Item]) -> list[Item]:
        """Without notices about wards whom this person does not represent any more (ACC-8): a page may be short."""
        wards = sorted({row["ward"] for row in rows if "ward" in row})
        found = self._tables.get_many([keys.representation(ward, person_id) for ward in wards])
        standing = {row["patient"]: representation_of(row) for row in found.values()}
        now = self._clock()
        live = {ward for ward, right in standing.items() if right is not None and right.live(now)}
        return [row for row in rows if row.get("ward", "") in {"", *live}]

    def mark_read(self, actor: Actor, notice_id: str) -> None:
        """Repeatable; the first moment stays."""
        key = keys.notice(actor.person_id, notice_id)
        row = self._tables.get(key)
        if row is None or not self._still_theirs(actor.person_id, [row]):
            raise NotFoundError
        if "read_at" in row:
            return
        event = Event(actor, "notice:read", actor.person_id, resource_type="notice", resource_id=notice_id)
        try:
            self._gate.commit([self._gate.stage(event)], [Update(key, {"read_at": stamp(self._clock())})])
        except ConflictError:
            raise NotFoundError from None

    def send_outside(self, person_id: PersonId, event: str, notice_id: str) -> None:
        """SMS and e-mail by the person's choice; once a notice and channel, marked after it was sent.

        A crash between sending and marking sends twice rather than never; the texts say nothing but "look inside".
        """
        notice = NOTICES.get(event)
        row = self._tables.get(keys.profile(person_id))
        if notice is None or row is None:
            return
        taken = ("sms", "email") if notice.everywhere else row.get("channels", ["sms"])
        channels = [c for c in taken if c != "sms" or notice.urgent]
        waiting = [c for c in channels if self._tables.get(self._sent(person_id, notice_id, c)) is None]
        if not waiting and not notice.everywhere:
            return
        permit = self._gate.permit_private(system_actor("notify"), person_id, "profile", "profile", "notice:send")
        profile = json.loads(self._vault.open(permit, Sealed.of("profile", row)))
        language = str(row.get("language", "ru"))
        for channel in waiting:
            if channel == "sms" and profile.get("phone"):
                self._messenger.sms(profile["phone"], notice.outside.to(language))
            elif channel == "email" and profile.get("email"):
                self._messenger.email(profile["email"], "Медкарта", notice.outside.to(language))
            self._tables.commit([Put(self._sent(person_id, notice_id, channel), {"at": stamp(self._clock())}, None)])
        if notice.everywhere:
            self._send_to_former(person_id, notice_id, notice.outside.to(language), profile)

    def _send_to_former(self, person_id: PersonId, notice_id: str, text: str, profile: Mapping[str, str]) -> None:
        """For a week after a recovery the former telephone and address hear too (services/desk_recovery.py)."""
        row, now = self._tables.get(keys.former_contacts(person_id)), self._clock()
        if row is None or int(row["until"]) <= now.timestamp():
            return
        permit = self._gate.permit_private(system_actor("notify"), person_id, "former", "former", "notice:send")
        former = json.loads(self._vault.open(permit, Sealed.of("former", row)))
        for channel, name in (("sms", "phone"), ("email", "email")):
            sent = self._sent(person_id, notice_id, f"former-{channel}")
            if former.get(name, "") in {"", profile.get(name)} or self._tables.get(sent) is not None:
                continue
            if channel == "sms":
                self._messenger.sms(former[name], text)
            else:
                self._messenger.email(former[name], "Медкарта", text)
            self._tables.commit([Put(sent, {"at": stamp(now)}, None)])

    @staticmethod
    def _sent(person_id: PersonId, notice_id: str, channel: str) -> Any:
        return keys.receipt(person_id, notice_id, 1, f"sent-{channel}")


def _worded(params: Mapping[str, str], language: str) -> dict[str, str]:
    """The words of a notice as its reader knows them: kinds, roles and states are kept as codes."""
    words = dict(params)
    if "kind" in words:
        words["kind"] = thing_text(words["kind"], labels(language), language)
    if "role" in words:
        words["role"] = role_text(words["role"], language)
    if words.get("state") in ANSWERS:
        words["state"] = ANSWERS[words["state"]].to(language)
    return words
