"""Stored contents, named by what they are."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cp_circles.db.base import Base


class Blob(Base):
    """One content by its SHA-256; images are stored re-encoded, without metadata."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(100))
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime]
