"""What a region has planned to save in a season."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cp_circles.db.base import QUANTITY, Base, Exact


class SeasonPlan(Base):
    """A region's planned verified total of one metric in one season, in the metric's base unit.

    It is drawn in public beside what is verified; it never counts and moves no board.
    """

    __tablename__ = "season_plans"
    __table_args__ = (sa.UniqueConstraint("region_id", "season", "metric", "currency"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("regions.id"))
    season: Mapped[int]
    metric: Mapped[str] = mapped_column(sa.String(40))
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    amount: Mapped[Decimal] = mapped_column(Exact(QUANTITY))
    version: Mapped[int] = mapped_column(default=1)
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    set_at: Mapped[datetime]
