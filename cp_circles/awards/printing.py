"""Certificates as one PDF: a page for each award, with its number and the QR code of its check page."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import segno
import typst

from cp_circles.results.documents.pdf import drawable, font_folders

TEMPLATE = Path(__file__).with_name("certificate.typ")


@dataclass(frozen=True)
class Certificate:
    """The finished texts of one certificate; `address` is that of its check page."""

    heading: str
    to: str
    says: str
    label: str
    members: str
    closing: str
    issuer: str
    seal: str
    day: str
    number: str
    check: str
    fingerprint: str
    address: str


def certificates_pdf(pages: Sequence[Certificate], *, title: str, language: str) -> bytes:
    """The certificates as one PDF with embedded fonts; the same texts give the same file."""
    content = {"title": title, "language": language, "pages": [_page(page) for page in pages]}
    return bytes(
        typst.compile(
            str(TEMPLATE),
            format="pdf",
            font_paths=font_folders(),
            ignore_system_fonts=True,
            sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
            timestamp=0,
        )
    )


def _page(page: Certificate) -> dict[str, str]:
    texts = {name: drawable(str(value)) for name, value in vars(page).items()}
    return texts | {"qr": qr_svg(page.address, border=0)}


def qr_svg(address: str, *, border: int = 4) -> str:
    """The QR code of an address as an SVG with a white ground."""
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=4, border=border, light="white")
    return picture.getvalue().decode()
