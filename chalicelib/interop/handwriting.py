"""Client of a service outside that reads handwriting: Yandex Vision OCR, TextRecognition.Recognize (REST, v1).

    POST <url>   {"mimeType": "PNG", "languageCodes": ["ru", "en"], "model": "handwritten", "content": <base64>}
                 Authorization: Api-Key <key>, x-folder-id: <folder>
        200 {"result": {"textAnnotation": {"width", "height", "blocks": [{"lines": [{"words": [{"text",
            "boundingBox": {"vertices": [{"x", "y"}, ...]}}]}]}]}, "page"}}; numbers come as text, and the server-side
            stream wraps the message in ``result``

It says no confidence of a word, so none is shown. An answer that breaks the contract is not believed in any part of it.
A page leaves as plaintext: who lets it is services/recognition/settings.py, and the journal says so before it goes.
"""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain.recognition.pages import Box, Word
from chalicelib.domain.recognition.service import Service
from chalicelib.errors import UnavailableError
from chalicelib.interop.web import NoAnswer, Web

if TYPE_CHECKING:
    from PIL import Image

OK = 200
LANGUAGES = ("ru", "en")
SECONDS, LARGEST = 30.0, 8 * 1024 * 1024
MOST_WORDS, MOST_TEXT = 5000, 200


class HandwritingEngine:
    """Implements ``ports.recognition.Engine``. ``key``: the API key, opened when it is needed."""

    name = "handwriting"

    def __init__(self, service: Service, key: Callable[[], str], web: Web | None = None) -> None:
        self._service = service
        self._key = key
        self._web = web or Web(SECONDS, LARGEST)

    def words(self, image: Image.Image, dpi: float) -> Sequence[Word]:  # noqa: ARG002 - the port's
        """See ``ports/recognition.py``."""
        held = io.BytesIO()
        image.save(held, "PNG", optimize=True)
        document = {
            "mimeType": "PNG",
            "languageCodes": list(LANGUAGES),
            "model": self._service.model,
            "content": b64encode(held.getvalue()).decode(),
        }
        key = self._key()
        headers = {"Authorization": f"Api-Key {key}"} if key else {}
        if self._service.folder:
            headers["x-folder-id"] = self._service.folder
        try:
            reply = self._web.post_json(self._service.url, document, headers)
        except NoAnswer:
            raise UnavailableError("the service does not answer") from None
        if reply.status != OK:
            raise UnavailableError("the service refuses")
        try:
            return _words(json.loads(reply.body), image.size)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UnavailableError("the service answers in a way that cannot be used") from None

    def turned(self, image: Image.Image, dpi: float) -> int:  # noqa: ARG002 - the port's
        """Pages come to it upright already."""
        return 0


def _words(answer: dict[str, Any], size: tuple[int, int]) -> list[Word]:
    """Raises ValueError, KeyError, TypeError, AttributeError for what keeps to no contract."""
    annotation = answer.get("result", answer)["textAnnotation"]
    found = [
        _word(word, size)
        for block in annotation.get("blocks", [])
        for line in block.get("lines", [])
        for word in line.get("words", [])
    ]
    if len(found) > MOST_WORDS:
        raise ValueError("too many words")
    return found


def _word(word: dict[str, Any], size: tuple[int, int]) -> Word:
    """Corners that are 0 are left out, as proto3 does."""
    corners = [(int(one.get("x", 0)), int(one.get("y", 0))) for one in word["boundingBox"]["vertices"]]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    text = word["text"].strip()
    inside = corners and min(across) >= 0 and min(down) >= 0 and max(across) <= size[0] and max(down) <= size[1]
    if not inside or not text or len(text) > MOST_TEXT:
        raise ValueError("a word without a place on the page")
    return Word(text, Box(min(across), min(down), max(across) - min(across), max(down) - min(down)))
