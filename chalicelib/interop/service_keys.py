"""Keys of services outside: a setting names the secret, AWS Secrets Manager holds it (docs/recognition.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.errors import KeyUnavailableError

PREFIX = "medkarta/recognition/"
"""Of names of secrets: the function may read no others (.chalice/policy-recognise.json)."""


class SecretKey:
    """``secrets``: a client, made when it is needed; ``name``: below ``PREFIX``, "" where no key is wanted."""

    def __init__(self, secrets: Callable[[], Any], name: str) -> None:
        self._secrets = secrets
        self._name = name
        self._known = ""

    def opened(self) -> str:
        """The key, kept in memory. Raises KeyUnavailableError."""
        if not self._name or self._known:
            return self._known
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._known = str(self._secrets().get_secret_value(SecretId=PREFIX + self._name)["SecretString"])
        except (BotoCoreError, ClientError, KeyError):
            raise KeyUnavailableError from None
        return self._known
