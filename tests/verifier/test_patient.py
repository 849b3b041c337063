"""A patient's bundle. Faults 13, 31 and 33: nothing can be hidden, altered or taken from elsewhere."""

from __future__ import annotations

import copy
import functools
import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.verifier import naive
from tests.verifier.checks import at, codes, policy
from tests.verifier.maker import START, Leaf, Log, Maker, b64, honest, jcs
from verifier import patient
from verifier.policy import Policy
from verifier.report import Report

pytestmark = pytest.mark.requirement("AUD-3")
Bundle = dict[str, Any]


@functools.cache
def made() -> tuple[Maker, Policy]:
    maker = honest({2025: [9], 2026: [200, 90]})
    return maker, policy(maker, 2)


@functools.cache
def _good() -> Bundle:
    return made()[0].bundle("anna", "N")


def good() -> Bundle:
    return copy.deepcopy(_good())


def check(bundle: object, nonce: str = "N") -> Report:
    return patient.check(bundle, made()[1], nonce)


def test_an_honest_bundle_passes() -> None:
    report = check(good())
    assert (report.exit_code, report.findings) == (0, [])
    assert report.facts["patient"] == "anna"
    old, new = report.facts["chains"]
    assert (old["year"], new["year"]) == (2025, 2026)
    assert (new["size"], new["entries"], new["erased"]) == (291, len(good()["chains"][1]["entries"]), 0)
    assert new["from"] == START[2026] <= new["to"]
    assert set(new["witnesses"]) == set(made()[0].witnesses)


def test_without_the_nonce_that_the_patient_kept_it_is_said_to_be_weaker() -> None:
    report = check(good(), nonce="")
    assert (report.exit_code, codes(report)) == (0, {"nonce-unknown"})


def entries(bundle: Bundle, chain: int = 1) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bundle["chains"][chain]["entries"]
    return found


def erase_chain(bundle: Bundle) -> None:
    for entry in entries(bundle):
        entry["body"] = None


def edit_body(bundle: Bundle, place: int = 3, **changes: Any) -> None:
    entry = entries(bundle)[place]
    entry["body"] = jcs({**json.loads(entry["body"]), **changes}).decode()


def edit_env(bundle: Bundle, place: int = 3, **changes: Any) -> None:
    entry = entries(bundle)[place]
    entry["env"] = jcs({**json.loads(entry["env"]), **changes}).decode()


def renumber(bundle: Bundle) -> None:
    del entries(bundle)[3]
    for number in range(len(entries(bundle))):
        edit_env(bundle, number, n=number)


def cut_tail(bundle: Bundle) -> None:
    """With the right index and proof of the entry that is then the newest."""
    log = made()[0].logs[2026]
    del entries(bundle)[-1]
    newest = entries(bundle)[-1]["env"].encode()
    index = [leaf.envelope for leaf in log.leaves].index(newest)
    bundle["chains"][1].update(index=index, proof=[b64(h) for h in naive.inclusion(index, log.hashes)])


def foreign_entry(bundle: Bundle) -> None:
    entries(bundle).insert(2, made()[0].logs[2026].chain(made()[0].tags["boris", 2026])["entries"][2])


def foreign_chain(bundle: Bundle) -> None:
    bundle["chains"][1] = made()[0].logs[2026].chain(made()[0].tags["boris", 2026])


def set_in_chain(**changes: Any) -> Callable[[Bundle], None]:
    return lambda bundle: bundle["chains"][1].update(changes)


def edit_note(old: str, new: str) -> Callable[[Bundle], None]:
    def edit(bundle: Bundle) -> None:
        chain = bundle["chains"][1]
        assert old in chain["checkpoint"]
        chain["checkpoint"] = chain["checkpoint"].replace(old, new)

    return edit


def without_witness(bundle: Bundle) -> None:
    chain = bundle["chains"][1]
    chain["checkpoint"] = chain["checkpoint"].split("\u2014 witness1")[0]


def other_log_key(bundle: Bundle) -> None:
    stranger = Maker()
    stranger.witnesses, log = made()[0].witnesses, made()[0].logs[2026]
    bundle["chains"][1]["checkpoint"] = Log(stranger, 2026, log.before, log.leaves).note(len(log.leaves)).decode()


FAULTS: dict[str, tuple[Callable[[Bundle], object], str]] = {
    "text altered": (lambda b: edit_body(b, action="x"), "body-altered"),
    "envelope altered": (lambda b: edit_env(b, com=b64(secrets.token_bytes(32))), "writer-signature"),
    "entry hidden": (lambda b: entries(b).pop(3), "chain-number"),
    "entry hidden, the rest renumbered": (renumber, "chain-link"),
    "tail cut": (cut_tail, "request-missing"),
    "head cut": (lambda b: entries(b).pop(0), "chain-number"),
    "two entries exchanged": (lambda b: entries(b).insert(3, entries(b).pop(4)), "chain-number"),
    "entry shown twice": (lambda b: entries(b).insert(3, entries(b)[3]), "chain-number"),
    "index": (lambda b: b["chains"][1].update(index=b["chains"][1]["index"] - 1), "proof"),
    "index beyond": (set_in_chain(index=10**15), "proof"),
    "proof too short": (lambda b: b["chains"][1]["proof"].pop(), "proof"),
    "proof too long": (lambda b: b["chains"][1]["proof"].append(b64(bytes(32))), "proof"),
    "proof of another": (lambda b: b["chains"][1]["proof"].__setitem__(0, b64(bytes(32))), "proof"),
    "size": (edit_note("\n291\n", "\n292\n"), "note-signature"),
    "origin in the note": (edit_note("medkarta", "medcarta"), "note-origin"),
    "year in the note": (edit_note("/2026\n291", "/2027\n291"), "note-origin"),
    "year of the chain": (set_in_chain(origin="log.medkarta.example/2027"), "note-origin"),
    "origin of the chain": (set_in_chain(origin="other.example/2026"), "chain-origin"),
    "a witness missing": (without_witness, "note-quorum"),
    "signed by another key": (other_log_key, "note-unsigned"),
    "no note": (set_in_chain(checkpoint=""), "note-malformed"),
    "entry of another person": (foreign_entry, "chain-tag"),
    "chain of another person": (foreign_chain, "body-of-another-patient"),
    "text of another entry": (lambda b: entries(b)[3].update(body=entries(b)[4]["body"]), "body-altered"),
    "no chain": (lambda b: b["chains"].clear(), "bundle-empty"),
    "no entry": (set_in_chain(entries=[]), "chain-empty"),
    "blank in an envelope": (
        lambda b: entries(b)[2].update(env=entries(b)[2]["env"].replace('"n"', ' "n"', 1)),
        "entry-malformed",
    ),
    "request erased": (lambda b: entries(b)[-1].update(body=None), "request-missing"),
    "chain erased": (erase_chain, "request-missing"),
    "old year hidden": (lambda b: b["chains"].pop(0), "year-left-out"),
    "years exchanged": (lambda b: b["chains"].reverse(), "years-order"),
    "year shown twice": (lambda b: b["chains"].append(b["chains"][1]), "tag-twice"),
    "other patient": (lambda b: b.update(patient="boris"), "body-of-another-patient"),
    "other nonce": (lambda b: b.update(nonce="M"), "nonce-other"),
    "no certificates": (lambda b: b["certs"].clear(), "writer-uncertified"),
    "certificate of another": (
        lambda b: b.update(certs=dict(zip(b["certs"], reversed(b["certs"].values()), strict=True))),
        "certificate-wrong",
    ),
    "too many chains": (lambda b: b.update(chains=b["chains"] * 101), "bundle-malformed"),
    "field missing": (lambda b: b.pop("made"), "bundle-malformed"),
    "field too many": (lambda b: b.update(x=1), "bundle-malformed"),
    "version": (lambda b: b.update(v=2), "bundle-malformed"),
    "field of a chain missing": (lambda b: b["chains"][1].pop("proof"), "bundle-malformed"),
    "body of another kind": (lambda b: entries(b)[3].update(body={}), "bundle-malformed"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_manipulated_bundle_is_refused(name: str) -> None:
    bundle, (change, code) = good(), FAULTS[name]
    change(bundle)
    report = check(bundle)
    assert code in codes(report)
    assert report.exit_code == 2


def test_the_answer_to_an_older_request_is_refused() -> None:
    assert "request-other" in codes(check({**good(), "nonce": "M"}, nonce="M"))
    assert "nonce-other" in codes(check(good(), nonce="M"))


NEW_YEARS = [(START[2026], START[2025]), (START[2025] + 10**6, START[2026]), (START[2025] + 10**6, 1000 * (2**64 - 1))]


def year_hidden(t: int, seen: int) -> tuple[Maker, Bundle]:
    """The newest entry's time and that of the witnesses, in milliseconds."""
    maker = honest({2025: [3]})
    maker.log(2025).commit([maker.request(maker.writer(), 2025, "anna", "N")], t)
    bundle = maker.bundle("anna", "N")
    bundle["chains"][0]["checkpoint"] = maker.logs[2025].note(5, time=seen // 1000).decode()
    return maker, bundle


@pytest.mark.parametrize(("t", "seen"), NEW_YEARS)
def test_the_newest_year_cannot_be_hidden(t: int, seen: int) -> None:
    """Fault 33, the other way round: the old year's log goes on, but its clock or the witnesses' knows the year."""
    maker, bundle = year_hidden(t, seen)
    assert codes(patient.check(bundle, policy(maker), "N")) == {"newest-year-left-out"}


# what the log itself signs


def bundle_of(maker: Maker, changes: Callable[[Log], list[Leaf]] | None = None) -> Bundle:
    if changes:
        log = maker.logs[2026]
        forged = log.forged(changes(log))
        maker.logs[2026] = forged
    return maker.bundle("anna", "N")


def small() -> Maker:
    return honest({2026: [9]})


def own(log: Log) -> list[int]:
    tag = log.maker.tags["anna", 2026]
    return [i for i, leaf in enumerate(log.leaves) if json.loads(leaf.envelope)["tag"] == tag]


def edited(place: int, **changes: Any) -> Callable[[Log], list[Leaf]]:
    def change(log: Log) -> list[Leaf]:
        index = own(log)[place]
        return [*log.leaves[:index], log.leaves[index].edited(**changes), *log.leaves[index + 1 :]]

    return change


ROGUE: list[tuple[Callable[[Log], list[Leaf]], str]] = [
    (edited(-1, n=7), "chain-number"),
    (edited(-1, prev=b64(bytes(32))), "chain-link"),
    (edited(-1, prev=""), "chain-link"),
    (edited(-1, pi=-1), "chain-index"),
    (edited(-1, pi=99), "chain-index"),
    (edited(-1, t=1), "time-back"),
    (edited(-1, com=b64(bytes(32))), "body-altered"),
    (edited(-1, v=2), "entry-malformed"),
    (edited(-1, log={"origin": "", "root": b64(naive.root([])), "size": 0}), "year-before-place"),
]


@pytest.mark.parametrize(("change", "code"), ROGUE)
def test_a_rogue_log_cannot_deceive_the_patient(change: Callable[[Log], list[Leaf]], code: str) -> None:
    maker = small()
    report = patient.check(bundle_of(maker, change), policy(maker), "N")
    assert code in codes(report)
    assert report.exit_code == 2


def uncertified() -> tuple[Maker, Bundle, str]:
    """And the writer's id."""
    maker = small()
    writer = maker.writer(certified=False)
    maker.log(2026).commit([maker.entry(writer, 2026, "anna"), maker.request(writer, 2026, "anna", "N")])
    return maker, maker.bundle("anna", "N"), writer.id


def test_an_uncertified_writer_is_refused_though_its_signatures_are_right() -> None:
    """Fault 31."""
    maker, bundle, writer = uncertified()
    assert at(patient.check(bundle, policy(maker), "N"), "2026/entry/4") == {"certificate-wrong"}
    del bundle["certs"][writer]
    assert at(patient.check(bundle, policy(maker), "N"), "2026/entry/5") == {"writer-uncertified"}


def counter_twice() -> Maker:
    maker = small()
    writer = maker.writer()
    first = maker.entry(writer, 2026, "anna")
    writer.counter = 0
    maker.log(2026).commit([first, maker.request(writer, 2026, "anna", "N")])
    return maker


def test_a_number_used_twice_by_a_writer_is_refused() -> None:
    maker = counter_twice()
    report = patient.check(maker.bundle("anna", "N"), policy(maker), "N")
    assert codes(report) == {"writer-counter-twice"}


def test_an_entry_that_is_logged_twice_is_refused() -> None:
    maker = small()
    writer, tag = maker.writer(), maker.tags["anna", 2026]
    body = json.loads(maker.entry(writer, 2026, "anna").body)
    twice = [maker.sealed_entry(writer, 2026, tag, body) for _ in range(2)]
    maker.log(2026).commit([*twice, maker.request(writer, 2026, "anna", "N")])
    report = patient.check(maker.bundle("anna", "N"), policy(maker), "N")
    assert codes(report) == {"entry-twice"}


def test_the_first_entry_of_a_log_tells_of_the_year_before() -> None:
    maker = Maker()
    log = maker.log(2026)
    log.commit([maker.request(maker.writer(), 2026, "anna", "N")])
    assert patient.check(maker.bundle("anna", "N"), policy(maker), "N").findings == []
    without = {k: v for k, v in json.loads(log.leaves[0].envelope).items() if k != "log"}
    log.leaves[0] = Leaf(jcs(without), b"", log.leaves[0].body)
    assert codes(patient.check(maker.bundle("anna", "N"), policy(maker), "N")) == {"year-before-place"}


BODIES: dict[str, tuple[dict[str, Any], str]] = {
    "about another": ({"patient": "boris"}, "body-of-another-patient"),
    "id of another": ({"id": "x"}, "body-of-another-entry"),
    "without details": ({"details": None}, "body-malformed"),
    "without an actor": ({"actor": []}, "body-malformed"),
    "another version": ({"v": 2}, "body-malformed"),
    "names no chain": ({"earlier": "2025"}, "body-malformed"),
    "names half a chain": ({"earlier": {"y": 2025}}, "body-malformed"),
    "names a hidden chain": ({"earlier": {"tag": "x", "y": 2025}}, "year-left-out"),
    "names itself": ({"earlier": {"tag": "own", "y": 2026}}, "year-left-out"),
}


def odd_body(name: str) -> Maker:
    maker, (changes, _) = small(), BODIES[name]
    if name == "names itself":
        changes = {"earlier": {"tag": maker.tags["anna", 2026], "y": 2026}}
    writer = maker.writer()
    plain = json.loads(maker.entry(writer, 2026, "anna").body)
    odd = maker.sealed_entry(writer, 2026, maker.tags["anna", 2026], {**plain, **changes})
    if name == "id of another":
        odd = maker.sealed_entry(writer, 2026, odd.tag, plain)
        odd = type(odd)(**{**vars(odd), "id": json.loads(maker.entry(writer, 2026).body)["id"]})
    maker.log(2026).commit([odd, maker.request(writer, 2026, "anna", "N")])
    return maker


@pytest.mark.parametrize("name", BODIES)
def test_what_bodies_say_is_held_against_the_bundle(name: str) -> None:
    maker = odd_body(name)
    report = patient.check(maker.bundle("anna", "N"), policy(maker), "N")
    assert BODIES[name][1] in at(report, "2026/entry/4")


REQUESTS: list[tuple[dict[str, Any], str]] = [
    ({"action": "card:read"}, "request-missing"),
    ({"actor": {"id": "doctor-1"}}, "request-missing"),
    ({"details": {}}, "request-other"),
    ({"details": {"nonce": ["N"]}}, "request-other"),
    ({"details": {"nonce": ""}}, "request-other"),
]


def odd_request(changes: dict[str, Any]) -> Maker:
    maker = small()
    writer = maker.writer()
    request = {**json.loads(maker.request(writer, 2026, "anna", "N").body), **changes}
    maker.log(2026).commit([maker.sealed_entry(writer, 2026, maker.tags["anna", 2026], request)])
    return maker


@pytest.mark.parametrize(("changes", "code"), REQUESTS)
def test_the_newest_entry_is_the_patients_own_request(changes: dict[str, Any], code: str) -> None:
    maker = odd_request(changes)
    assert at(patient.check(maker.bundle("anna", "N"), policy(maker), "N"), "2026") == {code}
    assert patient.check({**maker.bundle("anna", "N"), "nonce": ""}, policy(maker)).exit_code == 2


def second_chain() -> tuple[Maker, Bundle]:
    maker = small()
    bundle = maker.bundle("anna", "N")
    maker.tags["anna", 2026] = b64(secrets.token_bytes(16))
    writer = maker.writer()
    maker.log(2026).commit([maker.request(writer, 2026, "anna", "N")])
    both = maker.bundle("anna", "N")
    both["chains"] = [bundle["chains"][0], both["chains"][0]]
    both["certs"].update(bundle["certs"])
    return maker, both


def test_a_second_chain_of_one_year_cannot_be_shown_instead() -> None:
    """Nor beside it: a person has one chain a year."""
    maker, both = second_chain()
    assert "years-order" in codes(patient.check(both, policy(maker), "N"))
