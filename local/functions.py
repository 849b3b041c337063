"""Calls the functions of the app as Lambda does: by name, with a plain JSON event."""

from __future__ import annotations

import json
from typing import Any

from chalice.app import Chalice
from chalice.local import LambdaContext

TIMEOUT = 60_000  # milliseconds, told to the function; nothing is cut off here
MEMORY = 512


class UnknownFunctionError(LookupError):
    """There is no function of this name."""


class Functions:
    """Every event handler and plain function that the app registers."""

    def __init__(self, app: Chalice) -> None:
        self._handlers: dict[str, Any] = dict(app.handler_map)
        self.plain = sorted(f.name for f in app.pure_lambda_functions)

    def invoke(self, name: str, event: Any) -> Any:
        """Result of the function; what it raises passes. Raises UnknownFunctionError.

        Event and result go through JSON, so that nothing works here that Lambda would refuse.
        """
        if name not in self._handlers:
            raise UnknownFunctionError(name)
        context = LambdaContext(function_name=name, memory_size=MEMORY, max_runtime_ms=TIMEOUT)
        return json.loads(json.dumps(self._handlers[name](json.loads(json.dumps(event)), context)))
