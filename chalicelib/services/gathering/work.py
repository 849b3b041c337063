"""How far each source is, and what comes next."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from chalicelib.domain import gathering
from chalicelib.domain.access import READ_ONLY, CardState
from chalicelib.domain.gathering import COUNTS, LEASE, State, Step
from chalicelib.domain.identity import PersonId
from chalicelib.domain.merges import MergeState
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    CardMergedError,
    ConflictError,
    ErasedError,
    MedkartaError,
    SourceAnswerError,
    SourcePersonError,
    SourceUnavailableError,
)
from chalicelib.ports import Event, Sealed, keys
from chalicelib.ports.gathering_rows import moved
from chalicelib.ports.rows import happened
from chalicelib.ports.sources import Batch, Query, Source
from chalicelib.ports.tables import Delete, Item, Store, Update, Write, every_row
from chalicelib.services.gate import Staged
from chalicelib.services.gathering.taking import TASK, Stopped, Taking, Tools

TURNS = 100  # sources a run
PAGES = 10  # of one source in a turn; then others come
MOST_PAGES = 1000  # of one source in a run: a source that never ends is broken
WORKING_TIME = timedelta(seconds=90)  # no new source begins after it
ASIDE = timedelta(minutes=5)  # for the people of a source that was down a moment ago

log = logging.getLogger("medkarta.gathering")


class GatheringService:
    def __init__(
        self, tools: Tools, sources: Mapping[str, Source], every_days: Mapping[str, int], edition: int
    ) -> None:
        """``sources`` and how often each is asked again, by name. ``edition``: of what the sources map to records."""
        self._t = tools
        self._edition = edition
        self._sources = sources
        self._every = every_days

    def run(self) -> dict[str, int]:
        """Work on the sources that are due. One that fails does not hold up the others, nor one that is down."""
        done = {"worked": 0, "failed": 0}
        down: set[str] = set()
        begun = self._t.clock()
        now = stamp(begun)
        for task in self._t.tables.query(Store.CARD, f"QUEUE#{keys.GATHERING}", limit=TURNS).items:
            if task["due"] > now or self._t.clock() - begun > WORKING_TIME:
                break
            try:
                self.work(task, down)
            except MedkartaError as failure:
                done["failed"] += 1
                log.warning("source %s: not gathered on: %s", task["source"], failure.code)
            except Exception as failure:  # noqa: BLE001 - what nobody foresaw must not stand before all others
                done["failed"] += 1
                log.error("source %s: unexpected %s", task["source"], type(failure).__name__)  # noqa: TRY400 - no content
                self._aside(task)
            else:
                done["worked"] += 1
        return done

    def _aside(self, task: Item) -> None:
        """It waits like after any failure, and is given up like after any."""
        row = self._t.tables.get(keys.source(task["patient"], task["source"]))
        if row is not None and row["due"]:
            with suppress(MedkartaError, Stopped):
                self._failed(row, MedkartaError())

    def work(self, task: Item, down: set[str]) -> None:
        """Some pages of one source for one person. Repeatable. ``down``: sources that did not answer in this run."""
        row = self._t.tables.get(keys.source(task["patient"], task["source"]))
        if row is None or row.get("due") != task["due"]:  # what it stood for is over
            self._t.tables.commit([Delete(keys.queue(keys.GATHERING, task["sk"]))])
            return
        try:
            self._turn(row, down)
        except (ErasedError, CardMergedError):
            self._leave(row)
        except Stopped:
            return

    def _turn(self, row: Item, down: set[str]) -> None:
        source = self._ready(row, down)
        if source is None:
            return
        try:
            row = self._begun(row)
            query, cursor = self._asked(row)
            for _ in range(PAGES):
                batch = source.fetch(query, cursor)
                if batch.cursor and (batch.cursor == cursor or int(row["pages"]) >= MOST_PAGES):
                    raise SourceAnswerError
                row = self._page(row, batch)
                cursor = batch.cursor
                if not cursor:
                    return
        except ConflictError:  # the person or another worker changed the row
            raise Stopped from None
        except (ErasedError, CardMergedError):
            raise
        except MedkartaError as failure:
            if isinstance(failure, SourceUnavailableError):
                down.add(row["source"])
            self._failed(row, failure)
            return
        self._later(row, timedelta(0))

    def _ready(self, row: Item, down: set[str]) -> Source | None:
        """The source to ask now; None when it is not the time, or never will be: then the row says so."""
        card = self._t.tables.get(keys.card(row["patient"])) or {"state": CardState.NONE.value}
        state, source = CardState(card["state"]), self._sources.get(row["source"])
        if state in READ_ONLY:  # it may open again: look once a day
            self._later(row, timedelta(days=1))
            return None
        if state is not CardState.ACTIVE or source is None:
            self._leave(row)
            return None
        if row["source"] in down:
            self._later(row, ASIDE)
            return None
        return source

    # --- steps; each is one transaction on the row as it was read

    def _begun(self, row: Item) -> Item:
        """The run begins, or goes on where it was; other workers leave it alone for LEASE."""
        due = stamp(self._t.clock() + LEASE)
        if row["state"] == State.RUNNING:
            return self._changed(row, {"due": due}, [])
        now = stamp(self._t.clock())
        change: Item = {
            "state": gathering.after(State(row["state"]), Step.BEGIN).value,
            "run": int(row["run"]) + 1,
            "begun_at": now,
            "attempts": 0,
            "pages": 0,
            "due": due,
            **dict.fromkeys(COUNTS, 0),
        }
        return self._changed(row, change, [self._staged(row, "gather:begin")], remove=("sealed", "sealed_ver"))

    def _asked(self, row: Item) -> tuple[Query, str]:
        """What the source is asked, and the cursor; one entry says that the person's numbers are told to it."""
        patient_id = PersonId(row["patient"])
        details = {"source": row["source"]}
        permits = self._t.gate.permit_private_kinds(
            TASK, patient_id, ("profile", "policy", "gathering"), "gather:ask", details=details
        )
        rows = self._t.tables.get_many([keys.profile(patient_id), keys.policy(patient_id)])
        told: dict[str, str] = {}
        for kind, key in (("profile", keys.profile(patient_id)), ("policy", keys.policy(patient_id))):
            if (found := rows.get(key)) is not None:
                sealed = Sealed.of(kind, found)
                told |= json.loads(self._t.vault.open(permits[kind], sealed))
        numbers = {"snils": told.get("snils", ""), "oms": told.get("oms_policy", "")}
        known = {name: value for name, value in numbers.items() if value}
        cursor = ""
        if "sealed" in row:
            sealed = Sealed(row["source"], int(row["sealed_ver"]), bytes(row["sealed"]))
            cursor = json.loads(self._t.vault.open(permits["gathering"], sealed))["cursor"]
        # When more can be mapped than at the last run, everything is asked for again.
        since = row["since"] if row.get("edition") == self._edition else ""
        return Query(known, told.get("birth_date", ""), gathering.since(since)), cursor

    def _page(self, row: Item, batch: Batch) -> Item:
        taking = Taking(self._t, row, self._edition, self._former(row["patient"]))
        taking.take(batch.records)
        if batch.refused:
            event = self._event(row, "gather:refuse", "denied", "wrong-patient")
            self._t.gate.record(event)
        add = {"unchanged": taking.unchanged, "refused": batch.refused, "pages": 1}
        if not batch.cursor:
            return self._finished(row, add)
        version = int(row["ver"]) + 1
        staged = self._t.gate.stage_private(
            TASK, PersonId(row["patient"]), "gathering", row["source"], "gather:page", resource_version=version
        )
        sealed = self._t.vault.seal(staged.seal_with, version, json.dumps({"cursor": batch.cursor}).encode())
        change: Item = {
            "sealed": sealed,
            "sealed_ver": version,
            "attempts": 0,
            "due": stamp(self._t.clock() + LEASE),
        }
        return self._changed(row, change, [staged], add=add, remove=("last_error",))

    def _former(self, patient_id: str) -> list[str]:
        """Cards that went into this one."""
        merges = every_row(self._t.tables, Store.CARD, keys.patient(patient_id), keys.MERGE)
        return [str(row["source"]) for row in merges if row["state"] in {MergeState.RUNNING, MergeState.MERGED}]

    def _finished(self, row: Item, add: Mapping[str, int]) -> Item:
        now = self._t.clock()
        counted = self._t.tables.get(keys.source(row["patient"], row["source"])) or row
        change: Item = {
            "state": gathering.after(State(row["state"]), Step.FINISH).value,
            "since": row["begun_at"],
            "edition": self._edition,
            "finished_at": stamp(now),
            "attempts": 0,
            "due": stamp(now + timedelta(days=self._every.get(row["source"], 7))),
        }
        news = any(int(counted[name]) for name in ("added", "updated", "withdrawn"))
        patient_id = PersonId(row["patient"])
        more = [happened(patient_id, self._t.gate.new_id(), "source_gathered", now)] if news else []
        remove = ("sealed", "sealed_ver", "last_error", "told")
        return self._changed(row, change, [self._staged(row, "gather:finish")], more, add=add, remove=remove)

    def _failed(self, row: Item, failure: MedkartaError) -> None:
        """Wait longer each time, and at least as long as the source asked for; at last give up for today."""
        attempts, now = int(row["attempts"]) + 1, self._t.clock()
        wait = gathering.wait(attempts, failure.retry_after)
        hopeless = isinstance(failure, SourcePersonError) or wait is None
        change: Item = {"attempts": attempts, "last_error": failure.code}
        more: list[Write] = []
        if hopeless:
            change["state"] = gathering.after(State(row["state"]), Step.GIVE_UP).value
            change["due"] = stamp(now + gathering.AGAIN_AFTER_FAILURE)
            if not row.get("told"):  # once, and not every day that it goes on
                more = [happened(PersonId(row["patient"]), self._t.gate.new_id(), "source_failed", now)]
            change["told"] = True
        else:
            change["due"] = stamp(now + (wait or timedelta(0)))
        try:
            self._changed(row, change, [self._staged(row, "gather:fail", outcome="error", reason=failure.code)], more)
        except ConflictError:
            raise Stopped from None
        log.warning("source %s: %s, attempt %d", row["source"], failure.code, attempts)

    def _later(self, row: Item, wait: timedelta) -> None:
        try:
            self._changed(row, {"due": stamp(self._t.clock() + wait)}, [])
        except ConflictError:
            raise Stopped from None

    def _leave(self, row: Item) -> None:
        """The card is gone, or the source is: nothing is gathered until somebody asks for it."""
        row = self._t.tables.get(keys.source(row["patient"], row["source"])) or row
        change = Update(
            keys.source(row["patient"], row["source"]),
            {"state": State.PAUSED.value, "last_error": "card-state", "due": ""},
            {"ver": 1},
            expect={"ver": int(row["ver"])},
        )
        self._t.tables.commit([change, *moved(row, "")])

    # --- pieces

    def _changed(
        self,
        row: Item,
        change: Item,
        staged: list[Staged],
        more: list[Write] | None = None,
        *,
        add: Mapping[str, int] | None = None,
        remove: tuple[str, ...] = (),
    ) -> Item:
        """Change the row on top of what was read; returns it as it is now, but for counts."""
        key, version = keys.source(row["patient"], row["source"]), int(row["ver"])
        gone = tuple(name for name in remove if name in row)
        expect: Item = {"ver": version, "state": row["state"]}
        update = Update(key, change, {"ver": 1, **(add or {})}, gone, expect)
        writes = [update, *moved(row, str(change.get("due", row["due"]))), *(more or [])]
        if staged:
            self._t.gate.commit(staged, writes)
        else:
            self._t.tables.commit(writes)
        now = {**{name: value for name, value in row.items() if name not in gone}, **change, "ver": version + 1}
        return {**now, "pages": int(now.get("pages", 0)) + (add or {}).get("pages", 0)}

    def _staged(self, row: Item, action: str, outcome: str = "success", reason: str = "") -> Staged:
        return self._t.gate.stage(self._event(row, action, outcome, reason))

    @staticmethod
    def _event(row: Item, action: str, outcome: str, reason: str) -> Event:
        return Event(
            TASK,
            action,
            PersonId(row["patient"]),
            outcome=outcome,
            reason=reason,
            resource_type="source",
            resource_id=row["source"],
        )
