"""Files of code sets: what they look like, how one is written, what is wrong with one.

The file is UTF-8 text: a head of ``# key: value`` lines, a line with the names of the columns, then one row a line,
cells between tabs. Columns ``code``, ``ru`` and ``en`` are always there; ``also`` holds other names and ``until`` the
day from which a code is no longer used, both may be missing; the rest is the set's own. Several values of a cell stand
between ``"; "``. ``infra/code_sets`` writes such files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

SEVERAL = "; "
NEEDED_COLUMNS = ("code", "ru", "en")
NEEDED_HEAD = ("set", "version", "source", "licence", "complete", "ru", "en")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def split(text: str) -> tuple[dict[str, str], list[str], list[str]]:
    """Head, columns and rows. Raises ValueError."""
    head: dict[str, str] = {}
    lines = text.rstrip("\n").split("\n")
    while lines and lines[0].startswith("# "):
        name, _, value = lines.pop(0)[2:].partition(": ")
        head[name] = value
    missing = [name for name in NEEDED_HEAD if not head.get(name)]
    if missing:
        raise ValueError("the head lacks " + ", ".join(missing))
    columns = lines.pop(0).split("\t") if lines else []
    if [name for name in NEEDED_COLUMNS if name not in columns] or columns[0] != "code":
        raise ValueError("the first column is code, and ru and en are there")
    return head, columns, lines


def written(head: Mapping[str, str], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The text of a file; ``problems`` says whether it may be used."""
    lines = [f"# {name}: {value}" for name, value in head.items()] + ["\t".join(columns)]
    return "\n".join([*lines, *("\t".join(row) for row in rows)]) + "\n"


def problems(text: str, most: int = 20) -> list[str]:
    """What is wrong with a file, by line number; empty when it may be used. At most ``most`` are told."""
    try:
        head, columns, lines = split(text)
    except ValueError as error:
        return [str(error)]
    found: list[str] = []
    if head["complete"] not in {"yes", "no"}:
        found.append("complete is yes or no")
    first = len(text.rstrip("\n").split("\n")) - len(lines) + 1
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, first):
        if len(found) >= most:
            break
        if wrong := _wrong(line, columns, seen, number):
            found.append(f"line {number}: {wrong}")
    return found if lines else [*found, "there are no rows"]


def _wrong(line: str, columns: list[str], seen: dict[str, int], number: int) -> str:
    cells = line.split("\t")
    if len(cells) != len(columns):
        return f"{len(cells)} cells, not {len(columns)}"
    if _CONTROL.search(line):
        return "control characters"
    if any(cell != cell.strip() for cell in cells):
        return "blanks at the edge of a cell"
    row = dict(zip(columns, cells, strict=True))
    if not row["code"] or not (row["ru"] or row["en"]):
        return "a code and a name are needed"
    if row["code"] in seen:
        return f"the code {row['code']} stands in line {seen[row['code']]} too"
    seen[row["code"]] = number
    return ""
