"""``/_local/…``: the developer's view of the running system. Loopback only, same origin only, never deployed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from chalicelib.errors import AccessDeniedError, MalformedError, MedkartaError, MethodNotAllowedError, NotFoundError
from local import clinic_month, counted_month, metrics, outbox
from local.functions import UnknownFunctionError
from local.pump import Pump
from local.wsgi import MAX_BODY, Environ, problem, raw_path

log = logging.getLogger("local.tools")

Answer = tuple[int, list[tuple[str, str]], bytes]

HOSTS = ("localhost", "127.0.0.1")


class Tools:
    """``health`` adds what only the runner knows."""

    def __init__(
        self,
        pump: Pump,
        box: outbox.Outbox,
        health: Callable[[], dict[str, Any]],
        forget_limits: Callable[[], int] = lambda: 0,
        measures: metrics.Metrics | None = None,
    ) -> None:
        self.pump = pump
        self.box = box
        self.health = health
        self.forget_limits = forget_limits
        self.measures = measures or metrics.Metrics()

    def answer(self, environ: Environ) -> Answer:
        """Status, headers and body of a request below ``/_local/``."""
        try:
            _require_own(environ)
            path = raw_path(environ).partition("?")[0].removeprefix("/_local/")
            if environ["REQUEST_METHOD"] == "GET":
                return self._get(path)
            if environ["REQUEST_METHOD"] == "POST":
                return self._post(path, environ)
            raise MethodNotAllowedError
        except MedkartaError as error:
            return problem(error)

    def _get(self, path: str) -> Answer:
        if path == "outbox":
            return 200, [("Content-Type", "text/html; charset=utf-8")], outbox.as_page(self.box.messages())
        if path == "outbox.json":
            return 200, [("Content-Type", "application/json")], outbox.as_json(self.box.messages())
        if path == "metrics":
            return 200, [("Content-Type", "text/html; charset=utf-8")], metrics.as_page(self.measures)
        if path == "style.css":
            return 200, [("Content-Type", "text/css; charset=utf-8")], outbox.STYLE.read_bytes()
        if path == "health":
            return _json({"status": "ok", **self.health(), **self.pump.health()})
        raise NotFoundError

    def _post(self, path: str, environ: Environ) -> Answer:
        kind, _, name = path.partition("/")
        try:
            if path == "limits":
                return _json({"forgotten": self.forget_limits()})
            if path == "clinic-month":
                return _json(clinic_month.of_the_running_system(_event(environ)))
            if path == "counted-month":
                return _json(counted_month.of_the_running_system(_event(environ)))
            if kind == "schedule":
                return _json({"result": self.pump.fire(name)})
            if kind == "function" and name in self.pump.functions.plain:
                return _json({"result": self.pump.functions.invoke(name, _event(environ))})
        except UnknownFunctionError:
            raise NotFoundError from None
        except MedkartaError:
            raise
        except Exception:
            log.exception("%s failed", name)
            raise MedkartaError(f"{name} failed; see the window of make run") from None
        raise NotFoundError


def _require_own(environ: Environ) -> None:
    """From this machine, under its own name (DNS rebinding), and not on behalf of another site's page."""
    host = str(environ.get("HTTP_HOST", ""))
    name = host.rpartition(":")[0] or host
    origin = environ.get("HTTP_ORIGIN")
    if (
        environ.get("REMOTE_ADDR") != "127.0.0.1"
        or name not in HOSTS
        or environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("none", "same-origin")
        or (origin is not None and origin != f"http://{host}")
    ):
        raise AccessDeniedError("from this machine and this site only")


def _event(environ: Environ) -> Any:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > MAX_BODY:
        raise MalformedError("the event is too large")
    try:
        return json.loads(environ["wsgi.input"].read(length) or b"{}")
    except ValueError:
        raise MalformedError("the event is not JSON") from None


def _json(value: Any) -> Answer:
    return 200, [("Content-Type", "application/json")], json.dumps(value, ensure_ascii=False, default=str).encode()
