"""What happens after a row was written: each reaction by name, once per row and version.

A row names its reactions in ``react``. A reaction answers with the changes to store; they are stored together with its
receipt, so that a repeated or half-dead trigger does nothing twice. Work outside the tables (a file) comes before the
receipt and is found by what is stored with it alone; announcements come from the stored notice, by this same mechanism.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.names import full_name
from chalicelib.domain.representation import TOLD, Representation, Right
from chalicelib.domain.texts import MOMENT, NOTICES, said_outside
from chalicelib.domain.ward_notices import for_representative
from chalicelib.errors import CardMergedError, ConflictError, ErasedError
from chalicelib.ports import Clock, ErasureQueue, Notifier, Sealed, Vault, keys
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.tables import Expect, Expected, Item, Put, Store, Tables, Update, Write, every_row
from chalicelib.records.registry import record_type
from chalicelib.services.gate import Gate, Staged

TOLD_KEPT = timedelta(days=2)
"""For so long stands that somebody was told of something today."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a reaction wants stored with its receipt."""

    staged: tuple[Staged, ...] = ()
    writes: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    notifier: Notifier
    erasures: ErasureQueue
    clock: Clock


OtherReaction = Callable[[Item], tuple[Sequence[Staged], Sequence[Write]]]
"""A reaction that another service has: the changes and writes to be stored with the receipt."""


class ReactionService:
    def __init__(self, tools: Tools, others: Mapping[str, OtherReaction] | None = None) -> None:
        self._t = tools
        # A notice that has no reaction of its own is told as it stands.
        self._reactions: Mapping[str, Callable[[Item], Effect]] = {
            **{event: self._plain(event) for event in NOTICES},
            "notify_patient": self._notify_patient,
            "tell_refusal": self._tell_refusal,
            "registration_attempted": self._registration_attempted,
            "consent_requested": self._consent_requested,
            "consent_described": self._consent_described,
            "consent_answered": self._consent_answered,
            "send_to_eraser": self._send_to_eraser,
            "announce": self._announce,
            **{name: self._of_another(react) for name, react in (others or {}).items()},
        }

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._reactions)

    def run(self, name: str, row: Item) -> bool:
        """Run one reaction of one row; False when it had run already or the person was erased."""
        receipt = keys.receipt(row["patient"], row["id"], int(row["ver"]), name)
        if self._t.tables.get(receipt) is not None:
            return False
        try:
            effect = self._reactions[name](row)
            writes = [*effect.writes, Put(receipt, {"at": stamp(self._t.clock())})]
            if effect.staged:
                self._t.gate.commit(effect.staged, writes)
            else:
                self._t.tables.commit(writes)
        except (ErasedError, CardMergedError):  # of a merged card the copy reacts (services/carrying.py)
            return False
        except ConflictError:
            if self._t.tables.get(receipt) is not None:  # somebody else was faster
                return False
            raise
        return True

    @staticmethod
    def _of_another(react: OtherReaction) -> Callable[[Item], Effect]:
        def run(row: Item) -> Effect:
            staged, writes = react(row)
            return Effect(tuple(staged), tuple(writes))

        return run

    # --- reactions

    def _notify_patient(self, row: Item) -> Effect:
        spec = record_type(row["kind"])
        if row["person"] == row["patient"]:
            return Effect()  # nobody needs to be told what they wrote themselves
        event = str(row.get("news", "new_record"))
        params, links = {"kind": spec.name}, {"kind": spec.name, "id": row["id"]}
        if "client" in row and event == "new_record" and int(row["ver"]) == 1:
            return self._of_a_burst(row, params, links)
        return self._notice(row["patient"], event, params, links)

    def _of_a_burst(self, row: Item, params: Mapping[str, str], links: Mapping[str, str]) -> Effect:
        """Of what a partner brings within an hour the first record is told of, then once that there are more; what
        changes later, each time.
        """
        hour = str(row["updated_at"])[:13].replace("-", "")
        key = keys.refusal(row["patient"], hour, f"delivered#{row['client']}")
        mark = self._t.tables.get(key)
        if mark is not None and mark["more"]:
            return Effect()
        said = ("new_record", params, links) if mark is None else ("import_delivered", {}, None)
        effect = self._notice(row["patient"], *said)
        until = int((self._t.clock() + TOLD_KEPT).timestamp())
        seen: Item = {"id": row["id"], "patient": row["patient"], "ver": 1, "expires": until, "more": mark is not None}
        expect: Expected = Expect.ABSENT if mark is None else {"more": False}
        return Effect(effect.staged, (*effect.writes, Put(key, seen, expect)))

    def _tell_refusal(self, row: Item) -> Effect:
        params = {"role": row["role"], "organisation": self._organisation(row["organisation"])}
        return self._notice(row["patient"], "access_refused", params)

    def _registration_attempted(self, row: Item) -> Effect:
        """Once a day: who knows somebody's SNILS could wake them by it again and again. Here and not where it is
        attempted, so that whoever attempts it sees no difference, in time neither.
        """
        told = keys.refusal(row["patient"], row["at"][:10].replace("-", ""), "registration")
        if self._t.tables.get(told) is not None:
            return Effect()
        notice = self._notice(row["patient"], "registration_attempted", {})
        until = int((datetime.fromisoformat(row["at"]) + TOLD_KEPT).timestamp())
        mark: Item = {"id": row["id"], "patient": row["patient"], "at": row["at"], "ver": 1, "expires": until}
        return Effect(notice.staged, (*notice.writes, Put(told, mark)))

    def _consent_requested(self, row: Item) -> Effect:
        """Name who asks, sealed under the patient's key, beside the request; then tell the patient."""
        if row["state"] != "requested":
            return Effect()
        described, who = self._described(row)
        told = self._notice(
            row["patient"], "consent_requested", {"who": who["name"], "organisation": who["organisation"]}
        )
        return Effect((*described.staged, *told.staged), (*described.writes, *told.writes))

    def _consent_described(self, row: Item) -> Effect:
        """Name to whom the patient gave consent unasked."""
        return self._described(row)[0]

    def _described(self, row: Item) -> tuple[Effect, dict[str, str]]:
        patient_id, version = PersonId(row["patient"]), int(row["ver"])
        content = {
            "name": self._staff_name(PersonId(row["person"]), "consent_requested"),
            "organisation": self._organisation(row["organisation"]),
            "role": str(row["role"]),
            "department": str(row["department"]),
        }
        staged = self._t.gate.stage_private(
            system_actor("consent_requested"), patient_id, "consent", row["member"], "consent:describe"
        )
        sealed = self._t.vault.seal(staged.seal_with, version, json.dumps(content, ensure_ascii=False).encode())
        described = Update(keys.consent(patient_id, row["member"]), {"sealed": sealed, "sealed_ver": version})
        return Effect((staged,), (described,)), content

    def _consent_answered(self, row: Item) -> Effect:
        return self._notice(row["person"], "consent_answered", {"state": row["state"]}, {"patient": row["patient"]})

    def _plain(self, event: str) -> Callable[[Item], Effect]:
        def react(row: Item) -> Effect:
            links = {"kind": row["kind"], "id": row["record"]} if "record" in row else None
            return self._notice(row["patient"], event, {name: row[name] for name in MOMENT if name in row}, links)

        return react

    def _announce(self, row: Item) -> Effect:
        self._t.notifier.publish(PersonId(row["patient"]), row["event"], row["id"])
        return Effect()

    def _send_to_eraser(self, row: Item) -> Effect:
        """Sent before the receipt is stored: twice rather than never, and the eraser takes it once."""
        self._t.erasures.send(row["id"])
        return Effect()

    # --- pieces

    def notice(
        self, person_id: str, event: str, params: Mapping[str, str], links: Mapping[str, str]
    ) -> tuple[Sequence[Staged], Sequence[Write]]:
        """A notice for a person, and for whoever represents them where it is about a card: for other services."""
        told = self._notice(person_id, event, params, links)
        return told.staged, told.writes

    def _notice(
        self, person_id: str, event: str, params: Mapping[str, str], links: Mapping[str, str] | None = None
    ) -> Effect:
        """A notice for a person; one about a card goes to whoever represents them at this moment too (ACC-8)."""
        told = self._one_notice(PersonId(person_id), event, params, links or {})
        if event not in TOLD:
            return told
        for standing in self._represented(person_id, TOLD[event], (links or {}).get("kind", "")):
            if not for_representative(event, standing, self._t.clock()):
                continue
            to = PersonId(standing.person_id)
            with suppress(ErasedError):  # the ward is told all the same
                more = self._one_notice(to, event, params, {**(links or {}), "patient": person_id}, ward=person_id)
                told = Effect((*told.staged, *more.staged), (*told.writes, *more.writes))
        return told

    def _represented(self, patient_id: str, right: Right, kind: str) -> list[Representation]:
        """Live representations of a patient with a right; where a kind of record is named, those that open it."""
        now = self._t.clock()
        rows = every_row(self._t.tables, Store.CARD, keys.patient(patient_id), keys.REPRESENTATIONS)
        standing = [found for row in rows if (found := representation_of(row)) is not None and found.holds(right)]
        if not kind:
            return [found for found in standing if found.has(right, now)]
        return [found for found in standing if found.opens(record_type(kind).section, now)]

    def _one_notice(
        self, to: PersonId, event: str, params: Mapping[str, str], links: Mapping[str, str], ward: str = ""
    ) -> Effect:
        notice_id = self._t.gate.new_id()
        staged = self._t.gate.stage_private(system_actor("notify"), to, "notice", notice_id, "notice:create")
        content = {"event": event, "params": dict(params), "links": dict(links)}
        about = {name: params[name] for name in MOMENT if name in params}
        said_outside(event, about, "ru")  # raises for a zone that is none: such a notice would close the whole inbox
        row: Item = {
            **about,
            "id": notice_id,
            "patient": to,
            "event": event,
            "ver": 1,
            "at": stamp(self._t.clock()),
            "sealed": self._t.vault.seal(staged.seal_with, 1, json.dumps(content, ensure_ascii=False).encode()),
            "react": ["announce"],
        }
        of_whom: Item = {"ward": ward} if ward else {}
        marker: Item = {"id": notice_id, "told": event, **of_whom} | ({"named": True} if params else {})
        return Effect(
            (staged,), (Put(keys.notice(to, notice_id), row | of_whom), Put(keys.unread(to, notice_id), marker))
        )

    def _staff_name(self, person_id: PersonId, task: str) -> str:
        return full_name(self._profile(person_id, task))

    def _profile(self, person_id: PersonId, task: str) -> dict[str, Any]:
        row = self._t.tables.get(keys.profile(person_id))
        if row is None:
            return {}
        permit = self._t.gate.permit_private(system_actor(task), person_id, "profile", "profile", "profile:print")
        opened: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of("profile", row)))
        return opened

    def _organisation(self, organisation_id: str) -> str:
        row = self._t.tables.get(keys.organisation(organisation_id)) if organisation_id else None
        return str(row["name"]) if row else "—"
