"""What the tests of the verifier share."""

from __future__ import annotations

from collections.abc import Sequence

from tests.verifier.maker import Maker
from verifier import fsck
from verifier.objects import Memory
from verifier.policy import Policy
from verifier.report import Report


def policy(maker: Maker, quorum: int | None = None) -> Policy:
    return Policy.parse(maker.policy(quorum))


def check(maker: Maker, objects: dict[str, bytes], old: Sequence[str] = (), year: str = "", quorum: int = 0) -> Report:
    return fsck.check(Memory(objects), policy(maker, quorum), old, year)


def codes(report: Report, level: str = "") -> set[str]:
    """Codes found, without the remark about the quorum."""
    return {f.code for f in report.findings if f.level == (level or f.level)} - {"quorum-none"}


def at(report: Report, place: str) -> set[str]:
    return {finding.code for finding in report.findings if finding.place == place}
