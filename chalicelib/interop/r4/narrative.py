"""Narratives are XHTML of a few elements, without anything that runs or loads (R4, narrative; txt-1, txt-2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from xml.parsers import expat


def _words(said: str) -> frozenset[str]:
    return frozenset(said.split())


XHTML: Final = "http://www.w3.org/1999/xhtml"
DEPTH: Final = 200
ELEMENTS: Final = _words(
    "a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em "
    "h1 h2 h3 h4 h5 h6 hr i img kbd li map ol p pre q s samp small span strike strong sub sup table tbody td tfoot th "
    "thead tr tt u ul var"
)
ANYWHERE: Final = _words(
    "abbr accesskey align axis char charoff class colspan dir headers id lang rowspan scope span style tabindex title "
    "valign width"
) | {"http://www.w3.org/XML/1998/namespace lang", "http://www.w3.org/XML/1998/namespace space"}
ATTRIBUTES: Final[Mapping[str, frozenset[str]]] = {
    "a": _words("charset coords href hreflang name rel rev shape type"),
    "area": _words("alt coords href nohref shape"),
    "blockquote": frozenset({"cite"}),
    "br": frozenset({"clear"}),
    "hr": frozenset({"noshade", "size"}),
    "img": _words("alt border height hspace ismap longdesc src usemap vspace"),
    "li": frozenset({"type", "value"}),
    "map": frozenset({"name"}),
    "ol": frozenset({"compact", "start", "type"}),
    "q": frozenset({"cite"}),
    "table": _words("bgcolor border cellpadding cellspacing frame height rules summary"),
    "td": frozenset({"bgcolor", "height", "nowrap"}),
    "th": frozenset({"bgcolor", "height", "nowrap"}),
    "tr": frozenset({"bgcolor"}),
    "ul": frozenset({"compact", "type"}),
}
LINKS: Final = frozenset({"href", "src", "cite", "longdesc", "usemap"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):")
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "ftp", "urn", "cid"})
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]")
_STYLE = re.compile(r"url\s*\(|expression\s*\(|@import|behavior\s*:|-moz-binding|javascript:|\\", re.IGNORECASE)
_BLANK = re.compile(r"[\x00-\x20\x7f-\xa0]+")


class _RefusedError(Exception):
    pass


class _Reader:
    def __init__(self) -> None:
        self.depth = 0
        self.said = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, element = name.rpartition(" ")
        self.depth += 1
        if space != XHTML or element not in ELEMENTS or self.depth > DEPTH or (self.depth == 1 and element != "div"):
            raise _RefusedError
        own = ATTRIBUTES.get(element, frozenset())
        for attribute, value in attributes.items():
            if attribute not in ANYWHERE and attribute not in own:
                raise _RefusedError
            if attribute in LINKS and not safe_link(value, image=element == "img"):
                raise _RefusedError
            if attribute == "style" and _STYLE.search(value):
                raise _RefusedError
        self.said |= element == "img"

    def end(self, _name: str) -> None:
        self.depth -= 1

    def text(self, said: str) -> None:
        self.said = self.said or bool(said.strip())

    def refuse(self, *_said: Any) -> None:
        raise _RefusedError


def safe_link(value: str, *, image: bool = False) -> bool:
    """Browsers leave out blanks and control characters before they look at the scheme; so does this."""
    bare = _BLANK.sub("", value).lower()
    scheme = _SCHEME.match(bare)
    return scheme is None or scheme[1] in _SCHEMES or (image and _IMAGE.match(bare) is not None)


def broken(div: str) -> str:
    """The invariant that a narrative breaks: ``txt-1``, ``txt-2`` or ""."""
    reader = _Reader()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    # No entities of one's own (they multiply), nothing that is meant for programs.
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.ProcessingInstructionHandler = reader.refuse
    try:
        parser.Parse(div.encode(), True)
    except (expat.ExpatError, _RefusedError, UnicodeEncodeError):
        return "txt-1"
    return "" if reader.said else "txt-2"
