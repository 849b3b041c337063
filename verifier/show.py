"""A report as text for people, or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from verifier.report import BROKEN, Report
from verifier.texts import ALARM, INFO, label, moment, safe
from verifier.texts import BROKEN as BROKEN_LEVEL

Facts = Mapping[str, Any]


def as_json(report: Report, language: str) -> str:
    findings = [
        {"level": found.level, "code": found.code, "place": safe(found.place), "text": found.sentence(language)}
        for found in report.findings
    ]
    shown = {"exit": report.exit_code, "findings": findings, "left_off": report.left_off(), "facts": report.facts}
    return json.dumps(shown)


def as_text(report: Report, command: str, language: str) -> str:
    """The verdict, the findings (worst first), a summary, and what was not proved."""
    lines = [label(f"exit-{report.exit_code}", language)]
    for level in (BROKEN_LEVEL, ALARM, INFO):
        lines += [
            f"[{label(level, language)}] {safe(found.place)}: {found.sentence(language)} ({found.code})"
            for found in report.findings
            if found.level == level
        ]
    lines += [label("more", language, count=count, code=code) for code, count in report.left_off().items()]
    if report.facts:
        lines += SUMMARIES[command](report.facts, language)
    if report.exit_code < BROKEN:
        lines.append(label(f"limits-{command}", language))
    return "\n".join(lines)


def _witnesses(facts: Facts, language: str) -> list[str]:
    return [label("witness", language, name=name, time=moment(time)) for name, time in facts["witnesses"].items()]


def _fsck(facts: Facts, language: str) -> list[str]:
    lines = []
    for year in facts["years"]:
        lines += [label("year", language, **year), *_witnesses(year, language)]
    return lines


def _patient(facts: Facts, language: str) -> list[str]:
    chains = facts["chains"]
    years = ", ".join(str(chain["year"]) for chain in chains)
    count = sum(chain["entries"] for chain in chains)
    lines = [label("patient", language, patient=facts["patient"], entries=count, years=years)]
    for chain in chains:
        since, until = moment(chain["from"] // 1000), moment(chain["to"] // 1000)
        lines += [label("chain", language, since=since, until=until, **chain), *_witnesses(chain, language)]
    return lines


def _consistency(facts: Facts, language: str) -> list[str]:
    return [label("consistency", language, **facts), *_witnesses(facts, language)]


SUMMARIES: Mapping[str, Callable[[Facts, str], list[str]]] = {
    "fsck": _fsck,
    "patient": _patient,
    "consistency": _consistency,
}
