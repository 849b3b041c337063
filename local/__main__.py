"""``make run``: the whole system on this computer, until Ctrl-C. See ``--help``."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from local.layout import ROOT, Layout, StartError
from local.system import System

LOOK = 0.5  # seconds between two looks whether the emulator lives


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 after an ordinary stop, 1 when it could not start or the emulator died."""
    options = _options(arguments)
    layout = Layout(options.state.resolve())
    layout.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    _log_to(layout.log)
    asked_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked_to_stop.set())
    system = System(layout, options.port, fresh=options.fresh, app=options.app)
    try:
        system.start(_say)
        _welcome(system, layout)
        _wait(asked_to_stop, system)
    except StartError as error:
        print(f"medkarta: {error}", file=sys.stderr)
        return 1
    else:
        _say("stopping; the state is kept")
        return 0
    finally:
        system.stop()


def _wait(asked_to_stop: threading.Event, system: System) -> None:
    while not asked_to_stop.wait(LOOK):
        if not system.emulator.running():
            raise StartError(f"the emulator ended by itself; see {system.emulator.log}")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default 8000)")
    parser.add_argument("--state", type=Path, default=ROOT / ".local", help="folder of the state (default .local)")
    parser.add_argument("--app", default="app", help="module that holds the Chalice app (default app)")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs stored")
    return parser.parse_args(arguments)


def _log_to(path: Path) -> None:
    """Everything into the file; on the screen only what needs somebody."""
    screen = logging.StreamHandler()
    screen.setLevel(logging.ERROR)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        handlers=[logging.FileHandler(path, encoding="utf-8"), screen],
    )
    logging.getLogger("botocore").setLevel(logging.WARNING)
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # some fifty lines a document


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def _welcome(system: System, layout: Layout) -> None:
    print(
        f"""
Медкарта работает / Medkarta runs: {system.url}

  {system.url}/                  портал / portal
  {system.url}/api/openapi.json  API
  {system.url}/_local/outbox     исходящие SMS и письма / SMS and e-mails sent (one-time codes)
  {system.url}/_local/health     состояние / state

  state and logs: {layout.state}
  audit log: make audit-export; .venv/bin/python -m verifier fsck build/audit-log --policy {layout.policy}
"""
    )
    for line in system.accounts:
        print(f"  {line}")
    print("  Ctrl-C: остановить с сохранением / stop, the state is kept", flush=True)


if __name__ == "__main__":
    sys.exit(main())
