"""Opening a link: the secret of the address, then the passcode, then a short session bound to this link.

A try is counted before it is judged, by an atomic increment, so a hundred at once get no more than a hundred in a row.
The number of openings, the opening itself, its entry and the notice are one transaction: none is without the others.
When its reply is lost an opening is counted that nobody got, never the reverse.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import NoReturn

from chalicelib.domain import shares
from chalicelib.domain.access import share_ended
from chalicelib.domain.identity import SYS, Actor, PersonId, SharePass
from chalicelib.domain.moments import stamp
from chalicelib.domain.secrets import same_code, same_secret
from chalicelib.domain.shares import ShareState, state_of
from chalicelib.errors import (
    ConflictError,
    MedkartaError,
    OutcomeUnknownError,
    ShareClosedError,
    ShareExpiredError,
    ShareLockedError,
    SharePasscodeError,
    ShareRevokedError,
    ShareUnknownError,
    ShareUsedUpError,
)
from chalicelib.ports import Clock, Event, Signer, evidence, keys, share_rows
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Tables, Update, Write
from chalicelib.services.gate import Gate

MAX_ID = 64
TRIES = 5  # of a transaction that others are faster at
AT_ONCE = "the link is being opened by several at once; try again"

ENDED: dict[ShareState, type[MedkartaError]] = {
    ShareState.REVOKED: ShareRevokedError,
    ShareState.LOCKED: ShareLockedError,
    ShareState.EXPIRED: ShareExpiredError,
    ShareState.USED_UP: ShareUsedUpError,
}


class Opening:
    def __init__(self, gate: Gate, tables: Tables, signer: Signer, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._signer = signer
        self._clock = clock

    def open(self, caller: Actor, share_id: str, secret: str, passcode: str) -> Item:
        """A token for half an hour, and what the link opens.

        Raises ShareUnknownError for no such link and for another secret alike; and for who has the right one
        ShareExpiredError, ShareUsedUpError, ShareRevokedError, ShareLockedError, ShareClosedError, SharePasscodeError.
        """
        place = self._place(share_id)
        if not same_secret(str(place.get("secret", "")), secret):
            known = bool(place)
            subject = PersonId(place["patient"]) if known else SYS
            about = share_id if known else ""
            self._gate.record(Event(caller, "share:open", subject, "denied", "share", about, reason="share-secret"))
            raise ShareUnknownError
        held = SharePass("", PersonId(place["patient"]), PersonId(place["by"]), bool(place["for_ward"]))
        holder = share_rows.recipient(caller, share_id, held)
        row = self._standing(holder, held)
        self._check_passcode(holder, held, row, passcode)
        try:
            return self._opened(holder, held, row)
        except OutcomeUnknownError:  # the opening may stand, and with it this try is given back
            raise
        except MedkartaError:
            with suppress(MedkartaError):
                self._tables.commit([self._no_guess(holder)])
            raise

    def _place(self, share_id: str) -> Item:
        return (self._tables.get(keys.share_place(share_id)) or {}) if len(share_id) <= MAX_ID else {}

    # --- what the holder of the right secret is told

    def _standing(self, holder: Actor, held: SharePass) -> Item:
        """The link's row, if it can be opened now. What says no here, the gate says with every reading too."""
        now, patient_id = self._clock(), held.patient_id
        rows = self._tables.get_many(evidence.wanted(holder, patient_id))
        row = rows.get(keys.share(patient_id, holder.person_id))
        if row is None:
            raise ShareUnknownError
        state = state_of(row, now)
        if state is not ShareState.ACTIVE:
            self._ended(holder, held, f"share-{state.value}", ENDED[state])
        card = evidence.card_state(rows, patient_id)
        closed = share_ended(card, share_rows.share_of(row), evidence.representation(rows, holder), now)
        if closed:
            self._ended(holder, held, closed, ShareClosedError)
        return row

    def _ended(self, holder: Actor, held: SharePass, reason: str, error: type[MedkartaError]) -> NoReturn:
        self._gate.record(self._event(holder, held, outcome="denied", reason=reason))
        raise error

    # --- the passcode

    def _check_passcode(self, holder: Actor, held: SharePass, row: Item, passcode: str) -> None:
        """Raises SharePasscodeError, and ConflictError when too many are judged, or were.

        A right one among these opens nothing, for it may be one of a hundred guesses at once; but it locks nothing
        either, for it may be one of six doctors at once. All of them get one answer.
        """
        share_id = str(holder.person_id)
        ends = int((datetime.fromisoformat(row["until"]) + shares.KEPT).timestamp())
        count = self._tables.increment(keys.share_tries(share_id), "count", ends)
        allowed = count <= shares.WRONG_PASSCODES
        right = same_code(row["passcode"], shares.typed(passcode), share_id)
        if allowed and right:
            return
        if right:
            event = self._event(holder, held, outcome="denied", reason="share-at-once")
            self._gate.commit([self._gate.stage(event)], [self._no_guess(holder)])
        else:
            self._wrong(holder, held, locks=count >= shares.WRONG_PASSCODES)
        if not allowed:
            raise ConflictError(AT_ONCE)
        raise SharePasscodeError(extra={"tries_left": shares.WRONG_PASSCODES - count})

    @staticmethod
    def _no_guess(holder: Actor) -> Write:
        """The try is given back."""
        return Update(keys.share_tries(str(holder.person_id)), add={"count": -1}, expect=None)

    def _wrong(self, holder: Actor, held: SharePass, *, locks: bool) -> None:
        """Entry and line before anything is told. The lock is laid by every wrong try from the last one allowed on."""
        now, staged = self._clock(), self._gate.stage(self._event(holder, held, outcome="denied", reason="passcode"))
        line = share_rows.line(holder, held, "wrong-passcode", now, staged.entry_id)
        if not locks:
            self._gate.commit([staged], [line])
            return
        key = keys.share(held.patient_id, holder.person_id)
        locked: list[Write] = [
            Update(key, {"state": ShareState.LOCKED.value}, expect={"state": ShareState.ACTIVE.value}),
            happened(held.patient_id, self._gate.new_id(), "share_locked", now),
        ]
        try:
            self._gate.commit([staged], [line, *locked])
        except ConflictError:  # locked or revoked meanwhile
            self._gate.commit([staged], [line])

    # --- the opening

    def _opened(self, holder: Actor, held: SharePass, row: Item) -> Item:
        for _ in range(TRIES):
            made = self._try_open(holder, held, row)
            if made is not None:
                return made
            row = self._standing(holder, held)
        raise ConflictError(AT_ONCE)

    def _try_open(self, holder: Actor, held: SharePass, row: Item) -> Item | None:
        """None when somebody else opened, locked or revoked it at the same moment."""
        now, opening_id = self._clock(), self._gate.new_id()
        until = min(now + shares.SESSION, datetime.fromisoformat(row["until"]))
        opened = SharePass(opening_id, held.patient_id, held.author_id, held.for_ward)
        forget = int((now + shares.KEPT).timestamp())
        counted = Update(
            keys.share(held.patient_id, holder.person_id),
            add={"opened": 1},
            expect={"state": ShareState.ACTIVE.value, "opened": int(row["opened"])},
        )
        writes: list[Write] = [
            counted,
            share_rows.opening(holder, opened, now, until, forget),
            self._no_guess(holder),
            happened(held.patient_id, self._gate.new_id(), "share_opened", now),
        ]
        try:
            self._gate.commit([self._gate.stage(self._event(holder, opened))], writes)
        except ConflictError as error:
            if error.index == 0:
                return None
            raise
        return {"share_token": self._token(holder, opened, now, until), "expires_at": stamp(until)}

    def _token(self, holder: Actor, opened: SharePass, now: datetime, until: datetime) -> str:
        claims = {
            "sub": holder.person_id,
            "aud": shares.AUDIENCE,
            "opn": opened.opening_id,
            "pat": opened.patient_id,
            "by": opened.author_id,
            "fwd": opened.for_ward,
            "dev": holder.device,
            "iat": int(now.timestamp()),
            "exp": int(until.timestamp()),
        }
        return self._signer.issue(claims, purpose="sealed")

    @staticmethod
    def _event(holder: Actor, held: SharePass, *, outcome: str = "success", reason: str = "") -> Event:
        share_id = str(holder.person_id)
        details = {"opening": held.opening_id} if held.opening_id else {}
        return Event(holder, "share:open", held.patient_id, outcome, "share", share_id, reason=reason, details=details)
