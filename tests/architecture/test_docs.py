"""The documents keep up: generated pages are fresh, commands exist, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from docs import access_table

ROOT = Path(__file__).parents[2]


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "docs", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_commands_that_documents_show_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"`make ([a-z-]+)", page.read_text()):
            assert target in targets, (page.name, target)


def test_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / link).exists(), (page.name, link)


def test_files_that_documents_name_exist() -> None:
    named = re.compile(r"`((?:chalicelib|tests|local|infra|bench|docs)/[\w./-]+\.\w+)`")
    short = re.compile(r"`((?:handlers|services|domain|records|crypto|audit|storage|documents|ports)/[\w./-]+\.py)`")
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        if "adr" in page.parts:
            continue
        for name in named.findall(page.read_text()):
            assert (ROOT / name).exists(), (page.name, name)
        for name in short.findall(page.read_text()):
            assert (ROOT / "chalicelib" / name).exists(), (page.name, name)


def test_cells_of_the_access_table_can_be_read() -> None:
    letters: access_table.Letters = {}
    every = access_table.ALL
    assert access_table.kinds_of(every[:2], letters) == f"{every[0]}, {every[1]}"
    assert access_table.kinds_of(every[1:], letters) == f"all but {every[0]}"
    assert [access_table.kinds_of(every[:5], letters), access_table.kinds_of(every[5:], letters)] == ["A", "all but A"]
    assert letters == {every[:5]: "A"}
    table = access_table.page().partition("## Lists of kinds")[0]
    cells = [cell for line in table.splitlines() if line.startswith("|") for cell in line.split("|")]
    assert max(map(len, cells)) <= 90
