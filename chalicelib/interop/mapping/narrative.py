"""The narrative of a resource as plain text, and plain text as a narrative (FHIR R4, narrative.html)."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

XHTML = "http://www.w3.org/1999/xhtml"
BREAKS = frozenset({"br", "p", "div", "tr", "li", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd"})
CELLS = frozenset({"td", "th"})
UNSEEN = frozenset({"script", "style", "head"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as HTMLParser has it
        self._unseen += tag in UNSEEN
        self.said.append("\n" if tag in BREAKS else " " if tag in CELLS else "")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN and self._unseen > 0
        self.said.append("\n" if tag in BREAKS - {"br"} else "")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.said.append(re.sub(r"[ \t\r\n\u00a0]+", " ", data))


def plain(html: str, longest: int) -> str:
    """What a person reads of it, in lines; "" for nothing that can be read. Never raises."""
    from chalicelib.records.bodies.base import FORBIDDEN

    reader = _Reader()
    reader.feed(html[: 20 * longest])
    reader.close()
    text = FORBIDDEN.sub(" ", "".join(reader.said))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    shown = "\n".join(line for line in lines if line)[:longest].strip()
    return shown if any(one.isprintable() and not one.isspace() for one in shown) else ""


def division(text: str) -> str:
    """A ``div`` that says the text, line by line."""
    return f'<div xmlns="{XHTML}">{escape(text, quote=False).replace(chr(10), "<br/>")}</div>'


def undivided(div: object) -> str | None:
    """The text that ``division`` was given; None for what it has not made."""
    found = re.fullmatch(rf'<div xmlns="{XHTML}">((?:[^<>]|<br/>)*)</div>', div) if isinstance(div, str) else None
    if found is None:
        return None
    text = found[1].replace("<br/>", "\n")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
