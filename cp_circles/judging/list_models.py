"""What everybody reads of a round, apart from what its organiser works on."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cp_circles.db.base import Base


class PublicList(Base):
    """The public variant of a round's list: which standing it shows, its dates, the entries struck from it.

    Written at every change of the published list; while it is held (`held_at`), nothing that happens in the
    round is written here. Standings are kept for good and never edited, so that it shows the same lines for
    as long as it names the same one.
    """

    __tablename__ = "public_lists"
    __table_args__ = (sa.UniqueConstraint("round_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    standing_id: Mapped[int] = mapped_column(sa.ForeignKey("standings.id"))
    published_at: Mapped[datetime]
    publicity_ends_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    struck: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    held_at: Mapped[datetime | None]
    held_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    hold_reason: Mapped[str] = mapped_column(sa.Text, default="")
