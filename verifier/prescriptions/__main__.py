"""``python -m verifier.prescriptions CODE --issuer URL --keys JWKS.json``

``CODE``: what the scanner read, or a file with it. ``JWKS.json``: ``<issuer>/.well-known/jwks.json``, kept from an
earlier day. Exit codes: 0 authentic (not known whether dispensed or revoked), 1 authentic and past its validity, 2 a
flaw, 3 a wrong call.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from verifier.prescriptions import CardFlaw, authentic, shown


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m verifier.prescriptions", description=__doc__)
    parser.add_argument("code")
    parser.add_argument("--issuer", required=True)
    parser.add_argument("--keys", required=True, metavar="JWKS.json")
    args = parser.parse_args(arguments)
    try:
        keys = json.loads(Path(args.keys).read_bytes())
        text = args.code if "://" in args.code else Path(args.code).read_text("utf-8")
        if not isinstance(keys, dict):
            raise TypeError  # noqa: TRY301 - one answer to every unusable file
    except (OSError, ValueError, TypeError) as error:
        print(f"a file cannot be read: {type(error).__name__}", file=sys.stderr)  # noqa: T201 - the program's answer
        return 3
    try:
        found = authentic(text, args.issuer.rstrip("/"), keys, time.time())
    except CardFlaw as flaw:
        print(flaw)  # noqa: T201 - the program's answer
        return 2
    print(shown(found))  # noqa: T201 - the program's answer
    return 1 if found.expired else 0


if __name__ == "__main__":
    sys.exit(main())
