"""The one form of an identifier that may enter an encryption context."""

from __future__ import annotations

import re

from chalicelib.errors import MalformedError

_FORM = re.compile(r"[A-Za-z0-9_-]{1,64}")


def checked(identifier: object) -> str:
    """The identifier itself. Raises MalformedError unless it is 1-64 of ``[A-Za-z0-9_-]``.

    Contexts stand in clear in message headers and in KMS's own log, so only opaque ids may get there; and a fixed
    alphabet leaves no separator with which one id could reach into the next.
    """
    if not isinstance(identifier, str) or not _FORM.fullmatch(identifier):
        raise MalformedError("an identifier has a wrong form")
    return identifier
