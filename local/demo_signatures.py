"""The demo hospital signs what it issues: an anchor, certificates of the clinic and of its doctors, a stamp.

Through the public API, as an administrator, a security officer and doctors would; the certification centre is the
stand-in of local/certification_centre.py.
"""

from __future__ import annotations

import io
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

from local.certification_centre import Centre

if TYPE_CHECKING:
    from local.demo import Api

SIDE = 480
BLUE = (32, 58, 142)


def trust(api: Api, centre: Centre, administrator: str, officer: str) -> None:
    """The centre becomes an anchor of the trust store: proposed by one, approved by the other."""
    made = api.post("/trust/anchors", {"certificate": centre.certificate}, administrator)
    api.post(f"/trust/anchors/{made['id']}/approval", None, officer, If_Match=f'W/"{made["version"]}"')
    api.post("/trust/revocation-lists", {"content": centre.revocation_list()}, administrator)


def certify(api: Api, centre: Centre, place: str, token: str) -> None:
    """``place``: of the certificate below ``/api/v1``."""
    asked: Any = api.post(f"{place}/requests", {}, token)
    api.call("PUT", f"/api/v1{place}", {"certificate": centre.certified(asked["request"])}, token)


def stamp() -> bytes:
    """Two rings and a star, as a PNG."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (SIDE, SIDE), "white")
    pen, middle = ImageDraw.Draw(picture), SIDE / 2
    for radius, width in ((230, 12), (205, 4), (130, 4)):
        pen.ellipse((middle - radius, middle - radius, middle + radius, middle + radius), outline=BLUE, width=width)
    points = [
        (middle + reach * sin(turn * pi / 5), middle - reach * cos(turn * pi / 5))
        for turn in range(10)
        for reach in ((95, 40)[turn % 2],)
    ]
    pen.polygon(points, fill=BLUE)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
