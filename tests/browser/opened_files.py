"""Word and PDF files opened again: their words, their pictures, their fonts."""

from __future__ import annotations

import io
import re

import docx
import pypdfium2


def word_text(content: bytes) -> str:
    """All the words of a Word file, without blanks."""
    document = docx.Document(io.BytesIO(content))
    return re.sub(r"\s", "", "".join(node.text or "" for node in document.element.body.iter("{*}t")))


def word_pictures(content: bytes) -> list[bytes]:
    """The pictures that a Word file holds."""
    parts = docx.Document(io.BytesIO(content)).part.package.iter_parts()
    return [part.blob for part in parts if part.content_type.startswith("image/")]


def pdf_text(content: bytes) -> str:
    """All the words of a PDF, without blanks and invisible marks of a broken line."""
    document = pypdfium2.PdfDocument(content)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return re.sub(r"[\s\u200b\ufffe]", "", text)


def pdf_fonts(content: bytes) -> set[str]:
    """The names of the fonts that a PDF embeds."""
    return {name.decode() for name in re.findall(rb"/FontName\s*/[A-Z]{6}\+([\w-]+)", content)}


def ink_of_pages(content: bytes) -> list[int]:
    """The darkest grey of each page of a PDF as it is drawn: 255 is an empty page."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [int(page.render(scale=0.5).to_pil().convert("L").getextrema()[0]) for page in document]
    finally:
        document.close()
