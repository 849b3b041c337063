"""Run as a script in a fresh interpreter; prints one JSON line. Argument: ``base``, or the event of one API call.

``base`` is what any function with a table pays: boto3 and one client. Else it does what Lambda does with the first
request: import the application, hand it the event. CPU is this process's own since it was started, interpreter
included, in milliseconds.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def _cpu() -> float:
    return time.process_time() * 1000


def _base() -> dict[str, Any]:
    started = _cpu()
    import boto3

    imported = _cpu()
    boto3.client("dynamodb")
    return {"start": started, "imports": imported - started, "clients": _cpu() - imported}


def _first_read(event: dict[str, Any]) -> dict[str, Any]:
    started = _cpu()
    from app import app

    imported = _cpu()
    from chalicelib.bootstrap import aws

    aws("dynamodb")
    aws("kms")
    clients = _cpu()
    answer: Any = app(event, None)
    return {
        "start": started,
        "imports": imported - started,
        "clients": clients - imported,
        "read": _cpu() - clients,
        "status": answer["statusCode"],
    }


def main(argument: str) -> None:
    began = time.perf_counter()
    spent = _base() if argument == "base" else _first_read(json.loads(argument))
    spent["cpu"] = _cpu()
    spent["wall"] = (time.perf_counter() - began) * 1000
    spent["files"] = [
        file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None) or "")[-3:] == ".py"
    ]
    print(json.dumps(spent))


if __name__ == "__main__":
    main(sys.argv[1])
