"""The name under which a stored content is handed out: never the path, never the type that was claimed."""

import re
import unicodedata

SUFFIXES = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "text/csv": (".csv",),
    "text/plain": (".txt",),
}
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/webp"})
RESERVED = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
LONGEST_STEM = 80


def safe_name(declared_name: str, media_type: str) -> str:
    """A file name without folders, controls or misleading marks, ending as its real type does."""
    last = unicodedata.normalize("NFC", declared_name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = RESERVED.sub("", last).strip(" .")
    suffixes = SUFFIXES.get(media_type, (".bin",))
    ending = next((one for one in suffixes if plain.lower().endswith(one)), None)
    stem = plain[: -len(ending)] if ending else plain
    return f"{stem.strip(' .')[:LONGEST_STEM] or 'file'}{suffixes[0] if ending is None else ending}"


def may_be_shown(media_type: str) -> bool:
    """True for pictures, which we have encoded anew; everything else is only downloaded."""
    return media_type in SHOWN_INLINE
