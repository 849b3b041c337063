"""The conformance kit is run whole against the local system, by a partner of each role (PRT-9)."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from conformance.__main__ import FAILED, USAGE, main
from conformance.running import suites
from local.demo_partner import WORDS, made
from tests.emulator.running import Running

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("emulator"),
    pytest.mark.requirement("PRT-9"),
    pytest.mark.timeout(600),  # the whole system starts in the first test's time, perhaps on a busy machine
]


def partner(running: Running, place: Path, role: str) -> Path:
    place.write_text(json.dumps(made(running.url, role)), encoding="utf-8")
    return place


@pytest.mark.parametrize("role", sorted(WORDS))
def test_nothing_fails(running: Running, tmp_path: Path, role: str, capsys: pytest.CaptureFixture[str]) -> None:
    place, report = partner(running, tmp_path / "partner.json", role), tmp_path / "report.xml"
    assert main([running.url, "--partner", str(place), "--junit", str(report)]) == 0, capsys.readouterr().out
    found = ET.parse(report).getroot()  # noqa: S314 - our own
    assert [suite.get("name") for suite in found] == suites()
    run = [case for case in found.iter("testcase") if case.find("skipped") is None]
    reasons = {case.get("message", "").split(":")[0].split()[0] for case in found.iter("skipped")}
    assert len(run) >= 5
    assert reasons == {"for"}, "all that a partner of this role can be asked was run"


def test_what_is_wrong_fails(running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = partner(running, tmp_path / "partner.json", "insurer")
    said = json.loads(place.read_text(encoding="utf-8"))
    said["known"]["birth_date"] = "1900-01-01"
    place.write_text(json.dumps(said), encoding="utf-8")
    arguments = [running.url, "--partner", str(place), "--suites"]
    assert main([*arguments, "insurer"]) == FAILED
    assert "step 1: body/valid: not True" in capsys.readouterr().out
    assert main([*arguments, "fhirr"]) == USAGE
    assert "no such suite: fhirr" in capsys.readouterr().err
