"""A patient's bundle: the own chains of all years, whole, unaltered, and up to the patient's own request.

What it rests on: one proof of the newest entry commits to its whole chain (``prev``); the newest entry is the patient's
request, so nothing was cut off; bodies name the chain of the year before (``earlier``), so no year was left out.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from verifier import entries
from verifier.canonical import HASH, LAST_MOMENT, coded, fields, is_list, is_object, is_text, matches, one, whole
from verifier.entries import Envelope
from verifier.merkle import ProofError, verify_inclusion
from verifier.notes import Checkpoint, NoteError, b64, open_checkpoint, unb64
from verifier.policy import Policy
from verifier.report import Flaw, Report

REQUEST = "journal:request"
MAX_BUNDLE = 256 * 2**20
MAX_CHAINS = 200
MINUTE = 60
NEW_YEAR = timedelta(days=2)  # how long a chain of the year before may still be the newest, wherever the clocks stand
BUNDLE = {
    "v": one,
    "patient": matches("[^\\x00-\\x1f]{1,200}"),
    "nonce": is_text,
    "made": is_text,
    "chains": lambda value: type(value) is list and len(value) <= MAX_CHAINS,
    "certs": is_object,
}


def _hashes(value: object) -> bool:
    return type(value) is list and all(map(coded(HASH), value))


CHAIN = {"origin": is_text, "checkpoint": is_text, "index": whole(), "proof": _hashes, "entries": is_list}
ENTRY = {"env": is_text, "body": lambda value: value is None or type(value) is str}


@dataclass(slots=True)
class Chain:
    """What was read of one chain. ``bodies`` has None for one that is erased or wrong."""

    year: int
    place: str
    checkpoint: Checkpoint | None = None
    envelopes: list[Envelope] = field(default_factory=list)
    bodies: list[Mapping[str, object] | None] = field(default_factory=list)

    @property
    def tag(self) -> str:
        return self.envelopes[0].tag if self.envelopes else ""


@dataclass(slots=True)
class Check:
    """One check under way. ``counters`` are the (writer, counter) pairs seen."""

    policy: Policy
    report: Report
    patient: str
    nonce: str
    certs: Mapping[str, object]
    counters: set[tuple[str, int]] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)


def check(
    bundle: object, policy: Policy, nonce: str = "", max_age: int | None = None, now: float | None = None
) -> Report:
    """``nonce`` is the one that the patient kept; ``max_age`` in minutes of the witnesses' time."""
    report = Report()
    try:
        found = fields(bundle, BUNDLE)
    except Flaw as flaw:
        report.add("bundle-malformed", "bundle", why=flaw.code, **flaw.values)
        return report
    given = str(found["nonce"])
    if not nonce:
        report.add("nonce-unknown", "bundle")
    elif nonce != given:
        report.add("nonce-other", "bundle")
    certs, listed = found["certs"], found["chains"]
    run = Check(policy, report, str(found["patient"]), nonce or given, certs if type(certs) is dict else {})
    chains = []
    for number, value in enumerate(listed if type(listed) is list else []):
        chain = _chain(run, value, f"chains/{number}")
        if chain:
            chains.append(chain)
    if not chains:
        report.add("bundle-empty", "bundle")
    _years(run, chains)
    for chain in chains:
        if max_age is not None:
            _age(run, chain, max_age * MINUTE, time.time() if now is None else now)
    if not policy.quorum:
        report.add("quorum-none", "policy")
    report.facts.update(patient=run.patient, chains=[_facts(policy, chain) for chain in chains])
    return report


def _chain(run: Check, value: object, place: str) -> Chain | None:
    """None when it cannot be said of which year it is."""
    report = run.report
    try:
        found = fields(value, CHAIN)
        listed = [fields(entry, ENTRY) for entry in _list(found["entries"])]
    except Flaw as flaw:
        report.add("bundle-malformed", place, why=flaw.code, **flaw.values)
        return None
    year = run.policy.year_of(str(found["origin"]))
    if year is None:
        report.add("chain-origin", place, origin=found["origin"])
        return None
    chain = Chain(int(year), year)
    _entries(run, chain, listed)
    if not listed:
        report.add("chain-empty", chain.place)
    chain.checkpoint = _checkpoint(run, chain, str(found["origin"]), str(found["checkpoint"]))
    index = found["index"]
    if type(index) is int and len(chain.envelopes) == len(listed) > 0:
        _included(run, chain, index, [unb64(str(h)) for h in _list(found["proof"])])
    return chain


def _list(value: object) -> list[object]:
    return value if type(value) is list else []


def _checkpoint(run: Check, chain: Chain, origin: str, note: str) -> Checkpoint | None:
    policy = run.policy
    try:
        checkpoint = open_checkpoint(note, origin, policy.log_keys, policy.witnesses, policy.quorum)
    except NoteError as error:
        run.report.flaw(error, f"{chain.place}/checkpoint")
        return None
    for name in checkpoint.strange:
        run.report.add("note-strange-line", f"{chain.place}/checkpoint", name=name)
    return checkpoint


def _included(run: Check, chain: Chain, index: int, proof: list[bytes]) -> None:
    """The newest entry is in the log; by its ``prev`` so are all before it."""
    if chain.checkpoint is None:
        return  # said already
    newest = chain.envelopes[-1]
    try:
        verify_inclusion(newest.leaf, index, chain.checkpoint.size, proof, chain.checkpoint.root)
    except ProofError:
        run.report.add("proof", chain.place)
    if newest.pi >= index:
        run.report.add("chain-index", chain.place, have=newest.pi, need=index - 1)
    if len(chain.envelopes) == 1 and (newest.before is not None) != (index == 0):
        run.report.add("year-before-place", chain.place)


def _entries(run: Check, chain: Chain, listed: list[dict[str, object]]) -> None:
    report = run.report
    gone = "body-missing" if any(entry["body"] is not None for entry in listed) else "body-erased"
    for number, entry in enumerate(listed):
        place = f"{chain.place}/entry/{number}"
        try:
            envelope = entries.read(str(entry["env"]).encode(errors="surrogatepass"))
        except Flaw as flaw:
            report.add("entry-malformed", place, why=flaw.code, **flaw.values)
            continue
        _linked(run, chain, envelope, number, place)
        _writer(run, chain, envelope, place)
        if envelope.id in run.ids:
            report.add("entry-twice", place, id=envelope.id)
        run.ids.add(envelope.id)
        chain.envelopes.append(envelope)
        chain.bodies.append(_body(run, envelope, entry["body"], place, gone))


def _linked(run: Check, chain: Chain, envelope: Envelope, number: int, place: str) -> None:
    """To the entry before it; leaf indexes rise, and time does not fall."""
    report, before = run.report, chain.envelopes[-1] if chain.envelopes else None
    if envelope.n != number:
        report.add("chain-number", place, have=envelope.n, need=number)
    if envelope.tag != (chain.tag or envelope.tag):
        report.add("chain-tag", place)
    if envelope.prev != (b64(before.leaf) if before else ""):
        report.add("chain-link", place)
    if (envelope.pi <= before.pi) if before else (envelope.pi != -1):
        report.add("chain-index", place, have=envelope.pi, need=before.pi + 1 if before else -1)
    if before and envelope.t < before.t:
        report.add("time-back", place)
    if before and envelope.before:
        report.add("year-before-place", place)


def _writer(run: Check, chain: Chain, envelope: Envelope, place: str) -> None:
    report, writer = run.report, envelope.writer
    if not envelope.signed(chain.year):
        report.add("writer-signature", place)
        return
    if (writer, envelope.counter) in run.counters:
        report.add("writer-counter-twice", place, counter=envelope.counter, writer=writer)
    run.counters.add((writer, envelope.counter))
    certificate = run.certs.get(writer)
    known = [c for c in (envelope.certificate, certificate) if type(c) is str]
    if not known:
        report.add("writer-uncertified", place, writer=writer)
    elif not all(run.policy.authority.certifies(writer, c) for c in known):
        report.add("certificate-wrong", place, writer=writer)


def _body(run: Check, envelope: Envelope, text: object, place: str, gone: str) -> Mapping[str, object] | None:
    """``gone`` is the code for no text: keys are destroyed for all of a chain, so one text alone was lost or hidden."""
    if type(text) is not str:
        run.report.add(gone, place)
        return None
    try:
        body = entries.read_body(text, envelope)
    except Flaw as flaw:
        if flaw.code.startswith("body-"):
            run.report.flaw(flaw, place)
        else:
            run.report.add("body-malformed", place, why=flaw.code, **flaw.values)
        return None
    if body["patient"] != run.patient:
        run.report.add("body-of-another-patient", place)
    return body


def _seen(run: Check, chain: Chain) -> list[int]:
    """When as many witnesses as the policy asks for (one at least) had seen the checkpoint: seconds, or nothing."""
    times = sorted(chain.checkpoint.witnessed.values(), reverse=True) if chain.checkpoint else []
    need = max(run.policy.quorum, 1)
    return times[need - 1 : need]


def _years(run: Check, chains: list[Chain]) -> None:
    """One chain a year, oldest first, none left out, each ending with the patient's request."""
    report = run.report
    for before, chain in itertools.pairwise(chains):
        if chain.year <= before.year:
            report.add("years-order", chain.place)
    tags = [chain.tag for chain in chains]
    there = {(chain.year, chain.tag) for chain in chains}
    if chains:
        _newest_year(run, chains[-1])
    for number, chain in enumerate(chains):
        if chain.tag in tags[:number]:
            report.add("tag-twice", chain.place)
        _request(run, chain)
        for place, body in enumerate(chain.bodies):
            earlier = body["earlier"] if body else None
            if type(earlier) is dict and (
                (earlier["y"], earlier["tag"]) not in there or _number(earlier["y"]) >= chain.year
            ):
                report.add("year-left-out", f"{chain.place}/entry/{place}", year=earlier["y"])


def _newest_year(run: Check, chain: Chain) -> None:
    """The request is also an entry of the year it was made in; nothing older names that year's chain."""
    moments = [chain.envelopes[-1].t // 1000] if chain.envelopes else []
    latest = min(max([*moments, *_seen(run, chain)], default=0), LAST_MOMENT // 1000)
    year = (datetime.fromtimestamp(latest, UTC) - NEW_YEAR).year if latest > NEW_YEAR.total_seconds() else 0
    if year > chain.year:
        run.report.add("newest-year-left-out", chain.place, year=year)


def _number(value: object) -> int:
    return value if type(value) is int else 0


def _request(run: Check, chain: Chain) -> None:
    """Nothing newer was cut off: the newest entry is what the patient did just then."""
    body = chain.bodies[-1] if chain.bodies else None
    if body is None:
        run.report.add("request-missing", chain.place)
        return
    actor, details = body["actor"], body["details"]
    who = actor.get("id") if type(actor) is dict else None
    nonce = details.get("nonce") if type(details) is dict else None
    if body["action"] != REQUEST or who != run.patient:
        run.report.add("request-missing", chain.place)
    elif type(nonce) is not str or not nonce or nonce != run.nonce:
        run.report.add("request-other", chain.place)


def _age(run: Check, chain: Chain, most: int, now: float) -> None:
    """As many witnesses as the policy asks for saw the checkpoint lately."""
    seen = _seen(run, chain)
    if not seen:
        run.report.add("age-unknown", chain.place)
    elif now - seen[0] > most:
        run.report.add("too-old", chain.place, minutes=int(now - seen[0]) // MINUTE)
    elif seen[0] - now > most:
        run.report.add("time-ahead", chain.place)


def _facts(policy: Policy, chain: Chain) -> dict[str, object]:
    moments = [envelope.t for envelope in chain.envelopes]
    return {
        "year": chain.year,
        "entries": len(chain.envelopes),
        "erased": sum(body is None for body in chain.bodies),
        "from": min(moments, default=0),
        "to": max(moments, default=0),
        "size": chain.checkpoint.size if chain.checkpoint else 0,
        "witnesses": policy.witnessed(chain.checkpoint.witnessed) if chain.checkpoint else {},
    }
