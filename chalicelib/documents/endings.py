"""The end of a long PDF: what can only be written when everything else stands (ISO 32000-1, 7.5.4 to 7.7.3, 12.3.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fpdf.enums import PageMode
from fpdf.syntax import PDFString

from chalicelib.documents.stretches import ROOT

if TYPE_CHECKING:
    from chalicelib.documents.stretches import LastStretch

_BOX = "[0 0 595.28 841.89]"  # A4 in points


def ending(state: Mapping[str, Any], last: LastStretch, length: int, document_id: str) -> bytes:
    """Bookmarks, catalog, page tree, cross-reference table and trailer, after ``length`` bytes of the last stretch."""
    first = len(state["starts"]) + len(last.starts) + 2
    outline = _outline(state["lines"], first)
    catalog: Any = last.catalog
    catalog.id = first + len(outline)
    catalog.pages = f"{ROOT} 0 R"
    catalog.page_labels = f"<</Nums [0 <</S /r>> {len(last.pages)} <</S /D>>]>>"
    if outline:
        catalog.outlines, catalog.page_mode = f"{first} 0 R", PageMode.USE_OUTLINES
    nodes = [[last.node, len(last.pages)], *state["nodes"]]
    objects = [*outline, catalog.serialize(), _page_tree(nodes)]
    place, starts, text = int(state["size"]) + length, [], b""
    for made in objects:
        starts.append(place + len(text))
        text += made.encode("latin-1") + b"\n"
    everything = [starts[-1], *state["starts"], *last.starts, *starts[:-1]]
    return text + _table(everything, catalog.id, place + len(text), document_id)


def _outline(lines: Sequence[Sequence[Any]], first: int) -> list[str]:
    """The bookmarks: groups, closed, with their records below. Numbered from ``first`` on, their root first."""
    if not lines:
        return []
    groups = [number for number, line in enumerate(lines) if line[0] == 0]
    ends = [*groups[1:], len(lines)]
    at = [first + 1 + number for number in range(len(lines))]
    made = [_dictionary(first, Type="/Outlines", First=at[groups[0]], Last=at[groups[-1]], Count=str(len(groups)))]
    for order, (group, end) in enumerate(zip(groups, ends, strict=True)):
        beside: dict[str, Any] = {"Prev": at[groups[order - 1]]} if order else {}
        beside |= {"Next": at[groups[order + 1]]} if order + 1 < len(groups) else {}
        below = {"First": at[group + 1], "Last": at[end - 1], "Count": str(group + 1 - end)} if end > group + 1 else {}
        made.append(_bookmark(at[group], first, lines[group], {**beside, **below}))
        for number in range(group + 1, end):
            beside = {"Prev": at[number - 1]} if number > group + 1 else {}
            beside |= {"Next": at[number + 1]} if number + 1 < end else {}
            made.append(_bookmark(at[number], at[group], lines[number], beside))
    return made


def _bookmark(number: int, parent: int, line: Sequence[Any], more: Mapping[str, Any]) -> str:
    _, title, _, page, top = line
    place = f"[{page} 0 R /XYZ 0 {top} null]"
    return _dictionary(number, Title=PDFString(str(title)).serialize(), Parent=parent, Dest=place, **more)


def _dictionary(number: int, **entries: Any) -> str:
    """An object; a number among the entries is that of another object."""
    shown = (f"/{name} {f'{value} 0 R' if isinstance(value, int) else value}" for name, value in entries.items())
    return f"{number} 0 obj\n<<\n" + "\n".join(shown) + "\n>>\nendobj"


def _page_tree(nodes: Sequence[Sequence[int]]) -> str:
    kids = " ".join(f"{number} 0 R" for number, _ in nodes)
    return _dictionary(
        ROOT, Type="/Pages", Count=str(sum(count for _, count in nodes)), MediaBox=_BOX, Kids=f"[{kids}]"
    )


def _table(starts: Sequence[int], catalog: int, place: int, document_id: str) -> bytes:
    """Cross-reference table, and the trailer with an identifier that PDF/A wants: of the document, not of the bytes."""
    entries = "".join(f"{start:010} 00000 n \n" for start in starts)
    name = hashlib.sha256(document_id.encode()).hexdigest()[:32].upper()
    return (
        f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{entries}"
        f"trailer\n<<\n/Size {len(starts) + 1}\n/Root {catalog} 0 R\n/ID [<{name}><{name}>]\n>>\n"
        f"startxref\n{place}\n%%EOF\n"
    ).encode("latin-1")
