"""The documents keep up: generated pages are fresh, commands exist, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

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
