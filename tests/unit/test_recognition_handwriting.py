"""The service outside that reads handwriting, against a stand-in on this computer: what leaves, what is believed."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from PIL import Image

from chalicelib.domain.recognition.service import offer_of, service_of
from chalicelib.errors import KeyUnavailableError, UnavailableError
from chalicelib.interop.handwriting import HandwritingEngine
from chalicelib.interop.service_keys import SecretKey

pytestmark = pytest.mark.requirement("UX-3")

PAGE = Image.new("L", (400, 300), 255)


def word(text: str, left: int, top: int, right: int, bottom: int) -> dict[str, Any]:
    """As the service writes it: numbers as text, and no corner that is 0."""
    corners = [(left, top), (left, bottom), (right, bottom), (right, top)]
    vertices = [{name: str(at) for name, at in zip("xy", corner, strict=True) if at} for corner in corners]
    return {"text": text, "boundingBox": {"vertices": vertices}, "entityIndex": "-1"}


def answer(*words: dict[str, Any]) -> dict[str, Any]:
    lines = [{"words": list(words)}]
    return {"result": {"textAnnotation": {"width": "400", "height": "300", "blocks": [{"lines": lines}]}, "page": "0"}}


class Service:
    """A stand-in: keeps what it was sent, and answers what it was told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.status, self.body = 200, json.dumps(answer(word("Жалобы", 0, 10, 90, 30))).encode()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append(({k.lower(): v for k, v in self.headers.items()}, sent))
                self.send_response(service.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(service.body)))
                self.end_headers()
                self.wfile.write(service.body)

            def log_message(self, *_: Any) -> None:
                """Nothing of a page is logged."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def setting(self) -> str:
        address = f"http://127.0.0.1:{self.server.server_port}/ocr/v1/recognizeText"
        return json.dumps([{"url": address, "title": {"ru": "Служба", "en": "Service"}, "folder": "b1g", "key": "key"}])

    def engine(self) -> HandwritingEngine:
        service = service_of(self.setting)
        assert service is not None
        return HandwritingEngine(service, lambda: "secret")


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_page_leaves_as_a_picture_and_comes_back_as_words(service: Service) -> None:
    (found,) = service.engine().words(PAGE, 300)
    assert (found.text, found.confidence) == ("Жалобы", None)
    assert (found.box.left, found.box.top, found.box.width, found.box.height) == (0, 10, 90, 20)
    headers, sent = service.asked[0]
    assert (headers["authorization"], headers["x-folder-id"]) == ("Api-Key secret", "b1g")
    assert (sent["model"], sent["languageCodes"], sent["mimeType"]) == ("handwritten", ["ru", "en"], "PNG")
    assert b64decode(sent["content"]).startswith(b"\x89PNG")
    assert set(sent) == {"model", "languageCodes", "mimeType", "content"}  # a picture, and nothing of whose it is


@pytest.mark.parametrize(
    "body",
    [
        b"no JSON",
        b"[]",
        b'{"result": {}}',
        json.dumps(answer(word("вне", 10, 10, 500, 20))).encode(),
        json.dumps(answer({"text": "без места"})).encode(),
        json.dumps(answer({**word("x", 1, 1, 5, 5), "text": 7})).encode(),
    ],
)
def test_an_answer_that_keeps_to_no_contract_is_not_believed(service: Service, body: bytes) -> None:
    service.body = body
    with pytest.raises(UnavailableError):
        service.engine().words(PAGE, 300)


def test_a_refusal_and_silence_are_tried_again_later(service: Service) -> None:
    service.status = 429
    with pytest.raises(UnavailableError):
        service.engine().words(PAGE, 300)
    engine = service.engine()
    service.server.shutdown()
    service.server.server_close()
    with pytest.raises(UnavailableError):
        engine.words(PAGE, 300)


def test_without_its_setting_it_is_off_and_a_wrong_setting_says_why(service: Service) -> None:
    assert service_of("[]") is None
    assert offer_of("", service.setting).handwriting is False  # pages are prepared by who reads print
    assert offer_of("tesseract", "[]").handwriting is False
    assert offer_of("tesseract", service.setting).handwriting is True
    with pytest.raises(ValueError, match="url"):
        service_of('[{"url": "ftp://x", "title": {"ru": "", "en": ""}}]')
    with pytest.raises(ValueError, match="one service"):
        service_of(json.dumps(json.loads(service.setting) * 2))


class Secrets:
    def __init__(self, said: dict[str, str]) -> None:
        self.asked: list[str] = []
        self._said = said

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 - as boto3 has it
        self.asked.append(SecretId)
        return self._said


def test_its_key_is_read_once_and_only_where_one_is_wanted() -> None:
    secrets = Secrets({"SecretString": "secret"})
    key = SecretKey(lambda: secrets, "yandex")
    assert (key.opened(), key.opened()) == ("secret", "secret")
    assert secrets.asked == ["medkarta/recognition/yandex"]
    assert SecretKey(lambda: secrets, "").opened() == ""
    with pytest.raises(KeyUnavailableError):
        SecretKey(lambda: Secrets({}), "yandex").opened()
