"""The verifier stands alone: an auditor reads one folder and installs two packages."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from verifier import texts

FOLDER = Path(__file__).parents[2] / "verifier"
ALLOWED = {"verifier", "cryptography", "rfc8785"}


def imported(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add((node.module or "").partition(".")[0])
    return found


def test_nothing_but_the_standard_library_and_two_packages_is_imported() -> None:
    files = list(FOLDER.rglob("*.py"))
    assert len(files) > 10
    for file in files:
        strange = imported(file.read_text()) - ALLOWED - set(sys.stdlib_module_names)
        assert not strange, f"{file.name} imports {strange}"


def test_it_runs_where_nothing_else_of_the_project_is(tmp_path: Path) -> None:
    """And loads no other package of this environment on its way."""
    (tmp_path / "verifier").symlink_to(FOLDER)
    code = "import sys, verifier.__main__; print(*{m.partition('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert loaded >= ALLOWED
    assert not loaded & {"chalicelib", "boto3", "botocore", "pydantic", "chalice", "tests"}


def used() -> set[str]:
    """Texts in the sources that look like codes of the catalogue."""
    source = "".join(file.read_text() for file in FOLDER.glob("*.py") if file.name != "texts.py")
    return set(re.findall('"([a-z]+(?:-[a-z0-9]+)*)"', source))


def test_each_code_has_its_sentences_and_each_sentence_its_code() -> None:
    assert set(texts.FINDINGS) - used() == set()
    raised = re.findall(
        r'(?:\.add|Flaw|NoteError)\(\s*(?:"[^"]*", )?"([a-z]+(?:-[a-z0-9]+)+)"',
        "".join(file.read_text() for file in FOLDER.glob("*.py")),
    )
    assert len(raised) > 50
    assert set(raised) <= set(texts.FINDINGS)


def test_both_languages_say_the_same_values() -> None:
    for level, russian, english in texts.FINDINGS.values():
        assert level in (texts.BROKEN, texts.ALARM, texts.INFO)
        assert set(re.findall("{[a-z]+}", russian)) == set(re.findall("{[a-z]+}", english)), english
        assert re.search("[а-я]", russian)
        assert not re.search("[а-я]", english)
    for russian, english in texts.LABELS.values():
        assert set(re.findall("{[a-z]+}", russian)) == set(re.findall("{[a-z]+}", english)), english


def test_the_folder_is_short_enough_to_be_read_in_an_hour() -> None:
    lines = {file.name: len(file.read_text().splitlines()) for file in FOLDER.glob("*.py")}
    assert max(lines.values()) <= 330
    assert sum(lines.values()) <= 2500
