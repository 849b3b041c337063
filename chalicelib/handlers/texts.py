"""Texts that people agree to, as they are shown and hashed."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.consent_texts import TEXTS, current
from chalicelib.errors import NotFoundError
from chalicelib.handlers.endpoints import EVERYONE, Answer, Call, Door
from chalicelib.handlers.http import Api

api = Api(__name__)


@api.endpoint(
    "GET",
    "/api/v1/texts/{text_name}",
    operation="text-read",
    summary="The text of a consent in both languages, with its version and hashes",
    door=Door.PUBLIC,
    roles=EVERYONE,
    errors=(NotFoundError,),
)
def read(_call: Call, text_name: str) -> Any:
    if text_name not in TEXTS:
        raise NotFoundError
    text = current(text_name)
    shown = [
        {"language": language, "text": text.said.to(language), "sha256": digest}
        for language, digest in text.hashes.items()
    ]
    return Answer(
        {"name": text_name, "version": text.version, "texts": shown}, headers={"Cache-Control": "public, max-age=300"}
    )
