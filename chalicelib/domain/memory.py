"""What the review remembers of the log between two entries (AUD-4): small rows, "places", that outlive a run.

Nothing in them tells who read whose card: patients, sessions and networks are keyed marks of the review.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.acts import Act, network_of
from chalicelib.domain.thresholds import (
    BINDERS,
    BOUND_WINDOW,
    MARKS,
    NETWORK_MEMORY,
    NETWORKS,
    READINGS,
    REFUSAL_WINDOW,
    REFUSALS,
    SESSIONS,
)

Place = tuple[str, str]
"""A kind (``actor``, ``card``, ``chain``, ``numbers``, ``readings``) and whose."""
Kept = Mapping[str, Any]
Mark = Callable[[str], str]
NOTHING: Kept = {}
BOUND, PAPER = "patient:bind", "consent:paper"


def keyed(secret: str) -> Mark:
    """Marks that only who has the secret can make: a list of patients' ids is not enough to find them."""

    def mark(text: str) -> str:
        return hmac.digest(secret.encode(), text.encode(), "sha256").hex()[:16]

    return mark


def hour_of(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H}"


def minute_of(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}"


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def places(act: Act) -> tuple[Place, ...]:
    """Which places an entry touches."""
    found: list[Place] = []
    if act.number == 0 and act.person:
        found.append(("chain", f"{act.year}#{act.person}"))
    if act.tag:
        found.append(numbers_of(act))
    if not act.readable:
        return tuple(found)
    if act.signs_in_as_staff:
        found.append(("actor", act.traveller))
    elif act.reads_a_card or act.refused:
        found.append(("actor", act.actor))
    of_consents = act.action == BOUND or act.action.startswith("consent:")
    if act.reads_a_card or act.changes_a_card or act.changes_own_card or of_consents:
        found.append(("card", act.patient))
    if act.reads_the_log:
        found.append(("readings", minute_of(act.at)))
    return tuple(found)


def remembered(place: Place, kept: Kept, act: Act, mark: Mark) -> Kept:
    """What a place keeps after an entry."""
    kind, _ = place
    return {"chain": _chain, "numbers": _numbers, "actor": _actor, "card": _card, "readings": _readings}[kind](
        kept, act, mark
    )


def _chain(_kept: Kept, _act: Act, _mark: Mark) -> Kept:
    """That it began, not its tag: whose chain a tag is must be forgotten with the keys (SPC-8)."""
    return {"begun": 1}


def numbers_of(act: Act) -> Place:
    """By the tag, which is a random word of its year: nothing here says whose it is."""
    return ("numbers", act.tag)


def last_of(kept: Kept) -> tuple[int, int]:
    """Number and place in the log of the last entry of a chain that was reviewed; -1 where there was none."""
    number, seq = kept.get("n"), kept.get("seq")
    return (number if type(number) is int else -1, seq if type(seq) is int else -1)


def reviewed(kept: Kept, act: Act) -> bool:
    """Whether an entry was reviewed before, by what is kept of its chain: what comes later has a later place."""
    return last_of(kept)[1] >= act.seq


def _numbers(kept: Kept, act: Act, _mark: Mark) -> Kept:
    number, seq = last_of(kept)
    return {"n": max(number, act.number), "seq": max(seq, act.seq)}


def _actor(kept: Kept, act: Act, mark: Mark) -> Kept:
    if act.signs_in_as_staff:
        return _signed_in(kept, act, mark)
    new = dict(kept)
    if act.refused:
        since = milliseconds(act.at - REFUSAL_WINDOW)
        recent = [[t, entry] for t, entry in kept.get("refused", []) if t >= since]
        new["refused"] = [*recent, [milliseconds(act.at), act.id]][-REFUSALS:]
        if len(new["refused"]) == REFUSALS:
            new["series"] = hour_of(act.at)
    if act.reads_a_card:
        same = kept.get("hour") == hour_of(act.at)
        seen: list[str] = list(kept.get("seen", [])) if same else []
        one = mark(f"card {act.patient}")
        new["hour"] = hour_of(act.at)
        new["seen"] = seen if one in seen or len(seen) >= MARKS else [*seen, one]
    return new


def _signed_in(kept: Kept, act: Act, mark: Mark) -> Kept:
    """The networks of the last 90 days by day, and the sessions that began in a new one."""
    network = network_of(act.ip)
    if not network:
        return kept
    today, person = act.at.toordinal(), act.traveller
    known = {m: day for m, day in kept.get("networks", {}).items() if today - day <= NETWORK_MEMORY.days}
    one = mark(f"network {person} {network}")
    newest = sorted({**known, one: today}.items(), key=lambda item: (item[1], item[0]))[-NETWORKS:]
    new = {**kept, "networks": dict(newest)}
    if "networks" in kept and one not in known:
        new["fresh"] = [*kept.get("fresh", []), [mark(f"session {act.session}"), act.id]][-SESSIONS:]
    return new


def strange_sign_in(kept: Kept, act: Act, mark: Mark) -> str:
    """Id of the entry of the sign-in, if the session of an act began in a network that was new then."""
    session = mark(f"session {act.session}")
    return next((str(entry) for one, entry in kept.get("fresh", []) if one == session), "")


def _card(kept: Kept, act: Act, mark: Mark) -> Kept:
    """Departments that wrote in the card, members whom the log knows a consent of, and who bound the patient lately.

    A card in which nobody but the owner wrote is kept too: the check of the cards goes through these rows.
    """
    units, members = set(kept.get("units", [])), set(kept.get("members", []))
    if act.changes_a_card:
        units.add(unit_of(act))
    if act.succeeded and act.action == "consent:request":
        members.add(act.member)
    if act.succeeded and act.action in {"consent:granted", PAPER}:
        members.add(act.resource)
    if act.succeeded and act.action in {"consent:revoked", "consent:refused"}:
        members.discard(act.resource)
    new = {"units": sorted(units), "members": sorted(members)} | _bound(kept, act, mark)
    return new if new != {"units": [], "members": []} or kept or act.changes_own_card else kept


def _bound(kept: Kept, act: Act, mark: Mark) -> dict[str, Any]:
    since = milliseconds(act.at - BOUND_WINDOW)
    recent = [line for line in kept.get("bound", []) if line[1] >= since]
    if act.succeeded and act.action == BOUND:
        recent = [*recent, [mark(f"binder {act.actor}"), milliseconds(act.at), act.id]][-BINDERS:]
    return {"bound": recent} if recent else {}


def binding(kept: Kept, act: Act, mark: Mark) -> str:
    """Id of the entry with which the actor put this patient on a clinic's list within the window, the newest one."""
    one, since = mark(f"binder {act.actor}"), milliseconds(act.at - BOUND_WINDOW)
    return next((str(entry) for who, at, entry in reversed(kept.get("bound", [])) if who == one and at >= since), "")


def _readings(kept: Kept, act: Act, mark: Mark) -> Kept:
    """Who opened the log's entries, for the reconciliation of key uses: everybody's, or one person's chain."""
    whose = "" if act.kind == "audit-log" else mark(f"reading {act.patient}")
    whom: list[str] = list(kept.get("whose", []))
    return kept if whose in whom or len(whom) >= READINGS else {"whose": [*whom, whose]}


def unit_of(act: Act) -> str:
    return f"{act.organisation}#{act.department}"
