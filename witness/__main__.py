"""A witness for the access journal: cosigns checkpoints of a log as long as it only grows. See README.md."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from witness.policy import NAME, PolicyError, read
from witness.protocol import Witness
from witness.server import Server
from witness.state import State, StateError


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 after a stop by signal, 1 when it cannot or must not start."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        state = State(options.state, options.name)
        if options.show_key:
            print(state.vkey.text())
            state.close()
            return 0
        with contextlib.closing(Witness(read(options.policy), state)) as witness:
            _serve(Server(options.host, options.port, witness), options)
    except (StateError, PolicyError, OSError) as error:
        print(f"witness: {error}", file=sys.stderr)
        return 1
    return 0


def _serve(server: Server, options: argparse.Namespace) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    if options.stop_with_stdin:
        threading.Thread(target=_stop_with_stdin, daemon=True).start()
    print(f"witness {options.name} at http://{options.host}:{server.server_port}/", flush=True)
    with server:
        server.serve_forever(poll_interval=0.1)


def _stop_with_stdin() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 64):
            pass
    os.kill(os.getpid(), signal.SIGTERM)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m witness", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of key and memory, of this witness alone")
    parser.add_argument("--name", required=True, help="name of the witness, like witness.example.org/medkarta")
    parser.add_argument("--policy", type=Path, help="file that names the log and its keys")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8100, help="port (default 8100; 0: any free one)")
    parser.add_argument("--show-key", action="store_true", help="print the public key to publish, and end")
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when standard input ends (supervisors)")
    options = parser.parse_args(arguments)
    if not NAME.fullmatch(options.name):
        parser.error("a name has no spaces and no plus")
    if options.policy is None and not options.show_key:
        parser.error("--policy is missing")
    return options


if __name__ == "__main__":
    sys.exit(main())
