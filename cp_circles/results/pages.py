"""Page images of evidence: rendered anew, without metadata, with boxes painted over what must not show."""

import io
from collections.abc import Sequence
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, ImageOps

from cp_circles.errors import Invalid, msg

PDF = "application/pdf"
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
LONGEST_SIDE = 1600
PDF_POINTS = 72
PDF_DPI = 130
MOST_PAGES = 40
MOST_BOXES = 60
PAINT = (20, 20, 20)
WHOLE = 1000


def has_pages(media_type: str) -> bool:
    """True for pictures and PDFs: the kinds that can be shown as page images."""
    return media_type == PDF or media_type in PICTURES


def page_count(content: bytes, media_type: str) -> int:
    """How many pages a content can be shown as; 0 for kinds that have no picture."""
    if media_type in PICTURES:
        return 1
    if media_type != PDF:
        return 0
    document = pypdfium2.PdfDocument(content)
    try:
        return min(len(document), MOST_PAGES)
    finally:
        document.close()


def rendered(content: bytes, media_type: str, page_number: int) -> Image.Image:
    """One page as plain pixels, at most 1,600 on its longer side; `page_number` counts from 1."""
    image = _pdf_page(content, page_number) if media_type == PDF else picture(content)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", image.size, "white")
    clean.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return clean


def painted(image: Image.Image, boxes: Sequence[Sequence[int]]) -> bytes:
    """The page as a PNG without metadata, the boxes filled; boxes are thousandths of width and height."""
    draw = ImageDraw.Draw(image)
    width, height = image.size
    for left, top, wide, high in boxes:
        corner = (left * width / WHOLE, top * height / WHOLE)
        opposite = ((left + wide) * width / WHOLE, (top + high) * height / WHOLE)
        draw.rectangle([corner, opposite], fill=PAINT)
    out = io.BytesIO()
    image.info = {}
    image.save(out, "PNG", optimize=False)
    return out.getvalue()


def checked_boxes(boxes: Sequence[Any]) -> list[list[int]]:
    """Boxes as four whole numbers within the page; Invalid otherwise."""
    if len(boxes) > MOST_BOXES:
        raise Invalid(msg("At most %(limit)s boxes fit on a page."), field="boxes", limit=MOST_BOXES)
    checked = []
    for box in boxes:
        values = list(box)
        if len(values) != 4 or any(isinstance(one, bool) or not isinstance(one, int) for one in values):
            raise Invalid(msg("A box is four whole numbers: left, top, width and height."), field="boxes")
        left, top, wide, high = values
        if min(left, top) < 0 or min(wide, high) < 1 or left + wide > WHOLE or top + high > WHOLE:
            raise Invalid(msg("A box must lie within the page."), field="boxes")
        checked.append(values)
    return checked


def _pdf_page(content: bytes, page_number: int) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    try:
        bitmap = document[page_number - 1].render(scale=PDF_DPI / PDF_POINTS)
        return bitmap.to_pil().convert("RGB")
    finally:
        document.close()


def picture(content: bytes) -> Image.Image:
    """A picture as pixels, turned as the camera was held; OSError for what is no picture."""
    with Image.open(io.BytesIO(content)) as image:
        upright = ImageOps.exif_transpose(image)
        return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
