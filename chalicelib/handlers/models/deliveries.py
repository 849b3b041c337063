"""Requests: what goes outside: by which channel, when, and what became of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.handlers.models.base import Id, Request


class ReadUpTo(Request):
    newest: Annotated[Id, Field(description="The newest notice that was shown: what came after it stays unread")]
