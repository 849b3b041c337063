"""Building the portal: when it is done, what a failure leaves, and that a running system always has a whole one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from local import npm, portal_build
from local.portal_build import BuildError, build, digest, fresh, main

BUILDER = """
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
const folder = process.argv[process.argv.indexOf("--outDir") + 1];
const text = readFileSync("src/words.txt", "utf8");
if (text.includes("wrong")) throw new Error("words are wrong");
mkdirSync(folder, { recursive: true });
writeFileSync(folder + "/index.html", "<p>" + text.repeat(500));
writeFileSync(folder + "/tiny.css", "a{}");
"""
LOCK = {"name": "toy", "lockfileVersion": 3, "packages": {"": {"name": "toy"}}}


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    """A portal that is built in no time, with all its packages (none) in place."""
    folder = tmp_path / "portal"
    for name in ("src", "node_modules"):
        (folder / name).mkdir(parents=True)
    (folder / "src/words.txt").write_text("first")
    (folder / "build.mjs").write_text(BUILDER)
    (folder / "package.json").write_text(json.dumps({"name": "toy", "scripts": {"build": "node build.mjs"}}))
    (folder / "package-lock.json").write_text(json.dumps(LOCK))
    (folder / "node_modules/.package-lock.json").write_text(json.dumps({**LOCK, "packages": {}}))
    return folder


def silent(_: str) -> None:
    pass


def test_it_is_built_once_and_again_after_a_change(portal: Path) -> None:
    said: list[str] = []
    assert build(said.append, portal)
    assert (portal / "dist/index.html").read_text() == "<p>" + "first" * 500
    assert said[0] == "portal: npm run build …"
    assert not build(silent, portal)
    (portal / "src/words.txt").write_text("second")
    assert not fresh(portal)
    assert build(silent, portal)
    assert (portal / "dist/index.html").read_text() == "<p>" + "second" * 500


def test_texts_lie_compressed_beside(portal: Path) -> None:
    build(silent, portal)
    assert gzip.decompress((portal / "dist/index.html.gz").read_bytes()) == (portal / "dist/index.html").read_bytes()
    assert (portal / "dist/index.html.br").stat().st_size < 100
    assert not (portal / "dist/tiny.css.br").exists()


def test_a_failed_build_says_why_and_leaves_the_former_one(portal: Path) -> None:
    build(silent, portal)
    (portal / "src/words.txt").write_text("wrong")
    with pytest.raises(BuildError, match=r"(?s)npm run build failed:.*words are wrong"):
        build(silent, portal)
    assert (portal / "dist/index.html").read_text() == "<p>" + "first" * 500
    assert not fresh(portal)


def test_the_name_of_a_file_counts_as_well(portal: Path) -> None:
    before = digest(portal)
    (portal / "src/words.txt").rename(portal / "src/other.txt")
    assert digest(portal) != before
    (portal / "src/other.txt").rename(portal / "src/words.txt")
    (portal / "build").mkdir()
    (portal / "build/openapi.json").write_text("{}")
    assert digest(portal) == before


@pytest.mark.parametrize(
    ("wanted", "there", "whole"),
    [
        ({"a": "1", "b": "2"}, {"a": "1", "b": "2"}, True),
        ({"a": "1", "b": "2"}, {"a": "1"}, False),
        ({"a": "1"}, {"a": "1", "b": "2"}, False),
        ({"a": "1"}, {"a": "2"}, False),
        ({"a": "1", "?b": "2"}, {"a": "1"}, True),  # a part for another kind of computer
        ({"a": "1", "?b": "2"}, {"a": "1", "b": "3"}, False),
    ],
)
def test_packages_are_those_of_the_lock(portal: Path, wanted: dict, there: dict, whole: bool) -> None:  # noqa: FBT001
    lock = {n.strip("?"): {"integrity": i} | ({"optional": True} if n[0] == "?" else {}) for n, i in wanted.items()}
    record = {name: {"integrity": number} for name, number in there.items()}
    (portal / "package-lock.json").write_text(json.dumps({"packages": {"": {}, **lock}}))
    (portal / "node_modules/.package-lock.json").write_text(json.dumps({"packages": record}))
    assert npm.installed(portal) is whole


def test_nothing_installed_is_not_enough(portal: Path) -> None:
    (portal / "node_modules/.package-lock.json").unlink()
    assert not npm.installed(portal)


def test_the_system_starts_without_its_pages(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def fails(_: object) -> bool:
        raise BuildError("npm ci failed:\nno network")

    monkeypatch.setattr(portal_build, "build", fails)
    assert main([]) == 1
    assert main(["--optional"]) == 0
    assert "no network" in capsys.readouterr().err
