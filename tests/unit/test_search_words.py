"""Words of a text: cases that meet, codes that stay whole, what is left out and what is kept when there is too much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.search import terms as rules
from chalicelib.domain.search.terms import Place, Shape, joined, parted, spelled, terms, token
from chalicelib.domain.search.words import LONGEST, STOP, forms, split
from chalicelib.services.search.stems import stem

MASCULINE = ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
FEMININE = ("а", "ы", "е", "у", "ой", "", "ам", "ами", "ах")
IN_IYA = ("ия", "ии", "ию", "ией", "ий", "иям", "иями", "иях")
ADJECTIVE = ("ый", "ого", "ому", "ым", "ом", "ая", "ой", "ую", "ое", "ые", "ых", "ыми")
PARADIGMS = {
    MASCULINE: (
        "отит бронхит гастрит артрит гепатит панкреатит ринит нефрит цистит дерматит менингит аппендицит диабет невроз "
        "цирроз остеопороз анализ инфаркт инсульт отек перелом синдром симптом приступ гормон антибиотик вирус "
        "рентген тромбоцит эритроцит лейкоцит дефицит паразит диагноз осмотр терапевт кардиолог хирург стент "
        "амоксициллин ибупрофен парацетамол инсулин метформин эналаприл гемоглобин креатинин холестерин"
    ),
    FEMININE: "меланом глауком гематом экзем астм ангин травм язв грыж температур вакцин диет",
    IN_IYA: "пневмон аллерг терап операц инфекц гипертон анем аритм томограф",
    ADJECTIVE: "остр сахарн бронхиальн почечн печеночн сердечн артериальн",
}
BASES = [(base, endings) for endings, bases in PARADIGMS.items() for base in bases.split()]


def asked(word: str) -> str:
    return forms(split(word)[0], stem)[0]


@pytest.mark.requirement("REC-11")
@pytest.mark.parametrize(("base", "endings"), BASES, ids=[base for base, _ in BASES])
def test_all_cases_of_a_medical_word_meet(base: str, endings: tuple[str, ...]) -> None:
    assert len({asked(base + ending) for ending in endings}) == 1


@pytest.mark.parametrize(
    "cases",
    ["желудок желудка желудком", "почка почки почек почками", "кашель кашля кашлем", "рубец рубца", "палец пальцев"],
)
def test_vowels_that_come_and_go_keep_no_cases_apart(cases: str) -> None:
    assert len({asked(word) for word in cases.split()}) == 1


def test_different_words_of_medicine_stay_apart() -> None:
    assert len({asked(base + endings[0]) for base, endings in BASES}) == len(BASES)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ёлка, ЕЛКА", ["елка", "елка"]),
        ("J45.0; I10", ["j45.0", "i10"]),
        ("5,1 ммоль/л", ["5.1", "ммоль", "л"]),
        ("Но\u2011шпа 40 мг", ["но-шпа", "40", "мг"]),
        ("<b>кровь</b>&amp;", ["b", "кровь", "b", "amp"]),
        ("бронхит.Острый", ["бронхит", "острый"]),
        ("COVID-19", ["covid-19"]),
        ("И\u0306од", ["йод"]),
        ("лей\u00adкоз", ["лейкоз"]),
        ("бронхи\u0301т", ["бронхит"]),
        ("\ufeffброн\u200dхит\u202c", ["бронхит"]),
        ("—…!", []),
    ],
)
def test_texts_are_split_into_comparable_words(text: str, words: list[str]) -> None:
    assert split(text) == words


@pytest.mark.parametrize(
    ("word", "found_by"),
    [
        ("j45.0", ["j45.0", "j45"]),
        ("к29", ["k29"]),  # typed with a Cyrillic letter
        ("i10", ["i10"]),
        ("j01ca04", ["j01ca04"]),
        ("5.1", ["5.1"]),
        ("но-шпа", ["но-шп", "шп"]),
        ("но-шпы", ["но-шп", "шп"]),
        ("ibuprofen", ["ibuprofen"]),
        ("allergies", ["allergi"]),
        ("covid-19", ["covid-19", "covid"]),
    ],
)
def test_codes_and_numbers_stay_whole_and_compounds_are_found_by_their_parts(word: str, found_by: list[str]) -> None:
    assert forms(word, stem) == found_by


@given(st.text(max_size=200))
def test_any_text_has_words_and_each_asks_for_something_it_is_found_by(text: str) -> None:
    for word in split(text):
        found = forms(word, stem)
        assert found
        assert all(found)
        assert "\0" not in word


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=20))
def test_stemming_comes_to_an_end(word: str) -> None:
    [found] = forms(word, stem)
    assert 0 < len(found) <= len(word)


SHAPE = Shape("visit", ("reason", "diagnoses"), ("secret",))


def test_a_record_is_found_by_place() -> None:
    body = {
        "reason": "Кашель и жар",
        "recommendations": "Ибупрофен 200 мг; не курить",
        "diagnoses": [{"code": "J45.0", "text": "Астма", "none": None}],
        "secret": "тайна",
        "amount": "12.50",
    }
    found = terms(SHAPE, body, ["Орлов В. И."], stem)
    by = {place: {word for where, word in found if where is place} for place in Place}
    assert by[Place.SUMMARY] == {"кашл", "жар", "j45.0", "j45", "астм"}
    assert by[Place.TEXT] == by[Place.SUMMARY] | {asked("ибупрофен"), "200", "мг", asked("курить")}
    assert by[Place.DOCTOR] == {"орлов"}
    assert (by[Place.KIND], by[Place.ALL]) == ({"visit"}, {""})
    assert not any("тайн" in word or "12" in word for _, word in found)


def test_of_too_many_words_codes_stay_and_numbers_go_first() -> None:
    text = " ".join([*(f"слово{chr(1072 + n // 32)}{chr(1072 + n % 32)}щ" for n in range(900)), "77", "I10"])
    found = {word for place, word in terms(SHAPE, {"note": text}, [], stem) if place is Place.TEXT}
    assert len(found) == rules.MOST_TEXT
    assert "i10" in found
    assert "77" not in found


def test_a_word_that_is_none_is_left_out() -> None:
    found = terms(SHAPE, {"note": "щ" * (LONGEST + 1) + " " + " ".join(sorted(STOP))}, [], stem)
    assert {word for place, word in found if place is Place.TEXT} == set()


@given(st.sets(st.binary(min_size=9, max_size=9), max_size=20))
def test_tokens_that_a_row_keeps_come_back(tokens: set[bytes]) -> None:
    assert parted(joined(tokens)) == tokens


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20), st.sampled_from(list(Place)))
def test_a_token_depends_on_key_place_and_word_and_fits_into_a_key(key: bytes, word: str, place: Place) -> None:
    made = token(key, (place, word))
    assert len(spelled(made)) == 12
    assert "#" not in spelled(made)
    others = {token(bytes(32) if key != bytes(32) else b"1" * 32, (place, word)), token(key, (place, word + "а"))}
    others |= {token(key, (other, word)) for other in Place if other is not place}
    assert made not in others
