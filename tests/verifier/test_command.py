"""The program: its words, its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.verifier import naive
from tests.verifier.maker import Maker, b64, honest
from verifier.__main__ import main

pytestmark = pytest.mark.requirement("AUD-2", "AUD-3")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Maker, Path]:
    maker, folder = honest({2025: [4], 2026: [9]}), tmp_path_factory.mktemp("export")
    for name, data in maker.objects().items():
        (folder / "log" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "log" / name).write_bytes(data)
    (folder / "policy.json").write_text(json.dumps(maker.policy()))
    (folder / "bundle.json").write_text(json.dumps(maker.bundle("anna", "N")))
    (folder / "old").write_bytes(maker.logs[2026].note(9))
    (folder / "new").write_bytes(maker.logs[2026].note(10))
    proof = [b64(h) for h in naive.consistency(9, maker.logs[2026].hashes)]
    (folder / "proof.json").write_text(json.dumps(proof))
    return maker, folder


def run(folder: Path, *words: str) -> int:
    return main([*(word.replace("@", f"{folder}/") for word in words), "--policy", f"{folder}/policy.json"])


@pytest.mark.parametrize(
    ("words", "russian", "english"),
    [
        (("fsck", "@log", "--old", "@old", "@new"), "2026: записей 10", "2026: 10 entries"),
        (("fsck", "@log", "--year", "2026"), "2026: записей 10", "2026: 10 entries"),
        (("patient", "@bundle.json", "--nonce", "N"), "Пациент anna: записей", "Patient anna:"),
        (("consistency", "@old", "@new", "@proof.json"), "9 → 10 записей", "9 → 10 entries"),
    ],
)
def test_good_input_in_both_languages(
    made: tuple[Maker, Path],
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    russian: str,
    english: str,
) -> None:
    assert run(made[1], *words) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("ПРОВЕРКА ПРОЙДЕНА.")
    assert russian in shown
    assert "witness1.example/w" in shown
    assert run(made[1], *words, "--language", "en") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("THE CHECK PASSED.")
    assert english in shown
    assert "ot proved: that every access was recorded" in shown or words[0] == "consistency"


def test_one_byte_changed_by_hand_is_named(made: tuple[Maker, Path], capsys: pytest.CaptureFixture[str]) -> None:
    tile = made[1] / "log/2026/tile/0/000.p/10"
    good = tile.read_bytes()
    tile.write_bytes(good[:100] + bytes([good[100] ^ 1]) + good[101:])
    try:
        assert run(made[1], "fsck", "@log", "--language", "en") == 2
        shown = capsys.readouterr().out
        assert "[BROKEN] 2026/tile/0/000.p/10: the object was altered: from byte 100 on" in shown
        assert run(made[1], "fsck", "@log", "--json") == 2
    finally:
        tile.write_bytes(good)
    found = json.loads(capsys.readouterr().out)
    assert (found["exit"], found["findings"][0]["code"]) == (2, "object-altered")
    assert found["findings"][0]["place"] == "2026/tile/0/000.p/10"
    assert found["facts"]["years"][1]["size"] == 10


def test_an_alarm_alone_is_code_one(made: tuple[Maker, Path], capsys: pytest.CaptureFixture[str]) -> None:
    stray = made[1] / "log/2026/notes.txt"
    stray.write_text("x")
    try:
        assert run(made[1], "fsck", "@log") == 1
    finally:
        stray.unlink()
    assert "[ТРЕВОГА] 2026/notes.txt" in capsys.readouterr().out


def test_broken_input_is_a_finding_and_not_a_wrong_call(
    made: tuple[Maker, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for junk in (b"", b"\xff", b"[" * 100_000, b'{"v":1,"v":1}', b"1.5"):
        (tmp_path / "junk").write_bytes(junk)
        name = str(tmp_path / "junk")
        assert run(made[1], "patient", name) == 2
        assert run(made[1], "consistency", name, name, name) == 2
        assert run(made[1], "fsck", "@log", "--old", name) == 2
    assert "НАРУШЕНИЕ" in capsys.readouterr().out
    assert run(made[1], "fsck", str(tmp_path)) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("fsck", "@absent"),
        ("fsck", "@bundle.json"),
        ("patient", "@absent"),
        ("patient", "@log"),
        ("consistency", "@old", "@absent", "@proof.json"),
        ("consistency", "@old", "@new", "@absent"),
        ("fsck", "@log", "--old", "@absent"),
    ],
)
def test_a_wrong_call_is_code_three(
    made: tuple[Maker, Path], capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run(made[1], *words) == 3
    assert capsys.readouterr().err.startswith(("не удаётся", "нет такой папки"))


@pytest.mark.parametrize("policy", [None, b"", b"{}", b"[" * 100_000, b"\xff", b'{"log":1,"log":1}', b" " * 2_000_000])
def test_a_bad_policy_is_code_three(
    made: tuple[Maker, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], policy: bytes | None
) -> None:
    if policy is not None:
        (tmp_path / "policy.json").write_bytes(policy)
    words = ["patient", f"{made[1]}/bundle.json", "--policy", str(tmp_path / "policy.json"), "--language", "en"]
    assert main(words) == 3
    assert "policy" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [[], ["other"], ["fsck"], ["fsck", "x"], ["patient", "x", "--policy", "p", "--max-age", "soon"], ["fsck", "-z"]],
)
def test_words_it_does_not_know_are_code_three(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 3


def test_whatever_breaks_it_is_no_good_result(
    made: tuple[Maker, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback would end with 1, which says "alarms only"."""

    def broken(*_args: object) -> object:
        raise MemoryError

    monkeypatch.setattr("verifier.patient.check", broken)
    assert run(made[1], "patient", "@bundle.json") == 2
    assert "MemoryError" in capsys.readouterr().out


def test_it_runs_as_a_module_also_in_a_poor_terminal(made: tuple[Maker, Path]) -> None:
    words = [sys.executable, "-m", "verifier", "fsck", str(made[1] / "log"), "--policy", str(made[1] / "policy.json")]
    done = subprocess.run(words, capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"2026" in done.stdout
