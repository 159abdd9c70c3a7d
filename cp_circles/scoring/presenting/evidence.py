"""The files of a result one by one, or the pages of its blind copy, as the judge's desk shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from cp_circles.errors import NotFound
from cp_circles.files.queries import blob_by_hash, open_blob
from cp_circles.files.storage import Storage
from cp_circles.judging.models import ScoreSheet
from cp_circles.results.models import BlindPage
from cp_circles.results.viewing import Viewed, viewed


@dataclass(frozen=True)
class OpenFile:
    """The file that is open: its facts, what can be read of it, the page shown, and where the keys lead."""

    piece: Mapping[str, Any]
    number: int
    content: Viewed
    page: int
    address: str
    image: str | None
    previous: str | None
    next: str | None


def open_file(
    session: Session,
    storage: Storage,
    sheet: ScoreSheet,
    pieces: Sequence[Mapping[str, Any]],
    number: int,
    page: int,
) -> OpenFile | None:
    """The file at a place (counts from 1) open at a page; None without files; beyond the ends the nearest.

    The pages of all files follow one another: after the last page of one comes the first of the next.
    """
    if not pieces:
        return None
    number = min(max(1, number), len(pieces))
    piece = pieces[number - 1]
    content = _content_of(session, storage, piece["sha256"])
    page = min(max(1, page), max(1, content.pages))
    entry: dict[str, Any] = {"blind_key": sheet.entry.blind_key, "stage": sheet.stage}
    address = url_for("scoring.desk_evidence", sha256=piece["sha256"], **entry)

    def at(file: int, leaf: int = 1) -> str:
        return url_for("scoring.show_desk", tab="files", file=file, page=leaf, **entry)

    before = at(number, page - 1) if page > 1 else at(number - 1) if number > 1 else None
    after = at(number, page + 1) if page < content.pages else at(number + 1) if number < len(pieces) else None
    image = url_for("scoring.desk_evidence", sha256=piece["sha256"], page=page, **entry)
    return OpenFile(piece, number, content, page, address, image if content.pages else None, before, after)


@dataclass(frozen=True)
class OpenPage:
    """The page of the blind copy that is open: its picture, its place in its file, and where the keys lead.

    `files` are the files that have pages: title, address of the first page, whether it is the open one.
    """

    label: str
    number: int
    count: int
    image: str
    files: list[tuple[str, str, bool]]
    previous: str | None
    next: str | None


def open_page(sheet: ScoreSheet, pages: Sequence[BlindPage], number: int) -> OpenPage | None:
    """The confirmed page at a place (counts from 1); beyond the ends the nearest, None without pages.

    The pages of all files follow one another, as the evidence of an open stage does.
    """
    shown = [page for page in pages if page.shown_sha256]
    if not shown:
        return None
    number = min(max(1, number), len(shown))
    page = shown[number - 1]
    entry: dict[str, Any] = {"blind_key": sheet.entry.blind_key, "stage": sheet.stage}

    def at(place: int) -> str:
        return url_for("scoring.show_desk", tab="pages", page=place, **entry)

    starts = [n for n, one in enumerate(shown) if n == 0 or not _same_file(one, shown[n - 1])]
    return OpenPage(
        label=page.label,
        number=number,
        count=len(shown),
        image=url_for("scoring.desk_page_image", position=page.position, **entry),
        files=[(shown[n].label, at(n + 1), _same_file(shown[n], page)) for n in starts],
        previous=at(number - 1) if number > 1 else None,
        next=at(number + 1) if number < len(shown) else None,
    )


def _same_file(one: BlindPage, other: BlindPage) -> bool:
    return (one.source_sha256, one.label) == (other.source_sha256, other.label)


def _content_of(session: Session, storage: Storage, sha256: str) -> Viewed:
    try:
        blob = blob_by_hash(session, sha256)
        with open_blob(storage, blob) as stream:
            return viewed(stream.read(), blob.media_type)
    except NotFound:
        return Viewed()
