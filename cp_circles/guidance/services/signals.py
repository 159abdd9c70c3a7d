"""What the department looked at, and the prints by which pictures are compared."""

from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa
from PIL import Image, UnidentifiedImageError
from sqlalchemy.orm import Session

from cp_circles.circles.models import ActivityPhoto
from cp_circles.errors import DomainError, NotFound, msg
from cp_circles.files.models import Blob
from cp_circles.files.storage import Storage
from cp_circles.guidance import rules
from cp_circles.guidance.models import PicturePrint, SignalLook
from cp_circles.guidance.queries.signals import SIGNALS, signals_of
from cp_circles.guidance.services import guards
from cp_circles.people.rules import Actor
from cp_circles.projects.models import EvidenceVersion, Project

SIDE = 8
LEAST_TEXTURE = 6


def look_at_signal(
    session: Session, *, actor: Actor, project: Project, signal: str, note: str, now: datetime
) -> SignalLook:
    """Mark a signal as looked at and fine, with a note; new evidence opens it again."""
    if not rules.can_see_signals(actor, project.company_id) or signal not in SIGNALS:
        raise NotFound
    guards.require_department(actor, project.company_id)
    found = next(iter(signals_of(session, project.company_id, project_id=project.id)), None)
    one = next((row for row in found.signals if row.key == signal), None) if found else None
    if one is None or one.look is not None:
        raise DomainError(msg("Nothing is open here any more."))
    look = SignalLook(
        project_id=project.id,
        signal=signal,
        fingerprint=one.fingerprint,
        note=guards.written(note, "reason"),
        person_id=actor.person_id,
        at=now,
    )
    session.add(look)
    session.flush()
    guards.note(session, actor, look, project.company_id, "look_at_signal", now, reason=look.note)
    return look


def print_pictures(session: Session, storage: Storage, *, limit: int = 500) -> int:
    """Take the prints of stored pictures that have none yet; how many were taken."""
    shown = sa.union(sa.select(EvidenceVersion.sha256), sa.select(ActivityPhoto.sha256)).subquery()
    missing = session.scalars(
        sa.select(Blob.sha256)
        .where(
            Blob.sha256.in_(sa.select(shown.c[0])),
            Blob.media_type.startswith("image/"),
            Blob.sha256.not_in(sa.select(PicturePrint.sha256)),
        )
        .order_by(Blob.sha256)
        .limit(limit)
    ).all()
    for sha256 in missing:
        session.add(PicturePrint(sha256=sha256, dhash=_print_of(storage, sha256)))
    session.flush()
    return len(missing)


def _print_of(storage: Storage, sha256: str) -> str:
    if not storage.has(sha256):
        return ""
    with storage.open(sha256) as stream:
        try:
            with Image.open(stream) as picture:
                return difference_hash(picture)
        except (UnidentifiedImageError, OSError):
            return ""


def difference_hash(picture: Image.Image) -> str:
    """64 bits: whether each of 9 x 8 grey points is brighter than its neighbour; empty for a flat picture."""
    grey = picture.convert("L").resize((SIDE + 1, SIDE), Image.Resampling.LANCZOS)
    points = list(grey.tobytes())
    bits = 0
    for row in range(SIDE):
        line = points[row * (SIDE + 1) : (row + 1) * (SIDE + 1)]
        for left, right in pairwise(line):
            bits = bits << 1 | (left > right)
    texture = bits.bit_count()
    return f"{bits:016x}" if LEAST_TEXTURE <= texture <= 64 - LEAST_TEXTURE else ""
