"""Plain text and CSV in UTF-8 or GB18030; anything that a browser would run is refused."""

import re

from cp_circles.errors import msg
from cp_circles.files.kinds import Checked, refuse

TEXT = "text/plain"
CSV = "text/csv"
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MARKUP = re.compile(r"<\s*(!doctype|html|head|body|svg|script|iframe|object|embed|math|\?xml)", re.IGNORECASE)
RUNNABLE = ("#!", "MZ", "{\\rtf", "%!PS")

UNKNOWN = msg("Files of this kind are not stored. Use PNG, JPEG, WebP, PDF, XLSX, DOCX, CSV or plain text.")
WEB_PAGE = msg("Web pages, scripts and SVG drawings are not stored. Save the page as PDF or PNG.")


def check_text(content: bytes, declared_name: str) -> Checked:
    """Readable text, as it came; its declared name only tells CSV from other text."""
    text = _decoded(content)
    if text is None or CONTROLS.search(text) or text.startswith(RUNNABLE):
        raise refuse(UNKNOWN)
    if MARKUP.search(text):
        raise refuse(WEB_PAGE)
    return Checked(content, CSV if declared_name.lower().endswith(".csv") else TEXT)


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
