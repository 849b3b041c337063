"""Every refusal of the protocol with its status, and what is signed. C2SP tlog-witness."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import tried
from tests.witness.conftest import Clock, open_witness, time_of
from tests.witness.logs import KEY, ORIGIN, Log, new_key, request, spki
from verifier import notes
from witness.protocol import SIZE, Answer

pytestmark = pytest.mark.requirement("AUD-2")


def evidence(tmp_path):
    return {p.name.split("-")[0]: json.loads(p.read_text()) for p in (tmp_path / "state" / "evidence").glob("*.json")}


def test_a_growing_log_is_cosigned(witness, clock):
    log = Log()
    for old, size in ((0, 0), (0, 3), (3, 3), (3, 8), (8, 700)):
        clock.now += 60
        assert time_of(witness, log.text(size), witness.add_checkpoint(log.body(old, size))) == clock.now
    assert witness.health()["logs"] == {ORIGIN: {"size": 700, "time": int(clock.now)}}


def test_each_year_is_a_log_of_its_own(witness):
    for origin in (ORIGIN, ORIGIN.replace("2026", "2027")):
        log = Log(origin=origin)
        time_of(witness, log.text(5), witness.add_checkpoint(log.body(0, 5)))


@pytest.mark.parametrize(
    "origin",
    [
        "other.example/2026",
        ORIGIN[:-1],
        f"{ORIGIN}7",
        ORIGIN.replace("2026", "２０２６"),
        f"x{ORIGIN}",
        f"{ORIGIN}/2026",
    ],
)
def test_an_unknown_log_is_404(witness, origin):
    assert witness.add_checkpoint(Log(origin=origin).body(0, 5)).status == 404


def test_another_signature_is_403(witness):
    assert witness.add_checkpoint(Log(key=new_key()).body(0, 5)).status == 403
    text, other = Log().text(5), Log().note(6).partition("\n\n")[2]
    assert witness.add_checkpoint(request(0, [], f"{text}\n{other}")).status == 403
    assert witness.health()["logs"] == {}


def test_lines_of_unknown_keys_are_passed_over_and_not_kept(witness, tmp_path):
    log, stranger = Log(), Log(key=new_key())
    more = stranger.note(5).partition("\n\n")[2] + notes.signature_line("some/witness", b"1234", b"x" * 72)
    answer = witness.add_checkpoint(request(0, [], log.note(5) + more))
    time_of(witness, log.text(5), answer)
    kept = json.loads((tmp_path / "state" / "state.json").read_text())["logs"][ORIGIN]["note"]
    assert len(notes.split(kept)[1]) == 1
    assert notes.open_checkpoint(kept, ORIGIN, [spki(KEY)]).size == 5


def test_an_old_size_above_the_new_one_is_400(witness):
    log = Log()
    witness.add_checkpoint(log.body(0, 5))
    assert witness.add_checkpoint(request(6, [], log.note(5))).status == 400


@pytest.mark.parametrize("old", [0, 3, 6])
def test_a_wrong_old_size_is_409_with_the_right_one(witness, old):
    log = Log()
    witness.add_checkpoint(log.body(0, 5))
    assert witness.add_checkpoint(log.body(old, 8)) == Answer(409, "5\n", SIZE)
    assert witness.add_checkpoint(log.body(5, 8)).status == 200


def test_a_smaller_tree_is_409(witness):
    log = Log()
    witness.add_checkpoint(log.body(0, 8))
    assert witness.add_checkpoint(log.body(5, 5)) == Answer(409, "8\n", SIZE)
    assert witness.add_checkpoint(log.body(0, 5)) == Answer(409, "8\n", SIZE)


@pytest.mark.parametrize("old", [0, 3, 5])
def test_another_tree_of_this_size_is_409_and_kept_as_proof(witness, tmp_path, old):
    log, fork = Log(), Log("b")
    witness.add_checkpoint(log.body(0, 5))
    for _ in range(2):
        assert witness.add_checkpoint(fork.body(old, 5)) == Answer(409, "5\n", SIZE)
    kept = evidence(tmp_path)["fork"]
    signed = [notes.open_checkpoint(kept[side], ORIGIN, [spki(KEY)]) for side in ("known", "refused")]
    assert [(c.size, c.root) for c in signed] == [(5, log.root(5)), (5, fork.root(5))]
    assert witness.health()["refusals"] == {"fork": 1, "proof": 0}
    assert witness.add_checkpoint(log.body(5, 6)).status == 200  # the log itself goes on


def test_a_tree_that_does_not_begin_with_the_old_one_is_422_and_kept(witness, tmp_path):
    log, fork = Log(), Log("b", common=4)
    witness.add_checkpoint(log.body(0, 5))
    assert witness.add_checkpoint(fork.body(5, 9)).status == 422
    assert notes.parse_text(notes.split(evidence(tmp_path)["proof"]["refused"])[0]).root == fork.root(9)
    assert witness.add_checkpoint(Log("b", common=5).body(5, 9)).status == 200


@pytest.mark.parametrize("change", ["none", "short", "long", "swapped"])
def test_a_wrong_proof_is_422(witness, change):
    log = Log()
    witness.add_checkpoint(log.body(0, 5))
    proof = log.proof(5, 12)
    wrong = {"none": [], "short": proof[:-1], "long": [*proof, proof[0]], "swapped": proof[::-1]}[change]
    assert witness.add_checkpoint(request(5, wrong, log.note(12))).status == 422
    assert witness.add_checkpoint(log.body(5, 12)).status == 200


def test_a_proof_where_none_belongs_is_422(witness):
    log = Log()
    assert witness.add_checkpoint(request(0, [log.root(1)], log.note(5))).status == 422
    witness.add_checkpoint(log.body(0, 5))
    assert witness.add_checkpoint(request(5, [log.root(1)], log.note(5))).status == 422


def test_a_false_empty_tree_is_refused(witness):
    text = notes.Checkpoint(ORIGIN, 0, b"x" * 32, {}).text()
    log = Log()
    log.text = lambda _size: text
    assert witness.add_checkpoint(request(0, [], log.note(0))).status == 409


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"old 0\n",
        b"old 00\n\n{note}",
        b"old -1\n\n{note}",
        b"old +1\n\n{note}",
        b"old \xd9\xa1\n\n{note}",
        b"old 1000000000000000000\n\n{note}",
        b"Old 0\n\n{note}",
        b"old 0 \n\n{note}",
        b"old 0\r\n\r\n{note}",
        b"old 0\nAAAA\n\n{note}",
        b"old 0\n*\n\n{note}",
        b"old 0\n" + (b"A" * 43 + b"=\n") * 64 + b"\n{note}",
        b"old 0\n\n",
        b"old 0\n\n{text}",
        b"old 0\n\n{text}\n",
        b"old 0\n\n{text}extension\n\n{lines}",
        b"old 0\n\n{note}trailing",
        b"\xff\xfe",
        b"old 0\n\n{note}\x00",
    ],
)
def test_what_cannot_be_read_is_400(witness, body):
    log = Log()
    note = log.note(5)
    for name, value in (("note", note), ("text", log.text(5)), ("lines", note.partition("\n\n")[2])):
        body = body.replace(b"{%s}" % name.encode(), value.encode())
    assert witness.add_checkpoint(body).status == 400


def test_the_same_tree_again_is_signed_with_the_time_of_now_and_time_never_falls(witness, clock):
    log, times = Log(), []
    for step in (0, 60, 0.4, -3600, 30, 3600):
        clock.now += step
        times.append(time_of(witness, log.text(5), witness.add_checkpoint(log.body(5 if times else 0, 5))))
    assert times == sorted(times)
    assert times[1] == times[0] + 60
    assert times[3] == times[1]
    assert times[-1] == int(clock.now)


def test_time_does_not_fall_over_a_restart(tmp_path, clock):
    log = Log()
    first = open_witness(tmp_path / "state", clock)
    before = time_of(first, log.text(5), first.add_checkpoint(log.body(0, 5)))
    first.close()
    clock.now -= 1000
    second = open_witness(tmp_path / "state", clock)
    assert time_of(second, log.text(5), second.add_checkpoint(log.body(5, 5))) == before
    second.close()


def test_evidence_is_bounded_and_wrong_proofs_leave_room_for_forks(witness, tmp_path, monkeypatch):
    monkeypatch.setattr("witness.evidence.MOST", {"fork": 3, "proof": 2})
    log = Log()
    witness.add_checkpoint(log.body(0, 5))
    for size in range(6, 12):
        assert witness.add_checkpoint(request(5, [], log.note(size))).status == 422
    assert witness.health()["refusals"] == {"fork": 0, "proof": 2}
    for word in "bcdefg":
        assert witness.add_checkpoint(Log(word).body(5, 5)).status == 409
    assert witness.health()["refusals"] == {"fork": 3, "proof": 2}


@settings(deadline=None, max_examples=tried(200))
@given(st.data())
def test_no_body_whatever_is_more_than_refused(tmp_path_factory, data):
    witness = open_witness(tmp_path_factory.mktemp("fuzz") / "state", Clock())
    log = Log()
    witness.add_checkpoint(log.body(0, 3))
    body = data.draw(st.one_of(st.binary(max_size=400), _altered(log.body(3, 5)), _altered(Log("b").body(3, 5))))
    answer = witness.add_checkpoint(body)
    assert answer.status in (200, 400, 403, 404, 409, 422)
    if answer.status == 200:  # a change that leaves alone what was signed
        assert time_of(witness, log.text(5), answer)
    witness.close()


def _altered(valid: bytes) -> st.SearchStrategy[bytes]:
    place = st.integers(0, len(valid))
    return st.tuples(place, place, st.binary(max_size=6)).map(
        lambda cut: valid[: min(cut[:2])] + cut[2] + valid[max(cut[:2]) :]
    )
