"""What came of a run: text for people, JUnit for machines."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from conformance.running import Outcome


def text(outcomes: Sequence[Outcome]) -> str:
    lines = []
    for one in outcomes:
        word = "skipped" if one.skipped else "FAILED" if one.problems else "passed"
        lines.append(f"{word:8}{one.suite}/{one.case}  {one.title}" + (f" ({one.skipped})" if one.skipped else ""))
        lines += [f"        {problem}" for problem in one.problems]
    failed = sum(bool(one.problems) for one in outcomes)
    skipped = sum(bool(one.skipped) for one in outcomes)
    lines.append(
        f"\n{len(outcomes)} cases: {len(outcomes) - failed - skipped} passed, {failed} failed, {skipped} skipped"
    )
    return "\n".join(lines)


def junit(outcomes: Sequence[Outcome]) -> bytes:
    """One ``testsuite`` for each suite, in the form that CI servers read."""
    root = Element("testsuites")
    for name in dict.fromkeys(one.suite for one in outcomes):
        mine = [one for one in outcomes if one.suite == name]
        failed, skipped = (
            str(sum(map(bool, found))) for found in zip(*[(o.problems, o.skipped) for o in mine], strict=True)
        )
        suite = SubElement(root, "testsuite", name=name, tests=str(len(mine)), failures=failed, skipped=skipped)
        for one in mine:
            case = SubElement(
                suite, "testcase", classname=name, name=f"{one.case} {one.title}", time=f"{one.seconds:.3f}"
            )
            if one.skipped:
                SubElement(case, "skipped", message=one.skipped)
            if one.problems:
                SubElement(case, "failure", message=one.problems[0]).text = "\n".join(one.problems)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
