"""Printable documents: PDF/A-2U (ISO 19005-2), A4, Cyrillic, with a QR code drawn as vectors.

``content`` of ``PdfPrinter.render``; every text may be of any length, nothing is cut:

=============  ======================================================================================================
title          str; what the document is, e.g. ``"Протокол осмотра"``. No name in it: it is copied into the metadata
language       ``"ru"`` or ``"en"``: words of the frame, order of dates, language of the file
organisation   str; one line or more
form           str, optional; number of the official form, upper right
subject        ``[(label, value), ...]``; the first value is repeated on top of later pages
sections       ``[{"title": str, "rows": [(label, value), ...] | None, "table": {"columns": [str, ...],
               "rows": [[str, ...], ...]} | None, "text": str | None}, ...]``; a section of nothing says "no data".
               A cell with ``↑`` or ``↓`` is out of range: it and its row stand out. A section may have a ``"chart"``:
               ``{"since": str, "until": str, "unit": str, "limits": [float, ...], "lines": [{"title": str, "points":
               [(ISO 8601 moment, float, out of limits), ...]}, ...]}``
               In ``prescription`` a text under the title ``Rp.`` is a drug
footer         str; at the foot of every page
issued_at      str; ISO 8601 with offset. It is the file's creation date as well. Printed in the default zone, once
               with its offset: that is the zone of every moment of the document that names no other
document_id    str; "" for what is kept nowhere: then neither id nor version is printed
version        int
qr             ``{"text": str, "caption": str}`` or None; the text goes into the code as it is. ``"level": "L"`` for
               a standard that wants less error correction than M
signature      ``{"name": str, "position": str, "time": str}`` or None; an ISO 8601 time is printed like ``issued_at``
verification   as ``qr``, or None: what the document is verified by
marks          ``[{"title": str, "rows": [(label, value), ...]}, ...]``: of its electronic signatures, framed
stamp          str, optional; a PNG in base64
=============  ======================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from chalicelib.documents.content import Content, clean, parse
from chalicelib.errors import InvalidFieldsError

if TYPE_CHECKING:
    from chalicelib.documents.sheet import Sheet

PRODUCER = "Medkarta"
TAGS = {"ru": "ru-RU", "en": "en-GB"}

# A PDF/A of fpdf2 has no Info dictionary, this packet says it all. fpdf2's own packet holds the present time, and then
# a replayed event would make another file.
_XMP = """\
<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about=""
        xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
        xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
        xmlns:xmp="http://ns.adobe.com/xap/1.0/"
        pdf:Producer="{producer}"
        pdfaid:part="2"
        pdfaid:conformance="U"
        xmp:CreateDate="{date}"
        xmp:ModifyDate="{date}"
        xmp:MetadataDate="{date}">
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
      <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>"""


class PdfPrinter:
    """The ``Printer`` port. Holds nothing, so one may serve many threads."""

    def render(self, template: str, content: Mapping[str, Any]) -> bytes:
        """A PDF of ``content`` by ``record`` or ``prescription``; equal content gives equal bytes.

        Raises InvalidFieldsError for an unknown template, a missing title, a moment without offset or a wrong shape,
        TooLargeError above 200 pages or when the QR text does not fit.
        """
        from chalicelib.documents.sheet import Sheet
        from chalicelib.documents.templates import TEMPLATES, furnish, prepare

        lay_out = TEMPLATES.get(template)
        if lay_out is None:
            raise InvalidFieldsError("There is no such document template")
        with Sheet() as sheet:
            parsed = parse(content, lambda value: clean(value, sheet.drawable))
            describe(sheet, parsed)
            prepare(sheet, parsed)
            lay_out(sheet, parsed)
            furnish(sheet, parsed)
            return bytes(sheet.pdf.output())


def describe(sheet: Sheet, content: Content) -> None:
    from fpdf.prefs import ViewerPreferences

    language = TAGS[content.language]
    sheet.pdf.set_lang(language)
    sheet.pdf.set_creation_date(content.issued_at)  # goes into the file's identifier
    sheet.pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    date = content.issued_at.isoformat(timespec="seconds")
    sheet.pdf.set_xmp_metadata(
        _XMP.format(producer=PRODUCER, date=date, title=escape(content.title), language=language)
    )
