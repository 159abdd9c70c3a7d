"""One stored edition of one ruleset pack."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cp_circles.db.base import Base


class Edition(Base):
    """The text of a pack as it was published; it never changes, a new edition takes its place."""

    __tablename__ = "editions"
    __table_args__ = (sa.UniqueConstraint("kind", "key", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(60))
    edition: Mapped[str] = mapped_column(sa.String(30))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[str] = mapped_column(sa.Text)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
