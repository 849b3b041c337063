"""Code sets: the files that are shipped, and finding a row by whatever a person types."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.code_set_files import problems, written
from chalicelib.domain.code_sets import CodeSet, fold, readings
from chalicelib.domain.ucum import is_unit
from chalicelib.errors import NotFoundError
from chalicelib.records.bodies.base import Atc, Icd10
from chalicelib.storage.code_sets import NAMES, OWN, FileCodeSets, vaccines
from tests.effort import tried

SETS = FileCodeSets(Path("nowhere"))
ROWS = [(name, row) for name in NAMES for row in SETS(name).rows()]
HEAD = {
    "set": "x",
    "ru": "х",
    "en": "x",
    "version": "1",
    "source": "made up",
    "licence": "Apache-2.0",
    "complete": "yes",
}
COLUMNS = ("code", "ru", "en", "also", "until")


def made(*rows: tuple[str, ...], **head: str) -> CodeSet:
    filled = [(*row, *[""] * (len(COLUMNS) - len(row))) for row in rows]
    return CodeSet(written({**HEAD, **head}, COLUMNS, filled))


def codes(name: str, query: str, limit: int = 5) -> list[str]:
    return [row.code for row in SETS(name).search(query, limit)]


# --- what is shipped


@pytest.mark.requirement("REC-14")
@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_set_is_whole_and_says_where_it_is_from(name: str) -> None:
    text = vaccines() if name == "vaccines" else (OWN / f"{name}.tsv").read_text("utf-8")
    assert problems(text) == []
    assert SETS(name).head["set"] == name
    assert len(SETS(name)) >= 40 or name == "vaccines"


def test_no_other_file_lies_there() -> None:
    assert {path.stem for path in OWN.glob("*.tsv")} == set(NAMES) - {"vaccines"}


def test_units_of_the_shipped_sets_are_units() -> None:
    named = [row.code for row in SETS("units").rows()]
    assert [code for code in named if not is_unit(code)] == []
    of_analytes = {unit for row in SETS("analytes").rows() for unit in row.values("units")}
    assert of_analytes <= set(named)


def test_codes_of_the_shipped_sets_have_their_form() -> None:
    icd, atc = Icd10.__metadata__[0].pattern, Atc.__metadata__[0].pattern
    assert all(re.fullmatch(icd, row.code) for row in SETS("icd-10").rows())
    used = {code for row in SETS("drugs").rows() for code in row.values("atc")}
    shorter = {code for code in used if not re.fullmatch(atc, code)}
    assert shorter == {"H03CA", "N05BX"}  # groups: the index has no code of their own


def test_a_successor_is_a_code_in_use() -> None:
    icd = SETS("icd-10")
    ended = [row for row in icd.rows() if not row.active]
    assert len(ended) == 5
    assert all(icd.row(code).active for row in ended for code in row.values("successor"))


@pytest.mark.requirement("REC-14")
@settings(max_examples=tried(400), deadline=None)
@given(st.sampled_from(ROWS), st.data())
def test_every_row_is_found_by_its_code_and_by_the_beginning_of_each_word(found: tuple, data: st.DataObject) -> None:
    name, row = found
    code_set = SETS(name)
    assert code_set.row(row.code) == row
    if not row.active:
        assert row not in code_set.search(row.code, len(code_set))
        return
    assert row in code_set.search(row.code, 3)
    words = [word for title in (row.ru, row.en, *row.also) for word in fold(title).split()]
    word = data.draw(st.sampled_from(words))
    prefix = word[: data.draw(st.integers(1, len(word)))]
    assert row in code_set.search(prefix, len(code_set))
    assert row in code_set.search(
        data.draw(st.permutations(words[:3])) and " ".join(reversed(words[:3])), len(code_set)
    )


@settings(max_examples=tried(200), deadline=None)
@given(st.sampled_from(NAMES), st.text(max_size=30))
def test_whatever_is_typed_has_an_answer_in_order(name: str, query: str) -> None:
    code_set = SETS(name)
    found = code_set.search(query, 7)
    assert found == code_set.search(query, 50)[:7]
    assert len({row.code for row in found}) == len(found)
    assert all(row.active for row in found)


# --- how it is found


@pytest.mark.requirement("REC-14")
@pytest.mark.parametrize(
    ("name", "query", "first"),
    [
        ("icd-10", "J45", "J45.0"),
        ("icd-10", "j45.9", "J45.9"),
        ("icd-10", "j459", "J45.9"),
        ("icd-10", "ш10", "I10"),  # i10 in the Russian layout
        ("icd-10", "А09", "A09"),  # Cyrillic А
        ("icd-10", "[jktwbcn", "K80.2"),  # холецист in the English layout
        ("icd-10", "фыерьф", "J45.9"),  # asthma in the Russian layout
        ("icd-10", "диабет 2 сахарный", "E11.2"),
        ("icd-10", "ангионевротический отек", "T78.3"),
        ("icd-10", "ангионевротический отёк", "T78.3"),
        ("drugs", "нурофен", "ibuprofen"),
        ("drugs", "Амоксициллин", "amoxicillin"),
        ("drugs", "clavul", "amoxicillin-and-clavulanic-acid"),
        ("units", "ммоль/л", "mmol/L"),
        ("units", "MMOL/L", "mmol/L"),
        ("analytes", "ттг", "tsh"),
        ("dose-forms", "мазь", "ointment"),
        ("vaccines", "бцж", "bcg"),
    ],
)
def test_what_is_typed_comes_first(name: str, query: str, first: str) -> None:
    assert codes(name, query)[0] == first


def test_the_order_is_code_then_beginnings_of_codes_then_names_then_words() -> None:
    rows = [("z9", "прочее а1"), ("z8", "а1 вообще"), ("z7", "а1"), ("а12", "второе"), ("а1", "первое")]
    assert [row.code for row in made(*rows).search("а1", 9)] == ["а1", "а12", "z7", "z8", "z9"]


def test_a_letter_counts_where_the_code_is_looked_up() -> None:
    both = made(("m", "метр"), ("M", "мега"))
    assert both.row("m").ru == "метр"
    assert both.row("M").ru == "мега"
    assert both.row("mm") is None


def test_other_names_and_columns() -> None:
    assert [row.code for row in SETS("drugs").named("аспирин")] == ["acetylsalicylic-acid"]
    assert [row.code for row in SETS("drugs").having("atc", "B01AC06")] == ["acetylsalicylic-acid"]
    assert SETS("drugs").having("atc", "B01AC") == []
    assert [row.code for row in SETS("units").named("МММ рт. ст.")] == []
    assert [row.code for row in SETS("units").named("мм  рт. ст.")] == ["mm[Hg]"]


def test_neighbours_of_a_wrong_value_begin_as_it_does() -> None:
    assert [row.code for row in SETS("icd-10").near("J45.7", 9)] == ["J45.0", "J45.1", "J45.8", "J45.9"]
    assert [row.code for row in SETS("drugs").near("Амоксицилин", 2)] == [
        "amoxicillin",
        "amoxicillin-and-clavulanic-acid",
    ]
    assert SETS("drugs").near("яя", 2) == []


def test_readings_begin_with_what_was_typed() -> None:
    assert next(readings("  Ёлка-ель ")).split() == ["елка", "ель"]
    assert "i10" in list(readings("ш10"))


def test_use_ends_on_a_day() -> None:
    dengue = SETS("icd-10").row("A90")
    assert dengue.used_on("2020-10-06")
    assert not dengue.used_on("2020-10-07")
    assert not made(("a", "а", "", "", "-")).row("a").used_on("1999-01-01")


# --- files


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the head lacks set, version, source, licence, complete, ru, en"),
        (written(HEAD, ("ru", "code", "en"), []), "the first column is code, and ru and en are there"),
        (written({**HEAD, "complete": "perhaps"}, COLUMNS, [("a", "а", "", "", "")]), "complete is yes or no"),
        (written(HEAD, COLUMNS, []), "there are no rows"),
        (written(HEAD, COLUMNS, [("a", "а", "", "")]), "line 9: 4 cells, not 5"),
        (written(HEAD, COLUMNS, [("a", "", "", "", "")]), "line 9: a code and a name are needed"),
        (written(HEAD, COLUMNS, [("a", "а ", "", "", "")]), "line 9: blanks at the edge of a cell"),
        (written(HEAD, COLUMNS, [("a", "а\x07", "", "", "")]), "line 9: control characters"),
        (
            written(HEAD, COLUMNS, [("a", "а", "", "", ""), ("a", "б", "", "", "")]),
            "line 10: the code a stands in line 9 too",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_line(text: str, said: str) -> None:
    assert said in problems(text)


def test_a_built_set_goes_before_our_own(tmp_path: Path) -> None:
    (tmp_path / "units.tsv").write_text(written({**HEAD, "set": "units"}, COLUMNS, [("g", "г", "", "", "")]), "utf-8")
    sets = FileCodeSets(tmp_path)
    assert len(sets("units")) == 1
    assert sets("units").complete
    assert sets("units") is sets("units")
    assert len(sets("icd-10")) > 400


def test_a_built_set_that_cannot_be_read_is_told_of_and_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "units.tsv").write_bytes(b"# set: units\n\xff")
    with caplog.at_level(logging.ERROR):
        assert len(FileCodeSets(tmp_path)("units")) > 90
    assert "units cannot be read" in caplog.text


def test_a_set_that_does_not_exist() -> None:
    with pytest.raises(NotFoundError):
        SETS("../icd-10")


# --- units


@pytest.mark.requirement("REC-14")
@pytest.mark.parametrize(
    "unit",
    [
        *("mmol/L", "10*9/L", "mm[Hg]", "{INR}", "/min", "%", "Cel", "kg/m2", "m[IU]/L", "U/L", "fL", "g/(24.h)", "1"),
        *("mL/min/{1.73_m2}", "/[HPF]", "10^6/uL", "mg/dl", "cm[H2O]", "ng{creat}/mL", "s-1", "[arb'U]/mL", "10*3.U"),
    ],
)
def test_a_unit_of_ucum(unit: str) -> None:
    assert is_unit(unit)


@pytest.mark.parametrize(
    "unit",
    ["", "ммоль/л", "mmol/", "/", "(mmol", "mmol)", "mkg", "foo", "g L", "0", "mmol//L", "((((((g))))))", "g" * 81],
)
def test_no_unit_of_ucum(unit: str) -> None:
    assert not is_unit(unit)


@settings(max_examples=tried(300), deadline=None)
@given(st.text(alphabet="mgLkU/.()[]{}*^%10'-+IUlé ", max_size=20))
def test_no_text_breaks_the_reader_of_units(text: str) -> None:
    if is_unit(text):
        assert is_unit(f"{text}/L")
        assert is_unit(f"({text})") or text.startswith("(") or "((" in text
