"""Photos as documents print them: rendered anew without metadata, upright, small enough for a page."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from cp_circles.results.pages import picture

LONGEST_SIDE = 1000
QUALITY = 80


@dataclass(frozen=True)
class Photo:
    """A photo as JPEG with its size in pixels."""

    jpeg: bytes
    wide: int
    high: int

    @property
    def svg(self) -> str:
        """The photo inside an SVG, the form in which the PDF takes pictures."""
        data = base64.b64encode(self.jpeg).decode()
        size = f'width="{self.wide}" height="{self.high}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {self.wide} {self.high}">'
            f'<image {size} href="data:image/jpeg;base64,{data}"/></svg>'
        )


NO_PHOTOS: Mapping[str, Photo] = {}


def small(content: bytes) -> Photo:
    """A picture as a JPEG of at most 1,000 pixels on its longer side; OSError for what is no picture."""
    image = picture(content)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", image.size, "white")
    plain.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY)
    return Photo(out.getvalue(), *plain.size)
