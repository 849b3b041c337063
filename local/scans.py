"""Scans for demonstrations and tests: the smallest files that are what they say. Nobody's papers are on them."""

from __future__ import annotations

from base64 import b64decode

PDF_TYPE, JPEG_TYPE = "application/pdf", "image/jpeg"

JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H///"
    "/6/+b9//j/wAALCAAQABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AKgD/9k="
)
"""Sixteen by sixteen dots, grey."""


def pdf() -> bytes:
    """One empty page."""
    parts = [b"%PDF-1.4\n"]
    bodies = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = sum(map(len, parts))
    parts.append(b"xref\n0 4\n0000000000 65535 f \n")
    parts += [b"%010d 00000 n \n" % place for place in places]
    parts.append(b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table)
    return b"".join(parts)


PDF = pdf()
