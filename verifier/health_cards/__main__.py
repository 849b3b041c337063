"""``python -m verifier.health_cards CARD --issuer URL --keys JWKS.json [--revocations LIST.json ...]``

``CARD``: ``shc:/…`` as a scanner reads it, a file with it or with the JWS alone, or a ``.smart-health-card`` file. Exit
codes: 0 every card is good, 2 a flaw, 3 a wrong call.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from verifier.health_cards import CardFlaw, Trust, cards

CODE = "shc:/"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m verifier.health_cards", description=__doc__)
    parser.add_argument("card", help="text of the code (shc:/…), or a file that holds it, or a .smart-health-card file")
    parser.add_argument("--issuer", required=True)
    parser.add_argument("--keys", required=True, metavar="JWKS.json")
    parser.add_argument("--revocations", nargs="*", default=[], metavar="LIST.json")
    parser.add_argument("--local", action="store_true", help="the issuer is a system on this computer, by http")
    args = parser.parse_args(arguments)
    try:
        lists = [json.loads(Path(name).read_bytes()) for name in args.revocations]
        keys = json.loads(Path(args.keys).read_bytes())
        if not isinstance(keys, dict):
            raise TypeError  # noqa: TRY301 - one answer to every unusable file
        trust = Trust(args.issuer, keys, {one["kid"]: one for one in lists}, local=args.local)
        data = args.card.encode() if args.card.startswith(CODE) else Path(args.card).read_bytes().strip()
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"a file cannot be read: {type(error).__name__}", file=sys.stderr)  # noqa: T201 - the program's answer
        return 3
    try:
        found = cards(data, trust, time.time())
    except CardFlaw as flaw:
        print(flaw)  # noqa: T201 - the program's answer
        return 2
    for card in found:
        print(json.dumps(card.bundle, ensure_ascii=False, indent=1))  # noqa: T201 - the program's answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
