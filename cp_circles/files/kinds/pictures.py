"""Pictures: decoded, turned upright, and encoded anew, so that no metadata or hidden payload stays."""

import io

from PIL import Image, ImageOps

from cp_circles.errors import msg
from cp_circles.files.kinds import Checked, refuse

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
BROKEN = msg("This picture is broken. Save it again as PNG or JPEG.")
TOO_LARGE = msg("This picture has more than %(most)s million pixels. Make it smaller first.")


def is_picture(content: bytes) -> bool:
    """True for the first bytes of a PNG, JPEG or WebP."""
    if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return True
    return content.startswith(b"RIFF") and content[8:12] == b"WEBP"


def check_picture(content: bytes) -> Checked:
    """The picture encoded anew, with its size; only the first frame of an animation."""
    try:
        image = Image.open(io.BytesIO(content), formats=tuple(FORMATS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except (OSError, ValueError, SyntaxError) as error:
        raise refuse(BROKEN) from error
    with image:
        if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
            raise _too_large()
        return _encoded_anew(image)


def _encoded_anew(image: Image.Image) -> Checked:
    kind = image.format or ""
    try:
        upright = ImageOps.exif_transpose(image)
        clean = upright.convert(_mode(upright, kind))
        clean.info = {}
        out = io.BytesIO()
        if kind == "PNG":
            clean.save(out, "PNG", optimize=False)
        elif kind == "JPEG":
            clean.save(out, "JPEG", quality=90)
        else:
            clean.save(out, "WEBP", quality=90)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError) as error:
        raise refuse(BROKEN) from error
    return Checked(out.getvalue(), FORMATS[kind], clean.width, clean.height)


def _mode(image: Image.Image, kind: str) -> str:
    if kind == "JPEG":
        return "L" if image.mode in {"L", "1"} else "RGB"
    return "RGBA" if image.has_transparency_data else "RGB"


def _too_large() -> Exception:
    return refuse(TOO_LARGE, most=MOST_PIXELS // 1_000_000)
