"""The right to treatment under compulsory insurance (ACT-4): asked of the registry at wish, and every month by itself.

The registry knows the person's number and birth date and says whether the policy is active or closed and which number
the person has now. The policy's row is sealed anew with what was said; a changed number keeps the earlier ones beside
it and moves the blind index in the same transaction. A new number that is another card's changes nothing
(``disputed``).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.access import CardState
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.policies import CHECK_EVERY, CHECK_TRIES_EVERY, EVENTS, SHOWN, Found, judged
from chalicelib.domain.sessions import task_for
from chalicelib.errors import (
    CardMergedError,
    ConflictError,
    ErasedError,
    MedkartaError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import BlindIndex, Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.gathering_rows import policy_in_queue, policy_out_of_queue
from chalicelib.ports.oms import OmsRegistry
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Item, Put, Store, Tables, Write
from chalicelib.services.gate import Gate

TASK = system_actor("policy-check")
A_RUN = 50

log = logging.getLogger("medkarta.policies")


@dataclass(frozen=True, slots=True)
class Opened:
    row: Item
    content: dict[str, Any]
    birth_date: str


class PolicyService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        index: BlindIndex,
        registry: OmsRegistry | None,
        clock: Clock,
    ) -> None:
        """``registry``: None where none is connected; then nothing is checked."""
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._index = index
        self._registry = registry
        self._clock = clock

    # --- people

    def show(self, actor: Actor, patient_id: PersonId) -> Item:
        """The policy as it was confirmed last: to its owner and to a registrar. NotFoundError when there is none."""
        row = self._tables.get(keys.policy(patient_id))
        if row is None:
            raise NotFoundError
        permit = self._gate.permit_private(actor, patient_id, "policy", "policy", "policy:read")
        content = json.loads(self._vault.open(permit, Sealed.of("policy", row)))
        return {name: content[name] for name in SHOWN if name in content}

    def check(self, actor: Actor, patient_id: PersonId) -> Item:
        """Ask the registry now. Raises NotFoundError, RegistryUnavailableError, StaleVersionError, WrongStateError."""
        return self._checked(actor, patient_id)

    # --- the schedule

    def run(self) -> dict[str, int]:
        """Check the policies that are due, so that it costs what is due. One that fails holds up no other."""
        done = {"checked": 0, "failed": 0}
        if self._registry is None:
            return done
        now = stamp(self._clock())
        for task in self._tables.query(Store.CARD, f"QUEUE#{keys.POLICY_CHECKS}", limit=A_RUN).items:
            if task["due"] > now:
                break
            done["checked" if self._due(task) else "failed"] += 1
        return done

    def _due(self, task: Item) -> bool:
        patient_id = PersonId(task["patient"])
        rows = self._tables.get_many([keys.policy_check(patient_id), keys.card(patient_id)])
        row, card = rows.get(keys.policy_check(patient_id)), rows.get(keys.card(patient_id))
        gone = card is None or card["state"] in {CardState.ERASED, CardState.MERGED}
        if row is None or row["due"] != task["due"] or gone:
            self._tables.commit([Delete(keys.queue(keys.POLICY_CHECKS, task["sk"]))])
            return True
        try:
            self._checked(TASK, patient_id)
        except (ErasedError, CardMergedError, NotFoundError):
            self._tables.commit([Delete(keys.queue(keys.POLICY_CHECKS, task["sk"]))])
        except MedkartaError as failure:
            log.warning("a policy was not checked: %s", failure.code)
            self._try_again(patient_id, row, failure.code)
            return False
        return True

    def _try_again(self, patient_id: PersonId, row: Item, code: str) -> None:
        attempts = int(row["attempts"]) + 1
        due = stamp(self._clock() + CHECK_TRIES_EVERY)
        writes = self._next(patient_id, row, due, attempts, {"last_error": code})
        try:
            self._tables.commit(writes)
        except ConflictError:  # somebody asked meanwhile, and it is due at another time
            return

    # --- one check

    def _checked(self, actor: Actor, patient_id: PersonId) -> Item:
        if self._registry is None:
            raise WrongStateError("no registry of policies is connected")
        opened = self._opened(actor, patient_id)
        number = str(opened.content["oms_policy"])
        said = self._registry.ask(number, opened.birth_date)
        now = self._clock()
        found = judged(opened.content, said.status, said.number, said.insurer, said.until, stamp(now))
        try:
            return self._stored(actor, patient_id, opened, found, now)
        except ConflictError as error:
            if error.index == 0 and found.moved:  # the number is somebody else's here
                disputed = judged(opened.content, "disputed", number, "", "", stamp(now))
                return self._stored(actor, patient_id, opened, disputed, now)
            raise StaleVersionError from None

    def _opened(self, actor: Actor, patient_id: PersonId) -> Opened:
        """Policy and birth date; the entries say that they are told to the registry.

        Who represents the patient may have the policy checked, and opens no profile: the task does.
        """
        rows = self._tables.get_many([keys.policy(patient_id), keys.profile(patient_id)])
        policy, profile = rows.get(keys.policy(patient_id)), rows.get(keys.profile(patient_id))
        if policy is None or profile is None:
            raise NotFoundError
        permits = {
            "policy": self._gate.permit_private(actor, patient_id, "policy", "policy", "policy:check"),
            "profile": self._gate.permit_private(
                task_for("policy-check", actor), patient_id, "profile", "profile", "policy:check"
            ),
        }
        content, who = (
            json.loads(self._vault.open(permits[kind], Sealed.of(kind, row)))
            for kind, row in (("policy", policy), ("profile", profile))
        )
        return Opened(policy, content, str(who.get("birth_date", "")))

    def _stored(self, actor: Actor, patient_id: PersonId, opened: Opened, found: Found, now: datetime) -> Item:
        row, version = opened.row, int(opened.row["ver"]) + 1
        staged = self._gate.stage_private(actor, patient_id, "policy", "policy", "policy:update")
        text = json.dumps(found.content, ensure_ascii=False).encode()
        kept = {name: value for name, value in row.items() if name not in {"pk", "sk"}}
        new: Item = {**kept, "sealed": self._vault.seal(staged.seal_with, version, text), "ver": version}
        index: list[Write] = []
        if found.moved:
            new["tag"] = self._index.tag("oms", found.content["oms_policy"])
            index = [Put(keys.blind_index("oms", new["tag"]), {"person": patient_id})]
            if "tag" in row:
                index.append(Delete(keys.blind_index("oms", row["tag"]), {"person": patient_id}))
        check = self._tables.get(keys.policy_check(patient_id))
        writes: list[Write] = [
            *index,
            Put(keys.policy(patient_id), new, {"ver": version - 1}),
            self._keys.alive(patient_id),
            *self._next(patient_id, check, stamp(now + CHECK_EVERY), 0, {}),
        ]
        if found.change in EVENTS:
            writes.append(happened(patient_id, self._gate.new_id(), EVENTS[found.change], now))
        self._gate.commit([staged], writes)
        return {name: found.content[name] for name in SHOWN if name in found.content}

    def _next(
        self, patient_id: PersonId, row: Item | None, due: str, attempts: int, said: Mapping[str, Any]
    ) -> list[Write]:
        """When the policy is checked next, whoever asked."""
        version = int(row["ver"]) if row else 0
        new: Item = {"patient": patient_id, "due": due, "attempts": attempts, "ver": version + 1, **said}
        leaves = [policy_out_of_queue(patient_id, row["due"])] if row and row["due"] != due else []
        put = (
            Put(keys.policy_check(patient_id), new, {"ver": version})
            if row
            else Put(keys.policy_check(patient_id), new)
        )
        return [put, *leaves, policy_in_queue(patient_id, due)]
