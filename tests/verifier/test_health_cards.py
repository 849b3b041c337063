"""The verifier of SMART Health Cards refuses each flaw by its name, whatever the signature says (REC-6)."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.health_cards import ISSUER, NOW, Issuer, deflated, minified, third_party
from verifier.health_cards import CardFlaw, Trust, cards
from verifier.health_cards.__main__ import main

pytestmark = pytest.mark.requirement("REC-6")

MADE = Issuer()
DATA = Path(__file__).parent / "data" / "health_cards"
TRUST = Trust(ISSUER, MADE.keys())


def flaw(data: bytes, trust: Trust = TRUST, now: float = NOW) -> str:
    with pytest.raises(CardFlaw) as found:
        cards(data, trust, now)
    return found.value.code


def digits(jws: str) -> str:
    return "shc:/" + "".join(f"{ord(c) - 45:02}" for c in jws)


def bundle_with(change: Callable[[dict[str, Any]], Any]) -> str:
    payload = MADE.payload()
    change(payload["vc"]["credentialSubject"]["fhirBundle"])
    return MADE.card(payload)


def test_a_card_is_read_in_every_form() -> None:
    jws = MADE.card()
    file = json.dumps({"verifiableCredential": [jws, jws]})
    for text, number in ((jws, 1), (digits(jws), 1), (file, 2)):
        found = cards(text.encode(), TRUST, NOW)
        assert len(found) == number
        assert found[0].bundle["entry"][0]["resource"]["birthDate"] == "2026-02-20"


@pytest.mark.parametrize("form", ["jws", "qr", "file"])
def test_another_verifier_agrees(form: str) -> None:
    jws = MADE.card()
    given_ = {"jws": jws, "qr": digits(jws), "file": json.dumps({"verifiableCredential": [jws]})}[form]
    assert third_party(ISSUER, MADE.keys(), **{form: given_})["bundle"]["resourceType"] == "Bundle"


BOM = "\ufeff"
NOISE = "".join(sha256(str(n).encode()).hexdigest() for n in range(60))
FLAWS: dict[str, tuple[str, str]] = {
    "too long for a code": (
        "length",
        digits(MADE.card(MADE.payload(more=NOISE))),
    ),
    "more than one code": ("chunks", digits(MADE.card()).replace("shc:/", "shc:/1/2/")),
    "a number above 79": ("digits", "shc:/5690"),
    "an odd digit": ("digits", (digits(MADE.card()) + "5")),
    "letters in the digits": ("digits", "shc:/56ab"),
    "a header of another code": ("form", "shc:5676"),
    "no zip": ("zip", MADE.card(zip=None)),
    "no alg": ("alg", MADE.card(alg=None)),
    "no kid": ("kid", MADE.card(kid=None)),
    "another kid": ("key", MADE.card(kid="x" * 43)),
    "alg none": ("alg", MADE.card(alg="none")),
    "not deflated": ("deflate", MADE.sign(minified(MADE.payload()))),
    "deflated by zlib": ("deflate", MADE.sign(deflated(minified(MADE.payload()), 15))),
    "more after the deflated": ("deflate", MADE.sign(deflated(minified(MADE.payload())) + b"x")),
    "blanks after the payload": ("trailing", MADE.sign(deflated(minified(MADE.payload()) + b" \n"))),
    "blanks after the card": ("form", (MADE.card() + " \n")),
    "blanks before the card": ("form", (" " + MADE.card())),
    "a mark before the file": ("bom", (BOM + MADE.card())),
    "a mark before the payload": ("bom", MADE.sign(deflated(BOM.encode() + minified({})))),
    "DER signature": ("signature-form", MADE.sign(deflated(minified(MADE.payload())), der=True)),
    "another text": ("signature", MADE.card()[:-4] + "AAAA"),
    "no issuer": ("issuer", MADE.card(MADE.payload(iss=None))),
    "http": ("issuer", MADE.card(MADE.payload(iss=ISSUER.replace("https", "http")))),
    "a slash at the end": ("issuer", MADE.card(MADE.payload(iss=ISSUER + "/"))),
    "no address": ("issuer", MADE.card(MADE.payload(iss="card.example"))),
    "an issuer who does not own the key": (
        "issuer",
        MADE.card(MADE.payload(iss="https://evil.example")),
    ),
    "no nbf": ("nbf", MADE.card({k: v for k, v in MADE.payload().items() if k != "nbf"})),
    "nbf in milliseconds": ("nbf", MADE.card(MADE.payload(nbf=(NOW - 60) * 1000))),
    "not valid yet": ("nbf", MADE.card(MADE.payload(nbf=NOW + 60))),
    "nbf a text": ("nbf", MADE.card(MADE.payload(nbf="now"))),
    "expired": ("exp", MADE.card(MADE.payload(exp=NOW))),
    "an end that no time is past": ("payload", MADE.card(MADE.payload(exp=float("nan")))),
    "exp in milliseconds": ("exp", MADE.card(MADE.payload(exp=(NOW + 60) * 1000))),
    "no type": ("type", MADE.card(MADE.payload(vc={}))),
    "a resource's id": (
        "fhir-metadata",
        bundle_with(lambda b: b["entry"][0]["resource"].update(id="1")),
    ),
    "a narrative": (
        "fhir-metadata",
        bundle_with(lambda b: b["entry"][1]["resource"].update(text={"status": "x"})),
    ),
    "metadata": (
        "fhir-metadata",
        bundle_with(lambda b: b["entry"][1]["resource"].update(meta={"versionId": "1"})),
    ),
    "words of a concept": (
        "fhir-metadata",
        bundle_with(lambda b: b["entry"][1]["resource"]["vaccineCode"].update(text="x")),
    ),
    "words of a code": (
        "fhir-metadata",
        bundle_with(lambda b: b["entry"][1]["resource"]["vaccineCode"]["coding"][0].update(display="x")),
    ),
    "long references": (
        "fhir-references",
        bundle_with(lambda b: b["entry"][1]["resource"]["patient"].update(reference="Patient/1")),
    ),
    "other addresses": (
        "fhir-references",
        bundle_with(lambda b: b["entry"][0].update(fullUrl="urn:1")),
    ),
    "not carried out": (
        "fhir",
        bundle_with(lambda b: b["entry"][1]["resource"].update(status="not-done")),
    ),
    "no kind of bundle": ("fhir", bundle_with(lambda b: b.pop("type"))),
    "nobody's": (
        "fhir",
        bundle_with(lambda b: b["entry"][0]["resource"].update(resourceType="Group")),
    ),
    "a long rid": (
        "rid",
        MADE.card(MADE.payload(vc={**MADE.payload()["vc"], "rid": "r" * 25})),
    ),
    "no list in the file": ("file", '{"verifiableCredential": "x"}'),
    "no card": ("form", "карта"),
}


@pytest.mark.parametrize("name", FLAWS)
def test_each_flaw_is_named(name: str) -> None:
    code, text = FLAWS[name]
    assert flaw(text.encode()) == code


@pytest.mark.parametrize(
    ("issuer", "good"), [("http://localhost:8000/x", True), ("http://card.example/x", False), (ISSUER, True)]
)
def test_a_system_on_this_computer_may_be_tried_out_by_http(issuer: str, good: bool) -> None:  # noqa: FBT001
    card, trust = MADE.card(MADE.payload(iss=issuer)).encode(), Trust(issuer, MADE.keys(), local=True)
    if good:
        assert cards(card, trust, NOW)
    else:
        assert flaw(card, trust) == "issuer"
    if issuer != ISSUER:
        assert flaw(card, Trust(issuer, MADE.keys())) == "issuer"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"kty": "RSA"}, "key"), ({"crv": "P-384"}, "key"), ({"use": "enc"}, "key"), ({"alg": "ES384"}, "key")],
)
def test_keys_that_are_none(changes: dict[str, str], code: str) -> None:
    assert flaw(MADE.card().encode(), Trust(ISSUER, MADE.keys(**changes))) == code


def test_a_key_under_a_name_that_is_not_its_thumbprint() -> None:
    keys = MADE.keys(kid="a" * 43)
    assert flaw(MADE.card(kid="a" * 43).encode(), Trust(ISSUER, keys)) == "kid"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rids": ["rid-1"]}, "revoked"),
        ({"rids": [f"rid-1.{NOW}"]}, "revoked"),
        ({"rids": [f"rid-1.{NOW - 60}"]}, ""),
        ({"rids": ["rid-2"]}, ""),
        ({"rids": ["rid-2", "rid-2"]}, "revocations"),
        ({"rids": ["r" * 25]}, "revocations"),
        ({"rids": ["r!d"]}, "revocations"),
        ({"rids": ["rid-1.9999999999999"]}, "revocations"),
        ({"method": "hash"}, "revocations"),
        ({"ctr": 6}, "revocations"),
        ({"kid": "x"}, "revocations"),
        (None, "revocations"),
    ],
    ids=str,
)
def test_revocations(changes: dict[str, Any] | None, code: str) -> None:
    listed = {"kid": MADE.kid, "method": "rid", "ctr": 7, "rids": [], **(changes or {})}
    trust = Trust(ISSUER, MADE.keys(crlVersion=7), {} if changes is None else {MADE.kid: listed})
    if code:
        assert flaw(MADE.card().encode(), trust) == code
    else:
        assert cards(MADE.card().encode(), trust, NOW)


@pytest.mark.parametrize(
    ("file", "issuer", "code"),
    [
        ("der-signature.txt", "https://smarthealth.cards/examples/issuer", "signature-form"),
        ("no-zip.txt", "https://smarthealth.cards/examples/issuer", "zip"),
        ("bad-fhir-metadata.txt", "https://spec.smarthealth.cards/examples/issuer", "fhir-metadata"),
        ("trailing-chars.txt", "https://smarthealth.cards/examples/issuer", "form"),
        ("example-00.txt", "https://spec.smarthealth.cards/examples/issuer", "fhir"),
    ],
)
def test_cards_of_the_framework_s_own_tools(file: str, issuer: str, code: str) -> None:
    """Past the code that is expected nothing else was wrong with them: their signatures hold where it is read."""
    keys = json.loads((DATA / "jwks.json").read_text())
    assert flaw((DATA / file).read_bytes(), Trust(issuer, keys)) == code


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: ("shc:/" + t).encode()))
def test_nothing_surprises_it(data: bytes) -> None:
    with pytest.raises(CardFlaw):
        cards(data, TRUST, NOW)


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_no_changed_byte_goes_unnoticed(place: int, bit: int) -> None:
    jws = bytearray(MADE.card().encode())
    jws[place % len(jws)] ^= 1 << bit
    with pytest.raises(CardFlaw):
        cards(bytes(jws), TRUST, NOW)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "card": MADE.card(),
        "keys": json.dumps(MADE.keys()),
        "bad": MADE.card(zip=None),
        "broken": "{",
        "list": "[]",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    tail = ["--issuer", ISSUER, "--keys", str(tmp_path / "keys")]
    assert main([str(tmp_path / "card"), *tail]) == 0
    assert '"Immunization"' in capsys.readouterr().out
    numeric = "shc:/" + "".join(f"{ord(character) - 45:02}" for character in MADE.card())
    (tmp_path / "scanned").write_text(numeric + "\n")
    for card in (numeric, str(tmp_path / "scanned")):
        assert main([card, *tail]) == 0
        assert '"Immunization"' in capsys.readouterr().out
    assert main([str(tmp_path / "bad"), *tail]) == 2
    assert capsys.readouterr().out.startswith("zip: ")
    assert main([str(tmp_path / "none"), *tail]) == 3
    assert main([str(tmp_path / "card"), "--issuer", ISSUER, "--keys", str(tmp_path / "list")]) == 3
    assert main([str(tmp_path / "card"), *tail, "--revocations", str(tmp_path / "broken")]) == 3
