"""The witness never signs two trees of one size and never goes back, whatever befalls power, disk and threads."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import tried
from tests.witness.conftest import Clock, QuickDisk, open_witness, time_of
from tests.witness.logs import ORIGIN, Log
from tests.witness.power import FragileDisk, PowerCut
from verifier import notes
from witness.disk import Disk
from witness.state import State, StateError

pytestmark = pytest.mark.requirement("AUD-2")

LOSSES = [{"renames_lost": r, "content_lost": c} for r in (False, True) for c in (False, True)]
STEPS = range(5)  # write, flush, rename, flush of the folder; 4: after all, the answer is out


@pytest.mark.parametrize("losses", LOSSES, ids=str)
@pytest.mark.parametrize("step", STEPS)
def test_a_power_cut_at_any_step_leaves_one_tree_a_size(tmp_path, clock, step, losses):
    log, fork, folder = Log(), Log("b", common=5), tmp_path / "state"
    open_and_close(folder, clock, log.body(0, 5))
    disk = FragileDisk(step)
    cut = open_witness(folder, clock, disk)
    answered = False
    with contextlib.suppress(PowerCut):
        answered = cut.add_checkpoint(log.body(5, 8)).status == 200
    assert answered == (step == 4)
    cut.close()
    disk.come_back(**losses)

    again = open_witness(folder, clock)
    known = again.health()["logs"][ORIGIN]["size"]
    assert known == 8 if answered else known in (5, 8)
    statuses = [again.add_checkpoint(x.body(known, 8)).status for x in (fork, log)]
    assert statuses == ([409, 200] if known == 8 else [200, 409])
    again.close()


def open_and_close(folder, clock, *bodies):
    witness = open_witness(folder, clock)
    for body in bodies:
        assert witness.add_checkpoint(body).status == 200
    witness.close()


@pytest.mark.parametrize("losses", LOSSES, ids=str)
@pytest.mark.parametrize("step", range(9))
def test_a_power_cut_while_the_key_is_made(tmp_path, clock, step, losses):
    """Whatever key was shown before the cut is the key after it."""
    disk, shown = FragileDisk(step), ""
    with contextlib.suppress(PowerCut):
        first = open_witness(tmp_path / "state", clock, disk)
        shown = str(first.health()["vkey"])
        first.close()
    assert bool(shown) == (step == 8)
    disk.come_back(**losses)
    again = open_witness(tmp_path / "state", clock)
    assert again.health()["vkey"] == shown or not shown
    time_of(again, Log().text(5), again.add_checkpoint(Log().body(0, 5)))
    again.close()


MOVES = st.lists(
    st.tuples(
        st.sampled_from("ab"),  # whose tree
        st.integers(0, 6),  # how far beyond what is known
        st.integers(-1, 5),  # where the power is cut
        st.sampled_from(LOSSES),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=tried(60))
@given(MOVES)
def test_in_any_history_each_size_has_one_signed_tree_and_sizes_grow(tmp_path_factory, moves):
    folder, clock = tmp_path_factory.mktemp("history") / "state", Clock()
    logs = {"a": Log(), "b": Log("b", common=3)}
    signed: list[tuple[int, bytes]] = []
    for word, more, step, losses in moves:
        disk = FragileDisk()
        witness = open_witness(folder, clock, disk)
        known = witness.health()["logs"].get(ORIGIN, {"size": 0})["size"]
        disk.left = step
        with contextlib.suppress(PowerCut):
            if witness.add_checkpoint(logs[word].body(known, known + more)).status == 200:
                signed.append((known + more, logs[word].root(known + more)))
        witness.close()
        disk.come_back(**losses)
    assert len(dict(signed)) == len(set(signed))
    assert [size for size, _ in signed] == sorted(size for size, _ in signed)
    assert len({word for word in "ab" for size, root in signed if size > 3 and root == logs[word].root(size)}) <= 1


class FullDisk(QuickDisk):
    """Fails once, in ``step``, with the rename done or not."""

    step = ""

    def write(self, path, content):
        self._fail("write")
        super().write(path, content)

    def sync(self, path):
        self._fail("folder" if path.is_dir() else "sync")

    def _fail(self, step):
        if step == self.step:
            self.step = ""
            raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["write", "sync", "folder"])
def test_after_a_failed_write_nothing_is_signed_until_a_restart(tmp_path, clock, step):
    log, disk = Log(), FullDisk()
    witness = open_witness(tmp_path / "state", clock, disk)
    assert witness.add_checkpoint(log.body(0, 5)).status == 200
    disk.step = step
    answers = [witness.add_checkpoint(log.body(5, 8)), witness.add_checkpoint(log.body(5, 8))]
    assert [a.status for a in answers] == [503, 503]
    assert str(tmp_path) not in answers[0].body
    witness.close()
    again = open_witness(tmp_path / "state", clock)
    known = again.health()["logs"][ORIGIN]["size"]
    assert known == (8 if step == "folder" else 5)
    assert again.add_checkpoint(log.body(known, 8)).status == 200
    again.close()


def test_a_full_disk_does_not_change_a_refusal(tmp_path, clock):
    disk = FullDisk()
    witness = open_witness(tmp_path / "state", clock, disk)
    witness.add_checkpoint(Log().body(0, 5))
    disk.step = "write"
    assert witness.add_checkpoint(Log("b").body(5, 5)).status == 409
    assert witness.add_checkpoint(Log().body(5, 6)).status == 200
    witness.close()


class SlowDisk(QuickDisk):
    """Gives a race time to happen."""

    def sync(self, path):
        time.sleep(0.002)


@pytest.mark.parametrize("sizes", [(8, 8), (8, 7)])
def test_of_sixteen_who_offer_two_trees_one_tree_is_signed(tmp_path, clock, sizes):
    witness = open_witness(tmp_path / "state", clock, SlowDisk())
    witness.add_checkpoint(Log().body(0, 5))
    logs = [Log("a"), Log("b", common=5)]
    bodies = [logs[i % 2].body(5, sizes[i % 2]) for i in range(16)]
    start = threading.Barrier(16)

    def offer(body):
        start.wait()
        return witness.add_checkpoint(body)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(offer, bodies))
    signed = [i for i, answer in enumerate(answers) if answer.status == 200]
    assert len(signed) == 1  # the others come too late: the old size is no longer 5
    assert {a.status for a in answers} == {200, 409}
    winner = signed[0] % 2
    assert witness.health()["logs"][ORIGIN]["size"] == sizes[winner]
    again = witness.add_checkpoint(logs[winner].body(sizes[winner], sizes[winner]))
    time_of(witness, logs[winner].text(sizes[winner]), again)
    witness.close()


def spoil(change):
    def at(folder):
        file = folder / "state.json"
        value = json.loads(file.read_text())
        change(value)
        file.write_text(json.dumps(value))

    return at


DAMAGES = {
    "memory gone": lambda folder: (folder / "state.json").unlink(),
    "memory empty": lambda folder: (folder / "state.json").write_text(""),
    "memory cut": lambda folder: os.truncate(folder / "state.json", 100),
    "memory binary": lambda folder: (folder / "state.json").write_bytes(b"\xff\x00"),
    "a log less": spoil(lambda value: value["logs"].clear()),
    "smaller size": spoil(lambda value: value["logs"][ORIGIN].update(size=4)),
    "other root": spoil(lambda value: value["logs"][ORIGIN].update(root=notes.b64(b"x" * 32))),
    "other time": spoil(lambda value: value["logs"][ORIGIN].update(time=1)),
    "no sum": spoil(lambda value: value.pop("sum")),
    "no logs": spoil(lambda value: value.update(logs=[])),
    "key gone": lambda folder: (folder / "key").unlink(),
    "key cut": lambda folder: os.truncate(folder / "key", 10),
    "key readable": lambda folder: (folder / "key").chmod(0o640),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_stops_the_start(tmp_path, clock, damage):
    folder = tmp_path / "state"
    open_and_close(folder, clock, Log().body(0, 5))
    DAMAGES[damage](folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    with pytest.raises(StateError):
        open_witness(folder, clock)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before


def test_a_state_belongs_to_one_name_and_one_process(tmp_path):
    first = State(tmp_path / "state", "witness.example/w1", QuickDisk())
    with pytest.raises(StateError, match="another witness runs"):
        State(tmp_path / "state", "witness.example/w1", QuickDisk())
    first.close()
    with pytest.raises(StateError, match=r"the state of the witness witness\.example/w1"):
        State(tmp_path / "state", "witness.example/w2", QuickDisk())
    State(tmp_path / "state", "witness.example/w1", QuickDisk()).close()


def test_a_witness_that_was_closed_signs_nothing(tmp_path, clock):
    """A request that was still being read when another process took the folder."""
    witness = open_witness(tmp_path / "state", clock)
    witness.close()
    assert witness.add_checkpoint(Log().body(0, 5)).status == 503


def test_the_real_disk_replaces_whole_files_that_only_the_owner_reads(tmp_path):
    for content in (b"first", b"second"):
        Disk().replace(tmp_path / "file", content)
        assert (tmp_path / "file").read_bytes() == content
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
