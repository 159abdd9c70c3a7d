"""Storing contents: checked by what they are, written to the disk, then to the table."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from cp_circles.errors import msg
from cp_circles.files.kinds import Checked, refuse
from cp_circles.files.kinds.documents import check_office, check_pdf
from cp_circles.files.kinds.pictures import check_picture, is_picture
from cp_circles.files.kinds.texts import check_text
from cp_circles.files.models import Blob
from cp_circles.files.storage import Storage

MOST_BYTES = 20_000_000


def store_blob(
    session: Session,
    storage: Storage,
    content: bytes,
    declared_name: str,
    now: datetime,
    most_bytes: int = MOST_BYTES,
) -> Blob:
    """Check a content, keep it under its hash and give back its row; the same content is kept once.

    Raises FileRefused, with nothing stored, when it is empty, too large, unknown, broken or active.
    """
    checked = check_content(content, declared_name, most_bytes)
    digest = sha256(checked.content).hexdigest()
    storage.put(digest, checked.content)
    blob = session.get(Blob, digest)
    if blob is None:
        blob = Blob(
            sha256=digest,
            size=len(checked.content),
            media_type=checked.media_type,
            width=checked.width,
            height=checked.height,
            created_at=now,
        )
        session.add(blob)
        session.flush()
    return blob


def check_content(content: bytes, declared_name: str, most_bytes: int = MOST_BYTES) -> Checked:
    """What would be stored, or the refusal."""
    if not content:
        raise refuse(msg("This file is empty."))
    if len(content) > most_bytes:
        raise refuse(msg("This file is larger than %(most)s MB."), most=most_bytes // 1_000_000)
    if is_picture(content):
        return check_picture(content)
    if content.startswith(b"%PDF-"):
        return check_pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return check_office(content)
    return check_text(content, declared_name)
