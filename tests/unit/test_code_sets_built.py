"""Full code sets from the deployer's sources: whole or not at all, ours kept, old rows kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.domain.code_set_files import problems
from chalicelib.domain.code_sets import CodeSet
from chalicelib.storage.code_sets import FileCodeSets
from infra import package
from infra.bundle import PackageError, wanted
from infra.code_sets.__main__ import check, main
from infra.code_sets.building import SUCCESSORS, put
from infra.code_sets.sources import ICD_HEADER, SourceError

OWN = FileCodeSets(Path("nowhere"))
DIRECTORY = [
    '1;01;"I";"НЕКОТОРЫЕ БОЛЕЗНИ";;;1;',
    '2;0101;"A00-A09";"КИШЕЧНЫЕ ИНФЕКЦИИ";1;;1;',
    '3;"0101A00";"A00";"Холера";2;;1;',
    '4;"0101A170";"A17.0";"Туберкулезный  менингит (G01*)";2;1;1;',
    '5;"0106G01";"G01";"Менингит; при болезнях";2;2;1;',
    '6;"0110A90";"A90";"Лихорадка денге";2;;0;"07.10.2020"',
    '7;"0110X";"X59.1";"Воздействие";2;;0;',
]


def directory(tmp_path: Path, *rows: str, head: str = ";".join(ICD_HEADER)) -> Path:
    path = tmp_path / "mkb10.csv"
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def lines(tmp_path: Path, *rows: object, name: str = "registry.jsonl") -> Path:
    path = tmp_path / name
    text = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in ({"_meta": "x"}, *rows)]
    path.write_text("\n".join(text) + "\n", "utf-8")
    return path


def run(tmp_path: Path, *arguments: object) -> int:
    return main([*map(str, arguments), "--to", str(tmp_path / "built")])


def made(tmp_path: Path, name: str) -> CodeSet:
    text = (tmp_path / "built" / f"{name}.tsv").read_text("utf-8")
    assert problems(text) == []
    return CodeSet(text)


@pytest.mark.requirement("REC-14")
def test_the_directory_becomes_a_complete_set_with_old_rows_and_marks(tmp_path: Path) -> None:
    english = tmp_path / "en.tsv"
    english.write_text("I\tChapter\nA00\tCholera\nB18.10\tChronic viral hepatitis B\n", "utf-8")
    ru = directory(tmp_path, *DIRECTORY)
    assert run(tmp_path, "icd-10", "--ru", ru, "--en", english, "--version", "2.27", "--licence", "MIT") == 0
    found = made(tmp_path, "icd-10")
    assert found.complete
    assert found.head["version"] == "2.27"
    assert found.head["licence"].startswith("MIT. Ours beside it: ")
    assert [row.code for row in found.rows()] == ["A00", "A17.0", "G01", "A90", "X59.1", "B18.10"]
    assert found.row("A00").en == "Cholera"
    assert found.row("A17.0").ru == "Туберкулезный менингит (G01*)"
    assert found.row("A17.0").en == OWN("icd-10").row("A17.0").en
    assert [found.row(code).more.get("mark") for code in ("A17.0", "G01", "A00")] == ["†", "*", None]
    assert (found.row("A90").until, found.row("A90").values("successor")) == ("2020-10-07", ("A97",))
    assert found.row("X59.1").until == "-"
    assert [row.code for row in found.search("лихорадка", 5)] == []


@pytest.mark.requirement("REC-14")
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('3;"x";"A0";"Холера";2;;1;', "line 4: the code has not the form A00, A00.0 or A00.00"),
        ('3;"x";"A00.0";"";2;;1;', "line 4: a name is missing"),
        ('3;"x";"A00.0";"Холера";2;;1', "line 4: 7 cells, not 8"),
        ('3;"x";"A00";"Холера";2;;1;', "line 4: the code A00 stands twice"),
        ('3;"x";"A00.0";"Холера";2;;2;', "line 4: ACTUAL is 0 or 1"),
        ('3;"x";"A00.0";"Холера";2;3;1;', "line 4: ADDL_CODE is empty, 1 (dagger) or 2 (asterisk)"),
        ('3;"x";"A00.0";"Холера";2;;0;"2020-10-07"', "line 4: time data"),
        ('3;"x";"A00.0";"Холе\x07ра";2;;1;', "line 4: control characters"),
        ('3;"x";"A00.0";"Холера" о;2;;1;', "line 4: "),
    ],
    ids=["code", "name", "cells", "twice", "actual", "mark", "date", "control", "quotes"],
)
def test_a_bad_row_is_named_and_what_was_built_before_stays(
    row: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "icd-10", "--ru", directory(tmp_path, *DIRECTORY)) == 0
    before = (tmp_path / "built" / "icd-10.tsv").read_bytes()
    assert run(tmp_path, "icd-10", "--ru", directory(tmp_path, DIRECTORY[0], DIRECTORY[2], row, *DIRECTORY[4:])) == 1
    assert said in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "built").iterdir()] == ["icd-10.tsv"]
    assert (tmp_path / "built" / "icd-10.tsv").read_bytes() == before


@pytest.mark.parametrize(
    ("head", "rows"), [("ID;CODE", DIRECTORY), (";".join(ICD_HEADER), [])], ids=["other-columns", "no-rows"]
)
def test_another_file_is_refused(head: str, rows: list[str], tmp_path: Path) -> None:
    assert run(tmp_path, "icd-10", "--ru", directory(tmp_path, *rows, head=head)) == 1
    assert not (tmp_path / "built").exists()


def test_no_file_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    assert run(tmp_path, "icd-10", "--ru", tmp_path / "none.csv") == 1
    (tmp_path / "cp1251.csv").write_bytes("Холера".encode("cp1251"))
    assert run(tmp_path, "icd-10", "--ru", tmp_path / "cp1251.csv") == 1


def test_many_bad_rows_are_not_all_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "icd-10", "--ru", directory(tmp_path, *['3;"x";"?";"Х";2;;1;'] * 25)) == 1
    assert "… and 5 more" in capsys.readouterr().err


@pytest.mark.requirement("REC-14")
def test_the_registry_adds_trade_names_and_drugs_to_ours(tmp_path: Path) -> None:
    registry = lines(
        tmp_path,
        {"name": "Ибупрофен", "type": "both", "mnn": "Ибупрофен", "statuses": ["active"]},
        {"name": "МИГ® 400", "type": "trade", "mnn": "Ибупрофен"},
        {"name": "Эсцин; лизинат", "type": "mnn"},
        {"name": "L-лизина эсцинат®", "type": "trade", "mnn": "Эсцин; лизинат"},
        {"name": "Без международного", "type": "trade"},
    )
    atc = tmp_path / "atc.tsv"
    atc.write_text("Эсцин; лизинат\tC05CX; C05CA\nИбупрофен\tM01AE01\n", "utf-8")
    assert run(tmp_path, "drugs", "--registry", registry, "--atc", atc) == 0
    found = made(tmp_path, "drugs")
    assert not found.complete
    assert len(found) == len(OWN("drugs")) + 1
    assert found.row("ibuprofen").also == ("МИГ® 400", "Нурофен")
    assert found.row("ibuprofen").values("atc") == ("M01AE01",)
    assert [row.ru for row in found.search("лизина эсц", 3)] == ["Эсцин; лизинат"]
    assert [row.ru for row in found.having("atc", "C05CA")] == ["Эсцин; лизинат"]
    assert found.search("Без международного", 3) == []


@pytest.mark.requirement("REC-14")
def test_the_registry_adds_analytes_and_units_where_all_are_known(tmp_path: Path) -> None:
    registry = lines(
        tmp_path,
        {"name": "Гемоглобин", "synonyms": ["HGB"], "units": ["г/л"], "group": "Гематология"},
        {"name": "Медь", "synonyms": ["Copper"], "units": ["мкмоль/л", "мкг/дл"], "group": "Биохимия"},
        {"name": "Антитела IgE к пыльце", "synonyms": [], "units": ["кЕд/л", "кМЕ/л"], "group": "Аллергология"},
        {"name": "Медь", "synonyms": [], "units": [], "group": "Токсикология"},
    )
    assert run(tmp_path, "analytes", "--registry", registry) == 0
    found = made(tmp_path, "analytes")
    assert len(found) == len(OWN("analytes")) + 2
    assert found.row("медь").values("units") == ("umol/L", "ug/dL")
    assert found.row("антитела ige к пыльце").values("units") == ()
    assert found.row("haemoglobin").values("units") == ("g/L", "g/dL")


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("drugs", "{"),
        ("drugs", {"name": "x", "type": "other"}),
        ("drugs", {"type": "mnn"}),
        ("analytes", {"name": "x", "synonyms": [7], "units": [], "group": "y"}),
        ("analytes", ["x"]),
    ],
    ids=["no-json", "type", "no-name", "synonym", "no-object"],
)
def test_a_bad_line_of_a_registry_is_named(
    kind: str, row: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, kind, "--registry", lines(tmp_path, row)) == 1
    assert "line 2: " in capsys.readouterr().err


def test_a_bad_atc_or_english_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.tsv"
    bad.write_text("Ибупрофен M01AE01\n", "utf-8")
    registry = lines(tmp_path, {"name": "Ибупрофен", "type": "mnn"})
    assert run(tmp_path, "drugs", "--registry", registry, "--atc", bad) == 1
    assert run(tmp_path, "icd-10", "--ru", directory(tmp_path, *DIRECTORY), "--en", bad) == 1
    assert capsys.readouterr().err.count("line 1: ") == 2


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(Path, "replace", fail)
    text = (Path(package.ROOT) / "chalicelib/records/code_sets/units.tsv").read_text("utf-8")
    with pytest.raises(OSError, match="no room"):
        put(text, tmp_path / "units.tsv")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SourceError):
        put(text.replace("mmol/L", "umol/L"), tmp_path / "units.tsv")


def test_what_was_built_is_checked_before_it_is_packaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "icd-10", "--ru", directory(tmp_path, *DIRECTORY)) == 0
    assert run(tmp_path, "check") == 0
    (tmp_path / "built" / "units.tsv").write_text("# set: units\n", "utf-8")
    assert [said.partition(":")[0] for said in check(tmp_path / "built")] == ["units.tsv"]
    assert run(tmp_path, "check") == 1
    with pytest.raises(PackageError, match=r"units\.tsv"):
        package.refuse_broken_code_sets(tmp_path / "built")
    capsys.readouterr()


def test_what_was_built_goes_into_the_package() -> None:
    assert wanted("chalicelib/records/code_sets/built/icd-10.tsv")
    assert wanted("chalicelib/records/code_sets/units.tsv")


def test_successors_are_codes() -> None:
    pairs = [line.split("\t") for line in SUCCESSORS.read_text("utf-8").splitlines() if line[0] != "#"]
    assert all(len(pair) == 2 and all(part[0].isalpha() for part in pair) for pair in pairs)
    ended = {row.code for row in OWN("icd-10").rows() if not row.active}
    ours = {code: (successor,) for code, successor in pairs if code in ended}
    assert ours == {row.code: row.values("successor") for row in OWN("icd-10").rows() if not row.active}
