"""The quick way to canonical JSON writes what RFC 8785 asks for, of all that the log gives it."""

from __future__ import annotations

import string

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.audit.entry import canonical, canonical_plain
from chalicelib.errors import MedkartaError
from verifier.canonical import canonical as verifiers

pytestmark = pytest.mark.requirement("AUD-2")

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(string.ascii_letters + string.digits + string.punctuation)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
FLAT = st.dictionaries(NAMES, TEXTS | NUMBERS)
PLAIN = st.dictionaries(NAMES, TEXTS | NUMBERS | FLAT)


@given(PLAIN)
def test_it_writes_the_bytes_of_the_library_and_of_the_verifier(value: dict) -> None:
    assert canonical_plain(value) == canonical(value) == rfc8785.dumps(value) == verifiers(value)


@pytest.mark.parametrize(
    "text", ["".join(map(chr, range(160))), "Ёлка \u2028 \u2029 \ufeff \U0001f600 </script>", "\ue000\U00010000"]
)
def test_control_characters_quotes_and_what_lies_beyond_the_basic_plane(text: str) -> None:
    assert canonical_plain({"b": text, "a": {"z": text, "Z": 0}}) == canonical({"a": {"Z": 0, "z": text}, "b": text})


def test_a_lone_surrogate_has_no_canonical_form() -> None:
    for write in (canonical, canonical_plain):
        with pytest.raises(MedkartaError):
            write({"id": "\ud800"})
