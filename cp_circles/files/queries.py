"""Stored contents, as they are asked for."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import NotFound
from cp_circles.files.models import Blob
from cp_circles.files.storage import Storage


@dataclass(frozen=True)
class Orphans:
    """What does not match between the storage and the table: hashes."""

    without_row: list[str]
    without_content: list[str]

    def __bool__(self) -> bool:
        return bool(self.without_row or self.without_content)


def blob_by_hash(session: Session, sha256: str) -> Blob:
    """The row of a content; NotFound if there is none."""
    found = session.get(Blob, sha256)
    if found is None:
        raise NotFound
    return found


def blobs_by_hash(session: Session, hashes: Iterable[str]) -> dict[str, Blob]:
    """The rows of these contents: one statement."""
    rows = session.scalars(sa.select(Blob).where(Blob.sha256.in_(sorted(set(hashes)))))
    return {row.sha256: row for row in rows}


def open_blob(storage: Storage, blob: Blob) -> BinaryIO:
    """A stream of the content; NotFound if the storage has lost it."""
    return storage.open(blob.sha256)


def orphans(session: Session, storage: Storage) -> Orphans:
    """Files that no row names, and rows whose file is gone."""
    rows = set(session.scalars(sa.select(Blob.sha256)))
    kept = set(storage.names())
    return Orphans(without_row=sorted(kept - rows), without_content=sorted(rows - kept))


def damaged(session: Session, storage: Storage) -> list[str]:
    """The hashes of stored contents that no longer give their own hash; reads everything."""
    wrong = []
    for sha256 in session.scalars(sa.select(Blob.sha256).order_by(Blob.sha256)):
        if storage.has(sha256):
            with storage.open(sha256) as stream:
                if _digest(stream) != sha256:
                    wrong.append(sha256)
    return wrong


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()
