"""Pictures of stamps drawn anew by Pillow. Implements ``ports.stamps.StampPress``."""

from __future__ import annotations

import io

from chalicelib.errors import InvalidFieldsError

MAX_SIDE = 480  # pixels: 30 mm at 400 dots an inch
COLOURS = 128
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}


class PillowStamps:
    def drawn_anew(self, media_type: str, data: bytes) -> bytes:
        """On white: what is transparent in the upload would be black in some readers. No colour profile, no remarks.

        The number of pixels was bounded before (domain/scans.py). The picture stays below 240 KB whatever it shows.
        """
        from PIL import Image

        out = io.BytesIO()
        try:
            with Image.open(io.BytesIO(data), formats=[FORMATS[media_type]]) as given:
                given.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG is unpacked no larger than it is needed
                found = given.convert("RGBA")
            found.thumbnail((MAX_SIDE, MAX_SIDE))
            white = Image.new("RGBA", found.size, "white")
            flat = Image.alpha_composite(white, found).convert("RGB")
            flat.quantize(COLOURS).save(out, "PNG", optimize=True)
        except (KeyError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            raise InvalidFieldsError("this picture cannot be drawn") from None
        return out.getvalue()
