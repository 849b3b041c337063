"""``make codes``: full code sets from sources that the deployer supplies, into what is run and packaged.

    python -m infra.code_sets icd-10 --ru mkb10.csv [--en icd10-en.tsv]
    python -m infra.code_sets drugs --registry drugs.jsonl [--atc atc.tsv]
    python -m infra.code_sets analytes --registry analytes.jsonl
    python -m infra.code_sets check

``docs/code-sets.md`` has the formats. A source with a line that cannot be read is refused whole, with the number.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chalicelib.domain.code_set_files import problems
from chalicelib.domain.code_sets import CodeSet
from chalicelib.storage.code_sets import BUILT, FileCodeSets
from infra.code_sets import building, sources
from infra.code_sets.sources import SourceError


def built(options: argparse.Namespace, own: FileCodeSets) -> str:
    """The text of the set that was asked for. Raises SourceError."""
    head = {
        "version": options.version or (options.ru if options.set == "icd-10" else options.registry).stem,
        "source": options.source,
        "licence": f"{options.licence}. Ours beside it: {own(options.set).head['licence']}",
    }
    if options.set == "icd-10":
        english = sources.icd_english(options.en) if options.en else {}
        return building.icd10(sources.icd_russian(options.ru), english, own("icd-10"), head)
    if options.set == "drugs":
        atc = sources.atc_codes(options.atc) if options.atc else {}
        return building.drugs(sources.drugs(options.registry), atc, own("drugs"), head)
    return building.analytes(sources.analytes(options.registry), own("analytes"), own("units"), head)


def check(folder: Path) -> list[str]:
    """What is wrong with the sets that were built; ``make package`` refuses to ship such a set."""
    return [
        f"{path.name}: {said}" for path in sorted(folder.glob("*.tsv")) for said in problems(path.read_text("utf-8"))
    ]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.code_sets", description=(__doc__ or "").splitlines()[0])
    sets = parser.add_subparsers(dest="set", required=True)
    for name in ("icd-10", "drugs", "analytes"):
        one = sets.add_parser(name)
        if name == "icd-10":
            one.add_argument("--ru", type=Path, required=True, help="the ministry's directory as CSV")
            one.add_argument("--en", type=Path, help="code, tab, English name")
        else:
            one.add_argument("--registry", type=Path, required=True, help="JSON Lines")
        if name == "drugs":
            one.add_argument("--atc", type=Path, help="international name, tab, ATC codes with semicolons between")
        one.add_argument("--version", default="", help="as the source calls it; its file's name otherwise")
        one.add_argument("--source", default="supplied by whoever runs this system", help="shown to users")
        one.add_argument("--licence", default="as the supplier of the source states", help="shown to users")
        one.add_argument("--to", type=Path, default=BUILT)
    sets.add_parser("check").add_argument("--to", type=Path, default=BUILT)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    if options.set == "check":
        wrong = check(options.to)
        print("\n".join(wrong) or "whole", file=sys.stderr if wrong else sys.stdout)
        return 1 if wrong else 0
    target = options.to / f"{options.set}.tsv"
    try:
        text = built(options, FileCodeSets(Path("none")))
        building.put(text, target)
    except SourceError as error:
        print(f"codes: {error}", file=sys.stderr)
        return 1
    made = CodeSet(text)
    print(
        f"{target}: {len(made)} rows, version {made.head['version']}, {'complete' if made.complete else 'not complete'}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
