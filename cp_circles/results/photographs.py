"""The photos that a document shows, read from the evidence by their SHA-256."""

from PIL import Image
from sqlalchemy.orm import Session

from cp_circles.errors import NotFound
from cp_circles.files.queries import blobs_by_hash, open_blob
from cp_circles.files.storage import Storage
from cp_circles.results.documents.blocks import Content
from cp_circles.results.documents.photos import Photo, small
from cp_circles.results.pages import PICTURES

MOST_PHOTOS = 60


def photos_of(session: Session, storage: Storage, content: Content) -> dict[str, Photo]:
    """The photos of a document by their SHA-256; one that is lost or unreadable is left out.

    The first 60 are printed; the rest stay a line of text, so that a document keeps a size that can be sent.
    """
    shown = [block for chapter in content.chapters for block in chapter.blocks]
    wanted = dict.fromkeys(one for block in shown for pair in block.photos for one in pair if one)
    blobs = blobs_by_hash(session, list(wanted)[:MOST_PHOTOS]) if wanted else {}
    found: dict[str, Photo] = {}
    for sha256, blob in blobs.items():
        if blob.media_type not in PICTURES:
            continue
        try:
            with open_blob(storage, blob) as stream:
                found[sha256] = small(stream.read())
        except (NotFound, OSError, ValueError, Image.DecompressionBombError):
            continue
    return found
