"""The regular review of the log (AUD-4) as pure rules over one entry after another.

    remembered   what the review keeps of an entry (domain/memory.py)
    RULES        each looks at the entry, at what was remembered before and after it, and at a few facts
    judged       both in one step

The log may be cut into runs at any point: the places carry over, so the findings are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.acts import CLINICIANS, EXPORTS, PARTNERS, USUAL, Act, Hours
from chalicelib.domain.findings import Finding
from chalicelib.domain.identity import SYS, Role
from chalicelib.domain.memory import (
    NOTHING,
    PAPER,
    Kept,
    Mark,
    Place,
    binding,
    hour_of,
    last_of,
    numbers_of,
    places,
    remembered,
    reviewed,
    strange_sign_in,
    unit_of,
)
from chalicelib.domain.thresholds import CARDS_AN_HOUR, CARDS_AN_HOUR_PARTNER, REFUSALS


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules ask of the world outside the log; ``erased``: people and tags whose keys were destroyed."""

    hours: Mapping[str, Hours] = field(default_factory=dict)
    staff: Mapping[str, frozenset[str]] = field(default_factory=dict)
    family: Mapping[str, str] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scene:
    """An entry, and what is remembered of its places before and after it."""

    act: Act
    facts: Facts
    before: Mapping[Place, Kept]
    after: Mapping[Place, Kept]
    mark: Mark

    @property
    def hours(self) -> Hours:
        return self.facts.hours.get(self.act.organisation, USUAL)

    @property
    def reviewed(self) -> bool:
        return bool(self.act.tag) and reviewed(self.before.get(numbers_of(self.act), NOTHING), self.act)

    def finding(self, rule: str, window: str, **more: Any) -> Finding:
        """With actor, organisation and patient of the entry, where nothing else is said."""
        act = self.act
        given = {"actor": act.actor, "organisation": act.organisation, "patient": act.patient, "entries": (act.id,)}
        return Finding(rule, window, act.at, act.at, **(given | more))


# --- rules


def bulk_reading(scene: Scene) -> Finding | None:
    act, place = scene.act, ("actor", scene.act.actor)
    if not act.reads_a_card:
        return None
    limit = CARDS_AN_HOUR_PARTNER if act.role in PARTNERS else CARDS_AN_HOUR
    before, after = scene.before.get(place, NOTHING), scene.after[place]
    seen = len(after["seen"])
    new = before.get("hour") != after["hour"] or len(before.get("seen", [])) < seen
    if seen <= limit or not new:
        return None
    count = seen if seen == limit + 1 else 1  # each further card adds one to the same finding
    return scene.finding("bulk-reading", hour_of(act.at), patient="", count=count)


def out_of_hours(scene: Scene) -> Finding | None:
    act = scene.act
    if not (act.reads_a_card and act.by_staff and scene.hours.closed(act.at, act.department)):
        return None
    return scene.finding("out-of-hours", scene.hours.night(act.at).isoformat(), patient="")


def outside_department(scene: Scene) -> Finding | None:
    act = scene.act
    if not act.reads_a_card or act.role not in CLINICIANS:
        return None
    card = scene.before.get(("card", act.patient), NOTHING)
    if act.member in card.get("members", []) or unit_of(act) in card.get("units", []):
        return None
    return scene.finding("outside-department", _day(scene))


def colleague(scene: Scene) -> Finding | None:
    act = scene.act
    if act.reads_a_card and act.by_staff and act.patient in scene.facts.staff.get(act.organisation, ()):
        return scene.finding("colleague", _day(scene))
    return None


def possible_relative(scene: Scene) -> Finding | None:
    act, family = scene.act, scene.facts.family
    tag = family.get(act.actor, "")
    if act.reads_a_card and act.by_staff and tag and tag == family.get(act.patient):
        return scene.finding("possible-relative", _day(scene))
    return None


def refusals(scene: Scene) -> Finding | None:
    """The first time all of the series is evidence, afterwards each refusal of the same hour adds itself."""
    act = scene.act
    if not act.refused:
        return None
    place = ("actor", act.actor)
    recent = scene.after[place]["refused"]
    if len(recent) < REFUSALS:
        return None
    standing = scene.before.get(place, NOTHING).get("series") == hour_of(act.at)
    entries = (act.id,) if standing else tuple(entry for _, entry in recent)
    return scene.finding("refusals", hour_of(act.at), patient="", entries=entries, count=len(entries))


def break_glass(scene: Scene) -> Finding | None:
    act = scene.act
    if not act.emergency or act.role == Role.SYSTEM.value:
        return None
    patient = "" if act.patient == SYS else act.patient
    return scene.finding("break-glass", hour_of(act.at), patient=patient)


def new_network(scene: Scene) -> Finding | None:
    """Reads in a session that began with a sign-in from a network that was new then."""
    act = scene.act
    if not act.reads_a_card:
        return None
    first = strange_sign_in(scene.before.get(("actor", act.actor), NOTHING), act, scene.mark)
    if not first:
        return None
    return scene.finding("new-network", f"session {first}", patient="", entries=(first, act.id), count=2)


def bound_on_paper(scene: Scene) -> Finding | None:
    """Somebody known elsewhere was put on the clinic's list, and the same hand recorded a consent of theirs."""
    act = scene.act
    if not (act.succeeded and act.action == PAPER):
        return None
    first = binding(scene.before.get(("card", act.patient), NOTHING), act, scene.mark)
    return scene.finding("bound-on-paper", _day(scene), entries=(first, act.id), count=2) if first else None


def unreadable(scene: Scene) -> Finding | None:
    """A receipt of erasure excuses what does not open, never what opens and is not what was logged."""
    act = scene.act
    erased = not {act.person, act.tag}.isdisjoint(scene.facts.erased)
    if act.readable or (erased and not act.altered):
        return None
    rule = "altered-entry" if act.altered else "unreadable-entry"
    window = f"{act.year}" if act.person else hour_of(act.at)  # no tag: it must not stay beside a person
    return scene.finding(rule, window, patient=_person(act))


def incident(scene: Scene) -> Finding | None:
    act = scene.act
    if act.action != "audit:incident":
        return None
    about = {"reason": act.reason}
    return scene.finding("incident", act.id, actor="", organisation="", patient="", about=about)


def split_chain(scene: Scene) -> Finding | None:
    """A chain begins once a year, and every entry is reviewed once: a second first entry is another chain."""
    act = scene.act
    if not scene.before.get(("chain", f"{act.year}#{act.person}")) or scene.reviewed:
        return None
    return scene.finding("split-chain", f"{act.year} {act.id}", actor="", organisation="", patient=_person(act))


def chain_broken(scene: Scene) -> Finding | None:
    """The next entry of a chain has the next number: not one that was there already (a fork), none left out."""
    act = scene.act
    if not act.tag or scene.reviewed:
        return None
    number, _ = last_of(scene.before.get(numbers_of(act), NOTHING))
    if act.number == number + 1:
        return None
    return _of_a_chain(scene, "chain-broken")


def review_cursor(scene: Scene) -> Finding | None:
    """An entry is reviewed once: it cannot be remembered already, unless somebody wrote what is remembered."""
    return _of_a_chain(scene, "review-cursor") if scene.reviewed else None


def _of_a_chain(scene: Scene, rule: str) -> Finding:
    """One a person and year, or an hour where the person is not known: a tag must not stay beside a person."""
    act = scene.act
    window = f"{act.year}" if act.person else hour_of(act.at)
    return scene.finding(rule, window, actor="", organisation="", patient=_person(act))


def _person(act: Act) -> str:
    return "" if act.person == SYS else act.person


def _day(scene: Scene) -> str:
    return f"{scene.hours.local(scene.act.at):%Y-%m-%d}"


RULES: tuple[Callable[[Scene], Finding | None], ...] = (
    bulk_reading,
    out_of_hours,
    outside_department,
    colleague,
    possible_relative,
    refusals,
    break_glass,
    new_network,
    bound_on_paper,
    unreadable,
    incident,
    split_chain,
    chain_broken,
    review_cursor,
)


def judged(act: Act, facts: Facts, kept: Mapping[Place, Kept], mark: Mark) -> tuple[list[Finding], dict[Place, Kept]]:
    """What the rules find in one entry, and the places that it changed."""
    before = {place: kept.get(place, NOTHING) for place in places(act)}
    after = {place: remembered(place, old, act, mark) for place, old in before.items()}
    scene = Scene(act, facts, before, after, mark)
    findings = [finding for rule in RULES if (finding := rule(scene)) is not None]
    return findings, {place: new for place, new in after.items() if new != before[place]}


# --- counters of the monthly report

COUNTERS = ("reads", "changes", "refusals", "exports", "break_glass", "out_of_hours")


def tally(act: Act, hours: Hours) -> dict[str, int]:
    """What one entry of staff or a partner adds to the report of its organisation; empty for others."""
    if not act.readable or not act.organisation:
        return {}
    found = {
        "reads": act.reads_a_card,
        "changes": act.changes_a_card,
        "refusals": act.refused,
        "exports": act.reads_a_card and act.verb in EXPORTS,
        "break_glass": act.emergency,
        "out_of_hours": act.reads_a_card and act.by_staff and hours.closed(act.at, act.department),
    }
    return {name: 1 for name, counts in found.items() if counts}
