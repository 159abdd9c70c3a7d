"""Awards given at the end of a round, each ready for its certificate."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import MONEY, Base, Exact
from cp_circles.judging.models import Entry, Round


class Award(Base):
    """One award of one entry: label, number, holder as printed, and the public key of its check page."""

    __tablename__ = "awards"
    __table_args__ = (sa.UniqueConstraint("round_id", "entry_id", "award_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    award_key: Mapped[str] = mapped_column(sa.String(40))
    label: Mapped[str] = mapped_column(sa.String(80))
    label_en: Mapped[str] = mapped_column(sa.String(80))
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    public_key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    holder: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    honorary: Mapped[str] = mapped_column(sa.Text, default="")
    reward_yuan: Mapped[Decimal | None] = mapped_column(Exact(MONEY))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    given_at: Mapped[datetime]
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    revoke_reason: Mapped[str] = mapped_column(sa.Text, default="")

    round_: Mapped[Round] = relationship()
    entry: Mapped[Entry] = relationship()
