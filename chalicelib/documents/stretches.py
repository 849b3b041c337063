"""A stretch of a long PDF: the objects of some pages, numbered on from where the file has come to.

A PDF is a row of numbered objects and, at its end, a table of where each begins (ISO 32000-1, 7.5). So a file can be
written from front to back with only the pages of one stretch in memory: fpdf2 makes the objects of a stretch, and what
must be known at the end is a number an object. fpdf2's own writer numbers from one and closes the file; this one does
neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from fpdf.output import ContentWithoutID, OutputProducer, PDFCatalog, PDFHeader, PDFPagesRoot
from fpdf.syntax import PDFArray

if TYPE_CHECKING:
    from fpdf import FPDF

ROOT = 1
"""Number of the root of the page tree; it is written last."""


S = TypeVar("S", bound="Stretch")


class Node(PDFPagesRoot):
    """The pages of one stretch below the root of the page tree."""

    def __init__(self, count: int, media_box: str) -> None:
        super().__init__(count, media_box)
        self.parent = f"{ROOT} 0 R"


class Stretch(OutputProducer):
    """Objects of the pages of one ``FPDF`` from number ``first`` on, at place ``offset`` of the file."""

    def __init__(self, fpdf: FPDF, first: int, offset: int) -> None:
        super().__init__(fpdf)
        self.obj_id = first - 1
        self._offset = offset
        self.node = 0
        """Number of the node of the page tree."""
        self.pages: list[int] = []
        """Numbers of the pages."""
        self.starts: list[int] = []
        """Where each object begins in the file, from ``first`` on."""

    def _add_pages_root(self) -> PDFPagesRoot:
        box = super()._add_pages_root()
        self.pdf_objs.remove(box)
        node = Node(box.count, box.media_box)
        node.id = box.id
        self.pdf_objs.append(node)
        return node

    def bufferize(self) -> bytearray:
        """The bytes of the stretch. The header of the file stands before the first one."""
        if not self._offset:
            self.pdf_objs.append(PDFHeader(self.fpdf.pdf_version))
        node = self._add_pages_root()
        pages = self._add_pages()
        self._insert_resources(pages)
        self._add_more()
        node.kids = PDFArray(pages)
        for page in pages:
            page.parent = node
            page.annots = None
        self.node, self.pages = node.id, [page.id for page in pages]
        for made in self.pdf_objs:
            if not isinstance(made, ContentWithoutID):
                self.starts.append(self._offset + len(self.buffer))
            self._out(made.serialize())
        return self.buffer

    def _add_more(self) -> None:
        """Objects besides the pages."""


class LastStretch(Stretch):
    """The stretch that ends the file. ``catalog`` is numbered and complete but for what the whole file knows."""

    catalog: PDFCatalog

    def _add_more(self) -> None:
        metadata = self._add_xmp_metadata()
        self.catalog = self._add_catalog()
        self.catalog.metadata = metadata
        self.pdf_objs.remove(self.catalog)  # written after the bookmarks


def written(pdf: FPDF, kind: type[S], first: int, offset: int) -> tuple[bytes, S]:
    """The bytes of what was drawn into ``pdf``, and where everything is in them."""
    made: list[S] = []

    class Producer(kind):  # type: ignore[valid-type,misc]
        """fpdf2 takes a class and makes it with the document alone."""

        def __init__(self, fpdf: FPDF) -> None:
            super().__init__(fpdf, first, offset)
            made.append(self)

    return bytes(pdf.output(output_producer_class=Producer)), made[0]
