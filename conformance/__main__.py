"""``python -m conformance URL --partner PARTNER.json``. Exit codes: 0 nothing failed, 1 something did, 3 a wrong call.

PARTNER.json: ``client_id``; ``role``; ``key`` (PEM, P-256); ``kid``; ``known``: what the cases may name: ``patient``
(id of a Patient that the client may write to), ``snils`` and ``birth_date`` of the same person … (docs/conformance.md).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from conformance.client import Partner
from conformance.report import junit, text
from conformance.running import Run, suites

FAILED, USAGE = 1, 3
ROLE = "clinical-system"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    parser.add_argument("url", metavar="URL", help="of the system, https://…")
    parser.add_argument(
        "--partner", type=Path, required=True, metavar="PARTNER.json", help="who signs in, and about whom"
    )
    parser.add_argument("--suites", default="", help=f"with commas between; of {', '.join(suites())} (default: all)")
    parser.add_argument("--junit", type=Path, metavar="FILE.xml", help="the report for a CI server")
    options = parser.parse_args(arguments)
    chosen = options.suites.split(",") if options.suites else suites()
    if unknown := sorted(set(chosen) - set(suites())):
        print(f"no such suite: {', '.join(unknown)}", file=sys.stderr)
        return USAGE
    try:
        run = _run(options.url.rstrip("/"), options.partner)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{options.partner}: {type(error).__name__}: {error}", file=sys.stderr)
        return USAGE
    outcomes = [outcome for name in chosen for outcome in run.suite(name)]
    print(text(outcomes))
    if options.junit:
        options.junit.parent.mkdir(parents=True, exist_ok=True)
        options.junit.write_bytes(junit(outcomes))
    return FAILED if any(outcome.problems for outcome in outcomes) else 0


def _run(url: str, place: Path) -> Run:
    """Raises OSError, ValueError, KeyError, TypeError for a file that does not say who."""
    said = json.loads(place.read_text(encoding="utf-8"))
    key = load_pem_private_key(said["key"].encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("a P-256 key is needed")
    partner = Partner(url, said["client_id"], key, said.get("kid", "k1"))
    return Run(partner, {"client_id": partner.client_id, "url": url, **said.get("known", {})}, said.get("role", ROLE))


if __name__ == "__main__":
    raise SystemExit(main())
