"""What the linters cannot hold: who makes permits, how long files are, what every test and route must have."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from chalicelib import errors
from chalicelib.domain.texts import NOTICES

ROOT = Path(__file__).parents[2]
CODE = ROOT / "chalicelib"
PORTAL = ROOT / "portal"
MADE = {PORTAL / "src" / "api" / "schema.d.ts", PORTAL / "outside" / "journal-words.js"}
"""Sources of the portal that ``make docs`` writes."""
MAX_LINES = {"chalicelib": 350, "local": 350, "infra": 350, "bench": 350, "witness": 350, "tests": 400}


def calls(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            target = node.func
            found.append(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return found


def test_only_the_gate_makes_a_permit() -> None:
    makers = {path.relative_to(CODE).as_posix() for path in CODE.rglob("*.py") if "Permit" in calls(path)}
    assert makers == {"services/gate.py"}


def test_only_the_vault_touches_the_encryption_sdk() -> None:
    for path in CODE.rglob("*.py"):
        if "aws_encryption_sdk" in path.read_text():
            assert path.parent.name == "crypto", path


def test_only_config_reads_the_environment() -> None:
    readers = {p.relative_to(CODE).as_posix() for p in CODE.rglob("*.py") if "os.environ" in p.read_text()}
    assert readers <= {"config.py"}


def test_no_file_grows_too_long() -> None:
    long = {
        p.relative_to(ROOT).as_posix(): n
        for folder, limit in MAX_LINES.items()
        for p in (ROOT / folder).rglob("*.py")
        if (n := len(p.read_text().splitlines())) > limit
    }
    assert not long


def test_no_source_of_the_portal_grows_too_long() -> None:
    """A table of words has each of them in two languages, and may be a little longer."""
    long = {
        p.relative_to(PORTAL).as_posix(): n
        for folder in ("src", "outside")
        for p in (PORTAL / folder).rglob("*")
        if p.suffix in {".ts", ".tsx", ".js", ".css"} and p not in MADE
        if (n := len(p.read_text("utf-8").splitlines())) > (400 if p.stem.lower().endswith("words") else 350)
    }
    assert not long


def test_error_codes_are_unique_and_in_both_languages() -> None:
    leaves = errors.leaves()
    assert [code for code, n in Counter(leaf.code for leaf in leaves).items() if n > 1] == []
    for leaf in leaves:
        assert leaf.__name__.endswith("Error")
        assert leaf.title
        assert leaf.title_ru
        assert 400 <= leaf.status < 600


def test_every_text_is_in_both_languages() -> None:
    for name, notice in NOTICES.items():
        for said in (notice.title, notice.inside, notice.outside):
            assert said.ru, name
            assert said.en, name
            assert said.ru != said.en


def test_no_mocks() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        tree = ast.parse(path.read_text())
        imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names}
        assert not imported & {"mock", "patch", "MagicMock"}, path
